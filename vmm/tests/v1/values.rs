//! Every tag of a constant, every access of a property.

use super::write::{Entry, I, V, class, function, number, ret};
use super::{outcome, result};

/// What loading a constant gives.
#[track_caller]
fn loaded(value: V) -> String {
    result(&[function("main", 0, 1, vec![I::LoadConst(0, value), ret(0)])])
}

#[test]
fn every_tag_of_a_constant() {
    assert_eq!(loaded(V::Number(0.5)), "0.5");
    assert_eq!(loaded(V::Number(-f64::NAN)), "NaN");
    assert_eq!(loaded(V::Boolean(true)), "true");
    assert_eq!(loaded(V::Boolean(false)), "false");
    assert_eq!(loaded(V::Atom("ok")), ":ok");
    assert_eq!(loaded(V::Unit), "unit");
    assert_eq!(loaded(V::Undefined), "undefined");
    assert_eq!(loaded(V::FunctionName("main")), ":\"function:main\"");
    assert_eq!(loaded(V::Text("é\n")), "\"é\\n\"");
    assert_eq!(loaded(V::Complex(1.0, -2.0)), "1-2i");
    assert_eq!(loaded(V::Array(vec![])), "[]");
    assert_eq!(loaded(V::Tuple(vec![])), "()");
    assert_eq!(loaded(V::Object(vec![])), "{}");
    let nested = V::Tuple(vec![
        V::Array(vec![V::Unit, V::Tuple(vec![V::Number(1.0)])]),
        V::Object(vec![
            ("a", V::Object(vec![("b", V::Array(vec![]), 0)]), 2),
            ("c", V::Number(2.0), 0),
        ]),
    ]);
    assert_eq!(loaded(nested), "([unit, (1,)], {a: {b: []}, c: 2})");
}

/// Reads a property after it was written, of an object from a constant or
/// from `ObjectInit`.
fn written(make: I) -> String {
    let code = vec![
        make,
        I::LoadConst(1, V::Text("x")),
        number(2, 5.0),
        I::Regs(0x08, vec![0, 1, 2]),
        I::Regs(0x07, vec![3, 0, 1]),
        ret(3),
    ];
    let main = function("main", 0, 4, code);
    outcome(&[("Main", class(&[main]))]).unwrap()
}

#[test]
fn every_access_of_a_property() {
    let one = || V::Number(1.0);
    for (access, open) in [(0, true), (1, false), (2, true), (3, false)] {
        let constant = I::LoadConst(0, V::Object(vec![("x", one(), access)]));
        let value = I::ObjectInit(0, vec![("x", Entry::ValueAccess(one(), access))]);
        // `r3` is undefined.
        let reg = I::ObjectInit(0, vec![("x", Entry::RegAccess(3, access))]);
        for make in [constant, value, reg] {
            let shown = written(make);
            match open {
                true => assert_eq!(shown, "5", "access {access}"),
                false => assert!(shown.contains("read_only"), "access {access}: {shown}"),
            }
        }
    }
}

#[test]
fn read_only_properties_are_listed() {
    let object = V::Object(vec![("x", V::Number(1.0), 1), ("y", V::Number(2.0), 3)]);
    assert_eq!(
        loaded(object),
        "{x [enumerable configurable]: 1, y [enumerable configurable]: 2}"
    );
}
