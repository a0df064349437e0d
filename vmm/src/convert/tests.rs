//! Host values to words and back: nothing is lost, and nothing is copied that
//! could be shared.

use super::from_value::Constant;
use super::to_value::to_value;
use super::*;
use crate::heap::Heap;
use crate::heap::parcel::Parcel;
use crate::heap::shared::Common;
use crate::ids::RefId;
use crate::ids::{FuncId, Pid};
use crate::limits::HOST_VALUE_DEPTH_MAX;
use crate::value::{Closure, Object, PropertyDescriptor, Value};
use crate::word::Word;
use proptest::prelude::*;

struct Linked;

impl Resolve for Linked {
    fn function(&self, reference: &FunctionRef) -> Option<Resolved> {
        match reference {
            FunctionRef::Local(index) => Some(Resolved::Function(FuncId(index.0))),
            FunctionRef::Extern { arity, .. } => Some(Resolved::Extern(*arity)),
        }
    }

    fn native(&self, name: &str) -> Option<Resolved> {
        (name == "native").then_some(Resolved::Native(3))
    }
}

/// Through a parcel and a heap and back.
fn round(value: &Value) -> Result<Value, ConvertError> {
    let common = Common::default();
    let parcel = Parcel::from_value(&common, value, &Linked)?;
    let direct = to_value(parcel.view(&common), parcel.root(), &Nameless)?;
    let mut heap = Heap::new(0, 1 << 26, true);
    let word = heap.unpack(&parcel).unwrap();
    let root = heap.push_root(word);
    heap.reserve(10).unwrap();
    let word = heap.root(root);
    let back = to_value(heap.view(&common), word, &Nameless)?;
    assert_eq!(direct, back);
    Ok(back)
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<f64>().prop_map(Value::number),
        any::<i128>().prop_map(Value::integer),
        any::<bool>().prop_map(Value::boolean),
        (any::<f64>(), any::<f64>()).prop_map(|(re, im)| Value::complex(re, im)),
        "[a-zß\\PC]{0,80}".prop_map(Value::string),
        prop::collection::vec(any::<u8>(), 0..80).prop_map(Value::bytes),
        "[a-z]{0,4}".prop_map(Value::atom),
        Just(Value::unit()),
        Just(Value::undefined()),
        Just(Value::nil()),
        (0_u32..9).prop_map(Value::local_function),
        Just(Value::extern_function("Main", "f", None)),
        Just(Value::extern_function("Main", "f", Some(2))),
        any::<u32>().prop_map(|n| Value::Process(Pid::from_number(n.into()))),
        (any::<u32>(), any::<u64>()).prop_map(|(n, count)| Value::Reference(RefId {
            owner: Pid::from_number(n.into()),
            count
        })),
    ];
    leaf.prop_recursive(5, 60, 12, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..12);
        prop_oneof![
            items().prop_map(Value::tuple),
            items().prop_map(Value::array),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Value::pair(a, b)),
            items().prop_map(|values| {
                let key = |(i, v)| (Value::integer(i as u64), v);
                Value::map(values.into_iter().enumerate().map(key).collect::<Vec<_>>())
            }),
            (items(), any::<u8>(), any::<bool>()).prop_map(|(values, bits, proto)| {
                let mut object = Object::new();
                for (i, value) in values.into_iter().enumerate() {
                    let property = PropertyDescriptor {
                        value,
                        writable: bits & 1 != 0,
                        enumerable: bits & 2 != 0,
                        configurable: bits & 4 != 0,
                    };
                    object = object.with(&format!("p{i}"), property);
                }
                if proto {
                    object.prototype = Some(Value::object(Object::new()));
                    object.type_name = Some("T".into());
                    let add = Value::local_function(1);
                    object.magic_methods.insert("__add__".into(), add);
                }
                Value::object(object)
            }),
            prop::collection::vec(inner, 0..4).prop_map(|captures| {
                let function = FunctionRef::Local(4.into());
                Value::Closure(Arc::new(Closure { function, captures }))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn values_come_back_as_they_went(value in values()) {
        prop_assert_eq!(round(&value), Ok(value));
    }

    #[test]
    fn constants_are_shared_if_nothing_can_change(value in values()) {
        let common = Common::default();
        let empty = Heap::new(0, 1 << 16, false);
        match common.constant(&value, &Linked).unwrap() {
            Constant::Shared(word) => {
                let back = to_value(empty.view(&common), word, &Nameless);
                prop_assert_eq!(back, Ok(value));
            }
            Constant::Template(parcel) => prop_assert!(!parcel.is_immutable()),
        }
    }
}

#[test]
fn a_map_keeps_the_first_of_equal_keys_with_the_last_value() {
    let entry = |k: &str, v: f64| (Value::tuple([Value::string(k)]), Value::number(v));
    let mut entries: Vec<(Value, Value)> = (0..20)
        .map(|i| entry(&format!("k{i}"), f64::from(i)))
        .collect();
    entries.push(entry("k3", 77.0));
    let Value::Map(back) = round(&Value::map(entries)).unwrap() else {
        unreachable!()
    };
    assert_eq!((back.len(), &back[3]), (20, &entry("k3", 77.0)));
}

#[test]
fn frozen_values_are_shared_deeply() {
    let common = Common::default();
    let inner = Value::array([Value::map([(Value::atom("a"), Value::unit())])]);
    let frozen = Value::frozen(inner.clone());
    let Constant::Shared(word) = common.constant(&frozen, &Unlinked).unwrap() else {
        unreachable!()
    };
    let heap = Heap::new(0, 1 << 16, false);
    let view = heap.view(&common);
    assert!(view.is_frozen(word));
    let item = Word(view.array_items(word).unwrap()[0]);
    assert!(view.is_frozen(item));
    let shared = common.share_value(&inner, &Unlinked).unwrap();
    assert!(view.is_frozen(shared));
    let template = common.constant(&inner, &Unlinked).unwrap();
    assert!(matches!(template, Constant::Template(_)));
}

#[test]
fn names_that_lead_nowhere_are_errors() {
    let common = Common::default();
    for (value, text) in [
        (Value::local_function(7), "there is no function `&#7`"),
        (
            Value::native("io.nope"),
            "there is no native function `io.nope`",
        ),
        (
            Value::map([(Value::array([]), Value::unit())]),
            "a map has array as a key",
        ),
    ] {
        let error = Parcel::from_value(&common, &value, &Unlinked).unwrap_err();
        assert!(error.to_string().starts_with(text), "{error}");
    }
}

#[test]
fn a_list_is_as_long_as_it_is() {
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 26, false);
    let length = 300_000;
    heap.reserve(3 * length).unwrap();
    let list = (0..length).fold(Word::NIL, |tail, _| heap.pair(Word::TRUE, tail));
    let value = to_value(heap.view(&common), list, &Nameless).unwrap();
    let parcel = Parcel::from_value(&common, &value, &Unlinked).unwrap();
    assert_eq!(parcel.words(), 3 * length);
    let again = to_value(parcel.view(&common), parcel.root(), &Nameless).unwrap();
    assert_eq!(again, value);
}

