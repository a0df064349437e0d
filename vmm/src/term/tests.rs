//! Laws of equality, order and hash on arbitrary values, and every walk on
//! values that are deep, shared and cyclic.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::convert::{Nameless, Unlinked};
use crate::fault::FaultKind;
use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::limits::SHOW_CHARS_MAX;
use crate::value::{Object, PropertyDescriptor, Value};
use crate::word::Word;

/// Values with few different leaves, so that equal ones are met.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            1.5,
            f64::NAN,
            9.007_199_254_740_992e15
        ])
        .prop_map(Value::number),
        prop::sample::select(vec![0_i64, 1, 1 << 53, (1 << 53) + 1]).prop_map(Value::integer),
        (0..2_u8, 0..2_u8).prop_map(|(a, b)| Value::complex(a.into(), b.into())),
        "[ab]{0,2}".prop_map(Value::string),
        "[ab]{0,2}".prop_map(Value::atom),
        "[ab]{0,2}".prop_map(|s| Value::bytes(s.into_bytes())),
        any::<bool>().prop_map(Value::boolean),
        Just(Value::nil()),
        Just(Value::unit()),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            items().prop_map(Value::tuple),
            items().prop_map(Value::array),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Value::pair(a, b)),
            (items(), any::<bool>()).prop_map(|(values, turned)| {
                let entry = |(i, v)| (Value::integer(i as u64), v);
                let mut entries: Vec<_> = values.into_iter().enumerate().map(entry).collect();
                if turned {
                    entries.reverse();
                }
                Value::map(entries)
            }),
            (items(), any::<bool>()).prop_map(|(values, turned)| {
                let mut names = ["x", "y", "z"];
                if turned {
                    names[..values.len()].reverse();
                }
                let object = names
                    .iter()
                    .zip(values)
                    .fold(Object::new(), |o, (name, v)| {
                        o.with(name, PropertyDescriptor::open(v))
                    });
                Value::object(object)
            }),
        ]
    })
}

struct Two {
    common: Common,
    a: Parcel,
    b: Parcel,
}

impl Two {
    fn new(a: &Value, b: &Value) -> Two {
        let common = Common::default();
        let a = Parcel::from_value(&common, a, &Unlinked).unwrap();
        let b = Parcel::from_value(&common, b, &Unlinked).unwrap();
        Two { common, a, b }
    }

    /// Equality in either direction, and with both in one space.
    fn equal(&self) -> bool {
        let (a, b) = (self.a.view(&self.common), self.b.view(&self.common));
        let there = equal(a, self.a.root(), b, self.b.root()).0;
        let back = equal(b, self.b.root(), a, self.a.root()).0;
        assert_eq!(there, back, "not symmetric");
        let mut heap = Heap::new(0, 1 << 20, true);
        let x = heap.unpack(&self.a).unwrap();
        let root = heap.push_root(x);
        let y = heap.unpack(&self.b).unwrap();
        let view = heap.view(&self.common);
        assert_eq!(equal(view, heap.root(root), view, y).0, there);
        there
    }

    fn hashes(&self) -> (u64, u64) {
        let hash = |parcel: &Parcel| hash(parcel.view(&self.common), parcel.root(), 7).0;
        (hash(&self.a), hash(&self.b))
    }

    fn same(&self) -> bool {
        let (a, b) = (self.a.view(&self.common), self.b.view(&self.common));
        let same = same(a, self.a.root(), b, self.b.root()).0;
        if same {
            assert_eq!(key_hash(a, self.a.root()), key_hash(b, self.b.root()));
        }
        same
    }

    fn compare(&self) -> Result<Option<Ordering>, FaultKind> {
        let (a, b) = (self.a.view(&self.common), self.b.view(&self.common));
        compare(a, self.a.root(), b, self.b.root()).map_err(|fault| fault.kind)
    }
}

/// Whether there is a NaN in it, which no law of equality holds for.
fn has_nan(value: &Value) -> bool {
    value.to_string().contains("NaN")
}

proptest! {
    #[test]
    fn equality_is_reflexive_and_hashes_follow_it(value in values()) {
        let two = Two::new(&value, &value);
        prop_assert_eq!(two.equal(), !has_nan(&value));
        prop_assert_eq!(two.hashes().0, two.hashes().1);
    }

    #[test]
    fn equal_values_have_equal_hashes(a in values(), b in values()) {
        let two = Two::new(&a, &b);
        let (x, y) = two.hashes();
        if two.equal() {
            prop_assert_eq!(x, y, "{} and {}", a, b);
        }
        if two.same() && !has_nan(&a) {
            prop_assert!(two.equal());
        }
    }

    #[test]
    fn order_agrees_with_equality_and_turns_round(a in values(), b in values()) {
        let (there, back) = (Two::new(&a, &b), Two::new(&b, &a));
        match (there.compare(), back.compare()) {
            (Ok(x), Ok(y)) => {
                prop_assert_eq!(x, y.map(Ordering::reverse));
                prop_assert_eq!(x == Some(Ordering::Equal), there.equal(), "{} {}", a, b);
            }
            (x, y) => {
                prop_assert_eq!(x.err(), Some(FaultKind::BadType));
                prop_assert_eq!(y.err(), Some(FaultKind::BadType));
            }
        }
    }

    #[test]
    fn order_is_transitive(values in prop::collection::vec(values(), 3)) {
        let le = |i: usize, j: usize| {
            let order = Two::new(&values[i], &values[j]).compare();
            matches!(order, Ok(Some(Ordering::Less | Ordering::Equal)))
        };
        if le(0, 1) && le(1, 2) {
            prop_assert!(le(0, 2), "{:?}", values);
        }
    }

    #[test]
    fn shown_values_are_shown_as_the_host_shows_them(value in values()) {
        let two = Two::new(&value, &value);
        let shown = show(two.a.view(&two.common), two.a.root(), &Nameless);
        prop_assert_eq!(shown, value.to_string());
    }
}

