//! Names in constants, native functions, and what becomes of wrong ones.

use super::write::{Entry, F, I, P, V, atom, class, function, nameless, native, number, ret};
use super::{outcome, refusal, result};

fn main(extra: u32, code: Vec<I>) -> F {
    function("main", 0, extra, code)
}

fn one() -> F {
    function("one", 0, 1, vec![number(0, 1.0), ret(0)])
}

#[test]
fn functions_of_the_same_class() {
    for name in ["__function_ref:one", "__function_ref:Main:one"] {
        let code = vec![atom(0, name), I::Call(1, 0, vec![]), ret(1)];
        assert_eq!(result(&[main(2, code), one()]), "1");
    }
}

#[test]
fn functions_and_natives_deep_inside_constants() {
    let deep = V::Tuple(vec![
        V::Unit,
        V::Array(vec![V::Object(vec![
            ("f", V::Atom("__function_ref:one"), 0),
            ("g", V::Atom("__stdlib:SQRT"), 1),
        ])]),
        V::Atom("plain"),
    ]);
    let code = vec![I::LoadConst(0, deep), ret(0)];
    assert_eq!(
        result(&[main(1, code), one()]),
        "(unit, [{f: #function<Main.one/0>, g [enumerable configurable]: #function<math.sqrt>}], :plain)"
    );
    // In an object's entries and in patterns, too.
    let code = vec![
        I::ObjectInit(0, vec![("f", Entry::Value(V::Atom("__function_ref:one")))]),
        I::LoadConst(1, V::Text("f")),
        I::Regs(0x07, vec![0, 0, 1]),
        I::Match(
            0,
            vec![
                (P::Tuple(vec![]), 1),
                (P::Value(V::Atom("__function_ref:one")), 2),
            ],
        ),
        ret(1),
        I::Call(2, 0, vec![]),
        ret(2),
    ];
    assert_eq!(result(&[main(3, code), one()]), "1");
}

#[test]
fn natives_in_every_spelling() {
    for spelling in ["__stdlib:Sqrt", "__stdlib:math.sqrt", "__stdlib:SQRT"] {
        let code = vec![
            atom(0, spelling),
            number(1, 9.0),
            I::Call(2, 0, vec![1]),
            ret(2),
        ];
        assert_eq!(result(&[main(3, code)]), "3");
    }
}

#[test]
fn native_functions_are_called_like_others() {
    let root = native("root", 1, "Sqrt");
    let code = vec![
        atom(0, "__function_ref:root"),
        number(1, 16.0),
        // What is too much is dropped.
        I::Call(2, 0, vec![1, 1]),
        ret(2),
    ];
    assert_eq!(result(&[main(3, code), root]), "4");
    // One without registers at all, as the only function of its class.
    let pi = native("pi", 0, "PI");
    assert_eq!(result(&[pi]), "3.141592653589793");
    let wrong = refusal(&[main(0, vec![]), native("n", 0, "Sqrtt")]);
    assert!(
        wrong.contains("function n/0") && wrong.contains("\"Sqrtt\""),
        "{wrong}"
    );
    // Natives that hosts bring have a module; whether it is there is for the linker.
    let hosts = refusal(&[native("n", 0, "My.Own")]);
    assert!(hosts.contains("there is no native `my.own`"), "{hosts}");
}

#[test]
fn the_machine_is_asked_by_load_const() {
    let load = |name| result(&[main(1, vec![atom(0, name), ret(0)])]);
    assert_eq!(load("self"), "#process<1>");
    assert_eq!(load("__vm:self"), "#process<1>");
    assert_eq!(load("__vm:this"), "undefined");
    assert_eq!(load("__vm:pid"), "1");
    assert_eq!(load("__vm:processes"), "1");
    assert!(load("__vm:scheduler_passes").parse::<f64>().is_ok());
    // Inside a constant they are atoms like others.
    let inside = V::Tuple(vec![V::Atom("self"), V::Atom("__vm:pid")]);
    let code = vec![I::LoadConst(0, inside), ret(0)];
    assert_eq!(result(&[main(1, code)]), "(:self, :\"__vm:pid\")");
    let wrong = refusal(&[main(1, vec![I::Regs(0x14, vec![]), atom(0, "__vm:time")])]);
    assert!(
        wrong.contains("function main/0, instruction 1") && wrong.contains("\"__vm:time\""),
        "{wrong}"
    );
}

#[test]
fn methods_know_their_receiver() {
    let code = vec![
        number(0, 6.0),
        I::ObjectInit(
            1,
            vec![
                ("x", Entry::Reg(0)),
                ("get", Entry::Value(V::Atom("__function_ref:get"))),
            ],
        ),
        I::LoadConst(2, V::Text("get")),
        I::Regs(0x07, vec![3, 1, 2]),
        I::Call(4, 3, vec![]),
        ret(4),
    ];
    let get = function(
        "get",
        0,
        2,
        vec![
            atom(0, "__vm:this"),
            I::LoadConst(1, V::Text("x")),
            I::Regs(0x07, vec![0, 0, 1]),
            ret(0),
        ],
    );
    assert_eq!(result(&[main(5, code), get]), "6");
}

#[test]
fn names_that_name_nothing_are_refused_with_their_place() {
    let wrong = |name| {
        let code = vec![number(0, 1.0), atom(0, name)];
        refusal(&[main(1, code), one()])
    };
    for (name, why) in [
        ("__function_ref:on", "did you mean \"one\"?"),
        (
            "__function_ref:Main:zero",
            "class \"Main\" has no function \"zero\"",
        ),
        ("__function_ref:Mian:one", "did you mean \"Main\"?"),
        ("__function_ref:", "no function \"\""),
        ("__stdlib:PrintLine", "no native function \"PrintLine\""),
        ("__stdlib:", "no native function \"\""),
    ] {
        let error = wrong(name);
        let named = error.contains(&format!("{name:?} names nothing"));
        assert!(
            named && error.contains(why) && error.contains("function main/0, instruction 1"),
            "{error}"
        );
    }
    let twice = refusal(&[
        main(1, vec![atom(0, "__function_ref:f")]),
        function("f", 0, 0, vec![]),
        function("f", 1, 0, vec![]),
    ]);
    assert!(twice.contains("several functions of that name"), "{twice}");
}

#[test]
fn functions_without_names_stay_without() {
    let code = vec![number(0, 8.0), ret(0)];
    assert_eq!(result(&[nameless(0, 1, code)]), "8");
}

#[test]
fn classes_of_the_package_are_known_whatever_their_order() {
    let call = |name| class(&[main(2, vec![atom(0, name), I::Call(1, 0, vec![]), ret(1)])]);
    let other = class(&[one()]);
    for name in ["Alpha", "Zeta"] {
        let reference: &'static str = match name {
            "Alpha" => "__function_ref:Alpha:one",
            _ => "__function_ref:Zeta:one",
        };
        let shown = outcome(&[("Main", call(reference)), (name, other.clone())]);
        assert_eq!(shown.unwrap(), "1");
    }
    let missing = outcome(&[("Main", call("__function_ref:Beta:one"))]).unwrap_err();
    let missing = missing.to_string();
    assert!(
        missing.contains("class \"Main\"") && missing.contains("there is no class \"Beta\""),
        "{missing}"
    );
    // Classes of the library are there without being in the package.
    let library = outcome(&[("Main", call("__function_ref:ion.map:nothing"))]).unwrap();
    assert!(library.contains("nothing"), "{library}");
}
