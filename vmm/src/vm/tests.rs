//! Whole machines, small programs.

mod circles;
mod code;
mod reductions;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::asm;
use crate::host::{MemoryConsole, Stream};
use crate::ionpack::IonPackBuilder;
use crate::process::contract::ExitClass;
use crate::verify::verify;

fn classes(text: &str) -> Vec<Verified<Module>> {
    let parsed = asm::parse("test.ionasm", text).unwrap();
    parsed
        .into_iter()
        .map(|module| verify(module).unwrap())
        .collect()
}

fn machine(config: VmConfig, text: &str) -> Vm {
    let mut vm = VmBuilder::new()
        .config(config)
        .console(Arc::new(MemoryConsole::default()))
        .build()
        .unwrap();
    for class in classes(text) {
        vm.load(&class).unwrap();
    }
    vm
}

fn stepped() -> VmConfig {
    VmConfig {
        mode: VmMode::Stepped,
        ..VmConfig::default()
    }
}

/// Runs `Main.main` in both modes, which must agree.
fn run(text: &str, arguments: &[Value]) -> RunOutcome {
    let outcome = |config| {
        let mut vm = machine(config, text);
        let entry = vm.entry("Main", None).unwrap();
        vm.run(entry.function, arguments).unwrap()
    };
    let both = (outcome(stepped()), outcome(VmConfig::default()));
    assert_eq!(both.0, both.1);
    both.0
}

const ECHO: &str = "
.class Main
.function main arity=1
    return      r0
";

const TAKES: &str = "
.class Main
.function main arity=0
    receive     r0
    return      r0
.function forward arity=1
    receive     r1
    send        r0, r1
    return      r1
";

#[test]
fn values_go_in_and_come_out_as_they_are() {
    let values = [
        Value::number(1.5),
        Value::integer(7),
        Value::atom("ok"),
        Value::string("a long string that does not fit into a few words of a heap, quite so"),
        Value::array([Value::tuple([Value::boolean(true), Value::nil()])]),
        Value::Process(Pid::MAIN),
    ];
    for value in values {
        let outcome = run(ECHO, std::slice::from_ref(&value));
        assert_eq!(outcome, RunOutcome::Finished(value));
    }
}

#[test]
fn the_wrong_number_of_arguments_is_an_error_of_the_program() {
    let RunOutcome::Failed(failure) = run(ECHO, &[]) else {
        panic!("it did not fail");
    };
    assert_eq!(
        (failure.kind(), failure.class),
        (Some("bad_arity"), ExitClass::Error)
    );
}

/// Rule: P-START-1, P-START-2, P-START-3
#[test]
fn entries_are_found_and_what_is_missing_is_named() {
    let text = "
.class Main
.function main arity=0
.function main arity=1
.function other arity=2
.class One
.function only arity=0
.function hidden arity=0 private
.class Two
.function a arity=0
.function b arity=1
";
    let vm = machine(VmConfig::default(), text);
    let entry = |class, function| {
        let found = vm.entry(class, function).map_err(|e| e.to_string())?;
        let label = vm.code().function(found.function).unwrap().label();
        Ok::<_, String>((label, found.takes_arguments))
    };
    let found = |label: &str, takes| Ok((label.to_owned(), takes));
    assert_eq!(entry("Main", None), found("Main.main/1", true));
    assert_eq!(entry("One", None), found("One.only/0", false));
    assert_eq!(entry("Two", Some("b")), found("Two.b/1", true));
    for (class, function, named) in [
        ("Two", None, "a/0, b/1"),
        ("Two", Some("c"), "a/0, b/1"),
        ("Three", None, "Main, One, Two"),
        ("Main", Some("other"), "needs 2 arguments"),
    ] {
        let error = entry(class, function).unwrap_err();
        assert!(error.contains(named), "{error}");
    }
}