#[test]
fn values_of_different_types_meet_by_value_only_where_they_should() {
    let check = |a: Value, b: Value, expected| {
        assert_eq!(Two::new(&a, &b).equal(), expected, "{a} {b}");
        assert!(!Two::new(&a, &b).same(), "{a} {b}");
    };
    let big: num_bigint::BigInt = num_bigint::BigInt::from(1) << 60;
    check(Value::number(1.0), Value::integer(1), true);
    check(Value::number(0.0), Value::number(-0.0), true);
    check(
        Value::number(2.0_f64.powi(60)),
        Value::integer(big.clone()),
        true,
    );
    check(
        Value::number(2.0_f64.powi(60)),
        Value::integer(big + 1),
        false,
    );
    check(Value::complex(2.0, 0.0), Value::integer(2), true);
    check(Value::complex(2.0, 1.0), Value::number(2.0), false);
    check(Value::string("a"), Value::atom("a"), false);
    check(Value::string("a"), Value::bytes(*b"a"), false);
    check(Value::tuple([]), Value::array([]), false);
    check(Value::nil(), Value::array([]), false);
    assert!(Two::new(&Value::number(f64::NAN), &Value::number(f64::NAN)).same());
}

#[test]
fn objects_are_equal_with_the_same_prototype_only() {
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 20, true);
    heap.reserve(100).unwrap();
    let mut object = |prototype| crate::object::new_with(&mut heap, &common, prototype, &[]);
    let (p, q) = (object(Word::UNDEFINED), object(Word::UNDEFINED));
    let (a, b, c) = (object(p), object(p), object(q));
    let view = heap.view(&common);
    assert!(equal(view, p, view, q).0 && equal(view, a, view, b).0);
    assert!(!equal(view, a, view, c).0);
    assert!(!same(view, a, view, b).0 && same(view, a, view, a).0);
}

#[test]
fn texts_are_those_of_the_manual() {
    let tagged = |slots: Option<Value>| {
        let mut object = Object::new().with("__tag", PropertyDescriptor::open(Value::atom("Tag")));
        if let Some(slots) = slots {
            object = object.with("__slots", PropertyDescriptor::open(slots));
        }
        Value::object(object)
    };
    let one = || PropertyDescriptor::open(1.0.into());
    let two = Value::array([1.0.into(), "x".into()]);
    for (value, shown, people) in [
        (Value::number(42.0), "42", "42"),
        (Value::integer(42), "42n", "42"),
        (Value::complex(2.0, -3.0), "2-3i", "2-3i"),
        (Value::string("a\n"), "\"a\\n\"", "a\n"),
        (Value::atom("ok"), ":ok", "ok"),
        (Value::atom("a b"), ":\"a b\"", "a b"),
        (Value::bytes(*b"\0a"), "b\"\\x00a\"", "b\"\\x00a\""),
        (Value::unit(), "unit", "()"),
        (Value::undefined(), "undefined", "undefined"),
        (Value::tuple([]), "()", "()"),
        (Value::tuple([1.0.into()]), "(1,)", "(1,)"),
        (two.clone(), "[1, \"x\"]", "[1, x]"),
        (
            Value::pair(1.0.into(), Value::pair(2.0.into(), Value::nil())),
            "[1, 2 | nil]",
            "[1, 2 | nil]",
        ),
        (
            Value::map([(Value::atom("k"), "v".into())]),
            "%{:k: \"v\"}",
            "{k: v}",
        ),
        (
            Value::object(Object::new().with("x", one())),
            "{x: 1}",
            "{x: 1}",
        ),
        (
            Value::object(Object::new().with("a b", one()).with("c", one())),
            "{\"a b\": 1, c: 1}",
            "{a b: 1, c: 1}",
        ),
        (tagged(None), "{__tag: :Tag}", ":Tag"),
        (
            tagged(Some(two)),
            "{__tag: :Tag, __slots: [1, \"x\"]}",
            ":Tag[1, x]",
        ),
        (
            Value::extern_function("Main", "worker", Some(1)),
            "#function<Main.worker/1>",
            "#function<Main.worker/1>",
        ),
    ] {
        let t = Two::new(&value, &value);
        let view = t.a.view(&t.common);
        assert_eq!(show(view, t.a.root(), &Nameless), shown);
        assert_eq!(text(view, t.a.root(), &Nameless).unwrap(), people);
        assert_eq!(value.to_string(), shown);
    }
}