#[test]
fn depth_and_cycles_are_refused_on_the_way_back() {
    let common = Common::default();
    let mut heap = Heap::new(0, 1 << 26, false);
    let depth = 1_000_000;
    heap.reserve(3 * depth).unwrap();
    let nested = (0..depth).fold(Word::NIL, |head, _| heap.pair(head, Word::NIL));
    let error = to_value(heap.view(&common), nested, &Nameless).unwrap_err();
    let limit = HOST_VALUE_DEPTH_MAX;
    assert_eq!(error, ConvertError::TooDeep { limit });
    heap.reserve(100).unwrap();
    let array = heap.array(&[Word::NIL]);
    let data = heap.load(array.place(), 1).place();
    heap.store(data, 0, array);
    let error = to_value(heap.view(&common), array, &Nameless).unwrap_err();
    assert_eq!(error, ConvertError::Cycle);
    // 2^60 paths are 60 parts.
    heap.reserve(3 * 60).unwrap();
    let dag = (0..60).fold(Word::TRUE, |below, _| heap.pair(below, below));
    let Value::Pair(pair) = to_value(heap.view(&common), dag, &Nameless).unwrap() else {
        unreachable!()
    };
    let (Value::Pair(a), Value::Pair(b)) = (&pair.0, &pair.1) else {
        unreachable!()
    };
    assert!(Arc::ptr_eq(a, b));
}