/// Rule: P-START-2
#[test]
fn an_entry_that_takes_arguments_gets_an_array_of_strings() {
    let vm = machine(VmConfig::default(), ECHO);
    let words = ["a".to_owned(), "b".to_owned()];
    let entry = vm.entry("Main", None).unwrap();
    let wanted = Value::array([Value::string("a"), Value::string("b")]);
    assert_eq!(entry.arguments(&words), [wanted]);
}

#[test]
fn a_class_is_loaded_once_and_a_link_error_names_its_place() {
    let mut vm = machine(VmConfig::default(), ECHO);
    let again = vm.load(&classes(ECHO)[0]).unwrap_err();
    assert!(
        matches!(&again, LoadError::Unlinked(problem) if problem.code == "L06"),
        "{again}"
    );
    let text = ".class Other\n.function f arity=0\n nop\n call_native r0, @no.such\n";
    let unknown = vm.load(&classes(text)[0]).unwrap_err().to_string();
    assert!(
        unknown.contains("class Other, function f/0, instruction 1"),
        "{unknown}"
    );
    assert!(unknown.contains("no.such"), "{unknown}");
}

/// Rule: P-PLACE-3
#[test]
fn a_package_is_loaded_whole_or_refused_by_name() {
    let build = |name: &str, bytes: Vec<u8>| {
        let mut builder = IonPackBuilder::new("p", "1.0.0");
        builder.main_class("Main").add_class(name, bytes);
        IonPackReader::from_bytes(builder.build_bytes().unwrap()).unwrap()
    };
    let bytes = classes(ECHO)[0].to_bytes().unwrap();
    let mut vm = VmBuilder::new().build().unwrap();
    vm.load_pack(&mut build("Main", bytes.clone())).unwrap();
    assert!(vm.entry("Main", None).is_ok());
    let mut vm = VmBuilder::new().build().unwrap();
    let error = vm.load_pack(&mut build("Other", bytes)).unwrap_err();
    assert!(matches!(error, LoadError::Misnamed { .. }), "{error}");
    let error = vm
        .load_pack(&mut build("Main", b"junk".to_vec()))
        .unwrap_err();
    assert!(matches!(error, LoadError::Class { .. }), "{error}");
}

#[test]
fn processes_spawned_before_run_beside_the_main_process() {
    for config in [stepped(), VmConfig::default()] {
        let mut vm = machine(config, TAKES);
        let main = vm.entry("Main", Some("main")).unwrap();
        let forward = vm.entry("Main", Some("forward")).unwrap();
        let pid = vm
            .spawn(forward.function, &[Value::Process(Pid::MAIN)])
            .unwrap();
        vm.send(pid, &Value::atom("hello")).unwrap();
        let outcome = vm.run(main.function, &[]).unwrap();
        assert_eq!(outcome, RunOutcome::Finished(Value::atom("hello")));
        let deadlock = vm.run(main.function, &[]).unwrap();
        assert!(
            matches!(deadlock, RunOutcome::Deadlock(_)),
            "nothing is left: {deadlock:?}"
        );
    }
}

#[test]
fn a_handle_sends_from_another_thread_and_keeps_the_run_alive() {
    for config in [stepped(), VmConfig::default()] {
        let mut vm = machine(config, TAKES);
        let entry = vm.entry("Main", None).unwrap();
        let handle = vm.handle();
        let other = handle.clone();
        drop(handle);
        let outcome = std::thread::scope(|scope| {
            scope.spawn(move || other.send(Pid::MAIN, &Value::number(3.0)).unwrap());
            vm.run(entry.function, &[]).unwrap()
        });
        assert_eq!(outcome, RunOutcome::Finished(Value::number(3.0)));
    }
}

#[test]
fn a_stopper_keeps_nothing_alive_but_ends_what_runs() {
    for config in [stepped(), VmConfig::default()] {
        let mut vm = machine(config, TAKES);
        let entry = vm.entry("Main", None).unwrap();
        let stopper = vm.stopper();
        assert!(matches!(
            vm.run(entry.function, &[]),
            Ok(RunOutcome::Deadlock(_))
        ));
        let _holds = vm.handle();
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| stopper.stop(Stop::Terminate));
            vm.run(entry.function, &[]).unwrap()
        });
        assert_eq!(outcome, RunOutcome::Stopped(Stop::Terminate));
    }
}