/// Two of each: a list of that many pairs, one that hangs by its heads, and a
/// DAG of 60 pairs with 2^60 paths.
fn deep(depth: usize) -> (Common, Heap, [[Word; 2]; 3]) {
    let mut heap = Heap::new(0, 1 << 32, false);
    heap.reserve(12 * depth + 400).unwrap();
    let two = |heap: &mut Heap, f: &dyn Fn(&mut Heap) -> Word| [f(heap), f(heap)];
    let list = |h: &mut Heap| (0..depth).fold(Word::NIL, |t, _| h.pair(Word::TRUE, t));
    let heads = |h: &mut Heap| (0..depth).fold(Word::NIL, |t, _| h.pair(t, Word::TRUE));
    let dag = |h: &mut Heap| (0..60).fold(Word::NIL, |below, _| h.tuple(&[below, below]));
    let values = [
        two(&mut heap, &list),
        two(&mut heap, &heads),
        two(&mut heap, &dag),
    ];
    (Common::default(), heap, values)
}

#[test]
fn every_walk_gets_over_depth_and_paths() {
    // Deep enough to end any stack; small enough for every run of the tests.
    let (common, heap, values) = deep(300_000);
    let view = heap.view(&common);
    for [a, b] in values {
        assert!(equal(view, a, view, b).0 && same(view, a, view, b).0);
        assert_eq!(hash(view, a, 1), hash(view, b, 1));
        assert_eq!(key_hash(view, a), key_hash(view, b));
        assert_eq!(show(view, a, &Nameless).chars().count(), SHOW_CHARS_MAX + 3);
        let parcel = Parcel::pack(view, a).unwrap();
        assert!(equal(parcel.view(&common), parcel.root(), view, b).0);
    }
    let [[list, _], [heads, _], [a, b]] = values;
    assert!(!equal(view, list, view, heads).0);
    // The innermost parts are `nil`, which has no order.
    assert!(compare(view, a, view, b).is_err());
    assert!(text(view, list, &Nameless).unwrap().len() > 6 * 300_000);
}

#[test]
fn texts_with_too_many_paths_stop_at_the_bound() {
    let mut heap = Heap::new(0, 1 << 20, false);
    let common = Common::default();
    let long = heap.new_string(&"x".repeat(1 << 16)).unwrap();
    heap.push_root(long);
    heap.reserve(200).unwrap();
    let dag = (0..60).fold(heap.root(0), |below, _| heap.tuple(&[below, below]));
    let fault = text(heap.view(&common), dag, &Nameless).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Limit);
}

#[test]
fn every_walk_ends_on_cycles() {
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 20, false);
    heap.reserve(300).unwrap();
    // Rings of arrays of length 2 and 3: `[1, [1, ...]]` both.
    let ring = |heap: &mut Heap, n: usize, first: f64| {
        let arrays: Vec<Word> = (0..n)
            .map(|_| heap.array(&[Word::number(first), Word::NIL]))
            .collect();
        for (i, array) in arrays.iter().enumerate() {
            heap.array_set(array.place(), 1, arrays[(i + 1) % n]);
        }
        arrays[0]
    };
    let (two, three, other) = (
        ring(&mut heap, 2, 1.0),
        ring(&mut heap, 3, 1.0),
        ring(&mut heap, 2, 7.0),
    );
    let view = heap.view(&common);
    assert!(equal(view, two, view, three).0);
    assert!(!equal(view, two, view, other).0);
    assert!(!same(view, two, view, three).0);
    assert_eq!(hash(view, two, 0), hash(view, three, 0));
    assert_eq!(compare(view, two, view, three), Ok(Some(Ordering::Equal)));
    assert_eq!(compare(view, two, view, other), Ok(Some(Ordering::Less)));
    assert_eq!(show(view, two, &Nameless), "[1, [1, ...]]");
    assert_eq!(text(view, three, &Nameless).unwrap(), "[1, [1, [1, ...]]]");
    let parcel = Parcel::pack(view, two).unwrap();
    let there = parcel.view(&common);
    assert!(equal(there, parcel.root(), view, three).0);
    assert_eq!(show(there, parcel.root(), &Nameless), "[1, [1, ...]]");
    // A list that ends in itself.
    heap.reserve(30).unwrap();
    let last = heap.pair(Word::TRUE, Word::NIL);
    let list = heap.pair(Word::FALSE, last);
    heap.store(last.place(), 1, last);
    let shown = show(heap.view(&common), list, &Nameless);
    assert!(
        shown.starts_with("[false, true") && shown.ends_with(" | ...]"),
        "{shown}"
    );
}
