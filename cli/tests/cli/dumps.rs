//! What `ionvm dump` shows of a crash dump, and of what is none.

use crate::tool::Scratch;

/// A dump of four: two that call each other, one with much, one that has not begun.
const DUMP: &str = "\
IonVM crash dump, form 1
reason: a test
version: 0.1.0
processes: 4
most memory in bytes: 9000, whatever

#process<1> waiting
  entry Main.main/0
  messages 0
  memory 800
  reductions 40
  awaits (#process<2>,)
  name :boss
  in Main.main/0, instruction 4, line 12

#process<2> waiting
  entry Main.serve/1
  messages 2
  memory 900
  reductions 50
  monitors (#process<4>, #process<1>)
  in ion.server.call/3, instruction 30
  in Main.serve/1, instruction 2

#process<3> executing
  entry Main.hog/0
  messages 70
  memory 9000
  reductions 123456
  label \"the hog\"
  in Main.hog/0, instruction 1

#process<4> runnable
  entry Main.late/0
  messages 0
  memory 700
  reductions 0

end of the dump
";

fn shows(test: &str, options: &str) -> String {
    let at = Scratch::new(test);
    at.file("x.dump", DUMP);
    let seen = at.ionvm(&format!("dump x.dump {options}")).code(0);
    assert_eq!(seen.err, "");
    seen.out
}

#[test]
fn a_summary_tells_how_many_where_and_who_has_most() {
    let out = shows("dump_summary", "");
    for part in [
        "reason: a test\nversion: 0.1.0\n4 processes: 1 executing, 1 runnable, 2 waiting\n",
        "11400 bytes of memory, 72 messages not taken, 123546 reductions\n",
        "           1 waiting in Main.main/0, instruction 4, line 12\n",
        "           1 not begun, Main.late/0\n",
        "most memory in bytes:\n        9000 #process<3> \"the hog\" executing in Main.hog/0, \
         instruction 1\n         900 #process<2> waiting in ion.server.call/3, instruction 30\n",
        "most messages not taken:\n          70 #process<3>",
        "in a circle: #process<1> awaits #process<2> awaits #process<1>\n",
    ] {
        assert!(out.contains(part), "{part}\n---\n{out}");
    }
    assert!(!out.contains("whatever"), "{out}");
}

#[test]
fn options_ask_for_one_thing_each() {
    assert_eq!(
        shows("dump_options", "--sort reductions --top 1"),
        "\nmost reductions:\n      123456 #process<3> \"the hog\" executing in Main.hog/0, \
         instruction 1\n           2 more\n"
    );
    assert_eq!(
        shows("dump_options", "--names"),
        ":boss #process<1> waiting in Main.main/0, instruction 4, line 12\n"
    );
    assert_eq!(
        shows("dump_options", "--waits"),
        "#process<1> :boss waiting in Main.main/0, instruction 4, line 12 waits for #process<2>\n\
         #process<2> waiting in ion.server.call/3, instruction 30 waits for #process<1>\n\
         in a circle: #process<1> awaits #process<2> awaits #process<1>\n"
    );
    let one = "#process<1> waiting\n  entry Main.main/0\n  messages 0\n  memory 800\n  \
               reductions 40\n  awaits (#process<2>,)\n  name :boss\n  in Main.main/0, \
               instruction 4, line 12\n  waits for #process<2> waiting in ion.server.call/3, \
               instruction 30\n  awaited by #process<2> waiting in ion.server.call/3, \
               instruction 30\n";
    for who in ["1", "boss", ":boss", "#process<1>"] {
        assert_eq!(shows("dump_options", &format!("--process {who}")), one);
    }
}

#[test]
fn what_is_no_whole_dump_is_refused_with_the_place() {
    let at = Scratch::new("no_dump");
    let broken = DUMP.replace("  memory 9000", "  memory lots");
    let cases = [
        (
            DUMP[..DUMP.len() - 40].to_owned(),
            "the dump is cut off after line 35: 3 of 4",
        ),
        (DUMP[..60].to_owned(), "the dump is cut off after line 3"),
        (String::new(), "no crash dump"),
        (".class Main\n".to_owned(), "no crash dump"),
        (
            broken,
            "line 28 of the dump should be a number, not \"  memory lots\"",
        ),
        (DUMP.replace("form 1", "form 9"), "of another form"),
    ];
    for (text, says) in cases {
        at.file("x.dump", text);
        at.ionvm("dump x.dump").code(3).out("").says(says);
    }
    at.file("x.dump", b"IonVM \xff".as_slice());
    at.ionvm("dump x.dump").code(3).says("no UTF-8");
    at.ionvm("dump nowhere").code(3).out("");
    at.file("x.dump", DUMP);
    at.ionvm("dump x.dump --process 99")
        .code(3)
        .says("no process \"99\"");
    at.ionvm("dump x.dump --sort size").code(2);
}