/// Asks for a stop when a program prints for the first time, and keeps what it prints.
#[derive(Default)]
struct StopAtPrint {
    stopper: std::sync::OnceLock<Stopper>,
    printed: MemoryConsole,
}

impl Console for StopAtPrint {
    fn write(&self, stream: Stream, text: &str) -> std::io::Result<()> {
        if self.printed.texts().0.is_empty() {
            self.stopper.get().unwrap().stop(Stop::Terminate);
        }
        self.printed.write(stream, text)
    }
    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a program that is asked to stop when it prints; yields how it ended, after
/// what time, and what it printed.
fn stopped(text: &str, config: VmConfig) -> (RunOutcome, Duration, String) {
    let clock = Arc::new(VirtualClock::default());
    let console = Arc::new(StopAtPrint::default());
    let builder = VmBuilder::new().config(config).clock(clock.clone());
    let mut vm = builder.console(console.clone()).build().unwrap();
    for class in classes(text) {
        vm.load(&class).unwrap();
    }
    console.stopper.set(vm.stopper()).unwrap();
    let entry = vm.entry("Main", None).unwrap();
    let before = clock.monotonic_ns();
    let outcome = vm.run(entry.function, &[]).unwrap();
    let took = Duration::from_nanos(clock.monotonic_ns() - before);
    (outcome, took, console.printed.texts().0)
}

#[test]
fn a_stop_lets_the_main_process_end_the_others_in_order() {
    // The child is told only by the main process, which then waits for its end.
    let text = "
.class Main
.function main arity=0
    .handler from, to, to, r9
    load_const  r0, true
    trap_exit   r1, r0
    load_const  r0, &child
    spawn       r1, r0, [link]
    load_const  r2, :begun
    call_native r2, io.print, r2
from:
    receive     r2
    load_const  r3, :shutdown
    exit_signal r1, r3
    receive     r2
    load_const  r4, 2
    get_index   r5, r2, r4
    equal       r6, r5, r3
    jump_if_true r6, ordered
to:
    load_const  r2, :disorder
    call_native r2, io.print, r2
    return      r2
ordered:
    load_const  r2, :order
    call_native r2, io.print, r2
    return      r2
.function child arity=0 private
    receive     r0
";
    for config in [stepped(), VmConfig::default()] {
        let (outcome, took, printed) = stopped(text, config);
        assert_eq!(outcome, RunOutcome::Stopped(Stop::Terminate));
        assert_eq!(printed, "begunorder");
        assert!(took < Duration::from_millis(100), "{took:?}");
    }
}

#[test]
fn a_stop_that_nobody_heeds_takes_less_than_two_seconds() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, true
    trap_exit   r1, r0
    call_native r0, io.print, r0
more:
    receive     r2
    jump        more
";
    for config in [stepped(), VmConfig::default()] {
        let (outcome, took, _) = stopped(text, config);
        assert_eq!(outcome, RunOutcome::Stopped(Stop::Terminate));
        assert!(
            took > Duration::from_secs(1) && took < Duration::from_secs(2),
            "{took:?}"
        );
    }
}

#[test]
fn a_dump_tells_what_every_process_is_doing() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, :boss
    self_pid    r1
    call_native r2, process.register, r0, r1
    load_const  r0, &hog
    spawn       r1, r0, [link]
    load_const  r0, &idler
    spawn       r1, r0
    load_const  r2, :unread
    send        r1, r2
    receive     r2
    return      r2
.function hog arity=0 private
again:
    jump        again
.function idler arity=0 private
    load_const  r0, :infinity
.line 42
    sleep       r0
";
    for config in [stepped(), VmConfig::default()] {
        let mut vm = machine(config, text);
        let entry = vm.entry("Main", None).unwrap();
        let (dumper, handle) = (vm.dumper(), vm.handle());
        let dump = std::thread::scope(|scope| {
            let dump = scope.spawn(|| {
                // The first dumps may come before all have begun.
                let whole = |dump: &CrashDump| {
                    let begun = |at: usize| !dump.processes[at].frames.is_empty();
                    let waits = |at: usize| dump.processes[at].status == "waiting";
                    dump.processes.len() == 3 && waits(0) && begun(1) && waits(2)
                };
                let dumps = std::iter::repeat_with(|| dumper.dump(Duration::from_secs(60)));
                let dump = dumps.take(10_000).find(whole).unwrap();
                handle.stop(Stop::Interrupt);
                handle.stop(Stop::Interrupt);
                dump
            });
            vm.run(entry.function, &[]).unwrap();
            dump.join().unwrap()
        });
        assert_eq!((dump.missing, dump.more), (Some(0), 0));
        let places: Vec<_> = dump
            .processes
            .iter()
            .map(|process| {
                let place = process.frames.first().map(ToString::to_string);
                (process.status.as_str(), place.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            places[0],
            ("waiting", "Main.main/0, instruction 9".to_owned())
        );
        assert!(places[1].1.starts_with("Main.hog/0"), "{places:?}");
        assert_eq!(
            places[2],
            ("waiting", "Main.idler/0, instruction 1, line 42".to_owned())
        );
        let shown = dump.to_string();
        for part in [
            "processes: 3\n",
            "most messages not taken: 1, #process<3> waiting in Main.idler/0",
            "name :boss",
            "links (#process<1>,)",
        ] {
            assert!(shown.contains(part), "{shown}");
        }
        let text = format!("{}\nreason: a test\n{dump}", dump::read::FIRST);
        let read = dump::read::read(&text).unwrap();
        assert_eq!(read.about("reason"), Some("a test"));
        assert_eq!(read.dump, dump);
    }
}

#[test]
fn a_time_limit_ends_what_never_would() {
    let text = ".class Main\n.function main arity=0\nagain:\n jump again\n";
    let limit = Duration::from_millis(2);
    for config in [stepped(), VmConfig::default()] {
        let timeout = Some(limit);
        let mut vm = machine(VmConfig { timeout, ..config }, text);
        let entry = vm.entry("Main", None).unwrap();
        let outcome = vm.run(entry.function, &[]).unwrap();
        assert_eq!(outcome, RunOutcome::TimedOut(limit));
    }
}

#[test]
fn a_deadlock_is_told_with_function_and_instruction() {
    let RunOutcome::Deadlock(report) = run(TAKES, &[]) else {
        panic!("no deadlock");
    };
    assert_eq!(
        report.to_string(),
        "the main process waits for what can never come; #process<1> waits in Main.main/0, \
         instruction 0 `receive r0`"
    );
}

#[test]
fn the_library_is_there_and_its_names_are_its_own() {
    let text = "
.class Main
.function main arity=1
    load_const  r1, &double/1
    call_native r2, @array.map, r0, r1
    return      r2
.function double arity=1
    add         r1, r0, r0
    return      r1
";
    let numbers = |list: [f64; 2]| Value::array(list.map(Value::number));
    let outcome = run(text, &[numbers([1.0, 21.0])]);
    assert_eq!(outcome, RunOutcome::Finished(numbers([2.0, 42.0])));
    let mut vm = machine(VmConfig::default(), text);
    let error = vm.load(&classes(".class ion.mine\n.function f arity=0\n")[0]);
    assert!(
        matches!(error, Err(LoadError::Reserved { .. })),
        "{error:?}"
    );
}

#[test]
fn a_result_that_contains_itself_is_still_shown() {
    let text = "
.class Main
.function main arity=0
    load_const  r0, 1
    array_init  r1, r0
    array_push  r1, r1
    return      r1
";
    let RunOutcome::Opaque { shown, error } = run(text, &[]) else {
        panic!("it has a form");
    };
    assert_eq!((shown.as_str(), error), ("[1, ...]", ConvertError::Cycle));
}
