//! The rules of properties, prototypes and magic methods, one by one.

use super::*;
use crate::atom::known;
use crate::limits::PROTOTYPES_MAX;

struct World {
    common: Common,
    heap: Heap,
}

impl World {
    fn new() -> World {
        World {
            common: Common::default(),
            heap: Heap::new(0, 1 << 26, true),
        }
    }

    /// A new object, kept as a root.
    fn object(&mut self) -> usize {
        self.heap.reserve(size_of(0)).unwrap();
        let object = new(&mut self.heap, &self.common, &[]);
        self.heap.push_root(object)
    }

    fn at(&self, root: usize) -> Word {
        self.heap.root(root)
    }

    fn view(&self) -> View<'_> {
        self.heap.view(&self.common)
    }

    fn text(&mut self, text: &str) -> Word {
        self.heap.new_string(text).unwrap()
    }

    fn set(&mut self, root: usize, key: &str, value: f64) -> Result<(), Fault> {
        let key = self.text(key);
        let object = self.at(root);
        set(
            &mut self.heap,
            &self.common,
            object,
            key,
            Word::number(value),
        )
    }

    fn define(&mut self, root: usize, key: &str, flags: u8) -> Result<(), Fault> {
        let key = self.text(key);
        let object = self.at(root);
        let value = Word::number(1.0);
        define(&mut self.heap, &self.common, object, key, flags, value)
    }

    fn delete(&mut self, root: usize, key: &str) -> Result<bool, Fault> {
        let key = self.text(key);
        let object = self.at(root);
        delete(&mut self.heap, &self.common, object, key)
    }

    fn get(&mut self, root: usize, key: &str) -> Option<f64> {
        let key = self.text(key);
        get(self.view(), self.at(root), key).unwrap()?.to_number()
    }

    fn set_prototype(&mut self, root: usize, prototype: usize) -> Result<(), Fault> {
        let (object, prototype) = (self.at(root), self.at(prototype));
        set_prototype(&mut self.heap, &self.common, object, prototype)
    }

    fn keys(&self, root: usize) -> Vec<String> {
        let view = self.view();
        let atoms = &self.common.atoms;
        keys(view, self.at(root))
            .map(|key| Key::of(view, key).unwrap().text(atoms).to_owned())
            .collect()
    }
}

fn kind<T>(result: Result<T, Fault>) -> Option<FaultKind> {
    result.err().map(|fault| fault.kind)
}

#[test]
fn a_name_is_one_property_however_it_is_given() {
    let mut w = World::new();
    let o = w.object();
    let before = w.common.atoms.len();
    w.set(o, "brand_new", 1.0).unwrap();
    w.set(o, "12", 2.0).unwrap();
    assert_eq!(w.common.atoms.len(), before, "computed keys make no atoms");
    let atom = w.common.atoms.intern("brand_new").unwrap();
    let object = w.at(o);
    set(
        &mut w.heap,
        &w.common,
        object,
        Word::atom(atom),
        Word::number(3.0),
    )
    .unwrap();
    for key in [Word::number(12.0), Word::small_integer(12).unwrap()] {
        let object = w.at(o);
        set(&mut w.heap, &w.common, object, key, Word::number(4.0)).unwrap();
    }
    assert_eq!(w.get(o, "brand_new"), Some(3.0));
    assert_eq!((w.get(o, "12"), len(w.view(), w.at(o))), (Some(4.0), 2));
    let object = w.at(o);
    set(
        &mut w.heap,
        &w.common,
        object,
        Word::number(-0.0),
        Word::TRUE,
    )
    .unwrap();
    assert_eq!(w.keys(o), ["brand_new", "12", "0"]);
    for key in [
        Word::TRUE,
        Word::NIL,
        Word::number(0.5),
        Word::number(f64::NAN),
    ] {
        assert_eq!(kind(get(w.view(), w.at(o), key)), Some(FaultKind::BadType));
    }
}

#[test]
fn writes_follow_the_rules_of_descriptors() {
    let mut w = World::new();
    let (base, o) = (w.object(), w.object());
    w.set_prototype(o, base).unwrap();
    w.define(base, "fixed", ENUMERABLE).unwrap();
    assert_eq!(w.get(o, "fixed"), Some(1.0));
    assert_eq!(kind(w.set(base, "fixed", 2.0)), Some(FaultKind::ReadOnly));
    assert_eq!(kind(w.set(o, "fixed", 2.0)), Some(FaultKind::ReadOnly));
    assert_eq!(kind(w.delete(base, "fixed")), Some(FaultKind::ReadOnly));
    assert_eq!(
        kind(w.define(base, "fixed", OPEN)),
        Some(FaultKind::ReadOnly)
    );
    // Defining on the object itself is no write through the chain.
    w.define(o, "fixed", OPEN).unwrap();
    w.set(o, "fixed", 9.0).unwrap();
    assert_eq!(
        (w.get(o, "fixed"), w.get(base, "fixed")),
        (Some(9.0), Some(1.0))
    );
    assert_eq!(w.delete(o, "fixed"), Ok(true));
    assert_eq!(
        (w.delete(o, "fixed"), w.get(o, "fixed")),
        (Ok(false), Some(1.0))
    );
    w.define(o, "hidden", WRITABLE | CONFIGURABLE).unwrap();
    w.set(o, "seen", 1.0).unwrap();
    assert_eq!(w.keys(o), ["seen"]);
    let object = w.at(o);
    freeze(&mut w.heap, object);
    for result in [
        w.set(o, "seen", 2.0),
        w.set(o, "more", 2.0),
        w.define(o, "seen", OPEN),
    ] {
        assert_eq!(kind(result), Some(FaultKind::ReadOnly));
    }
    assert_eq!(kind(w.delete(o, "seen")), Some(FaultKind::ReadOnly));
    assert_eq!(kind(w.set_prototype(o, base)), Some(FaultKind::ReadOnly));
    assert_eq!(w.get(o, "seen"), Some(1.0));
}

#[test]
fn prototypes_make_no_cycles_and_no_endless_chains() {
    let mut w = World::new();
    let first = w.object();
    assert_eq!(
        kind(w.set_prototype(first, first)),
        Some(FaultKind::BadPrototype)
    );
    let mut last = first;
    for i in 0..PROTOTYPES_MAX {
        let next = w.object();
        assert_eq!(w.set_prototype(next, last), Ok(()), "{i}");
        last = next;
    }
    assert_eq!(
        kind(w.set_prototype(first, last)),
        Some(FaultKind::BadPrototype)
    );
    w.set(first, "far", 5.0).unwrap();
    assert_eq!(w.get(last, "far"), Some(5.0));
    assert!(instance_of(w.view(), w.at(last), w.at(first)));
    assert!(!instance_of(w.view(), w.at(first), w.at(first)));
    let past = w.object();
    assert_eq!(
        kind(w.set_prototype(past, last)),
        Some(FaultKind::BadPrototype)
    );
    let object = w.at(past);
    let result = set_prototype(&mut w.heap, &w.common, object, Word::TRUE);
    assert_eq!(kind(result), Some(FaultKind::BadType));
    set_prototype(&mut w.heap, &w.common, object, Word::UNDEFINED).unwrap();
}

#[test]
fn magic_methods_and_type_names_are_inherited_and_no_properties() {
    let mut w = World::new();
    let (base, o) = (w.object(), w.object());
    w.set_prototype(o, base).unwrap();
    let object = w.at(base);
    set_magic(&mut w.heap, &w.common, object, known::MAGIC_ADD, Word::TRUE).unwrap();
    let object = w.at(base);
    set_magic(&mut w.heap, &w.common, object, known::MAGIC_ADD, Word::UNIT).unwrap();
    let object = w.at(base);
    set_type_name(&mut w.heap, &w.common, object, known::NUMBER).unwrap();
    let view = w.view();
    assert_eq!(magic(view, w.at(o), known::MAGIC_ADD), Some(Word::UNIT));
    assert_eq!(magic(view, w.at(o), known::MAGIC_SUB), None);
    assert_eq!(type_name(view, w.at(o)), None);
    assert_eq!(type_name(view, w.at(base)), Some(known::NUMBER));
    assert!(has_type_name(view, w.at(o), known::NUMBER));
    assert!(!has_type_name(view, w.at(o), known::OK));
    assert_eq!(w.get(o, "__add__"), None);
}

#[test]
fn literals_keep_the_last_of_a_name_given_twice() {
    let mut w = World::new();
    w.heap.reserve(size_of(20)).unwrap();
    let mut properties: Vec<(Word, u8, Word)> = (0..19)
        .map(|i| (Word::atom(crate::ids::AtomId(i)), OPEN, Word::NIL))
        .collect();
    properties.push((Word::atom(known::OK), WRITABLE, Word::TRUE));
    let object = new(&mut w.heap, &w.common, &properties);
    let view = w.view();
    assert_eq!(len(view, object), 19);
    let key = Key::atom(&w.common.atoms, known::OK);
    let entry = get_own(view, object, &key).unwrap();
    assert_eq!((entry.flags, entry.value), (WRITABLE, Word::TRUE));
}

#[test]
fn many_computed_keys_are_quick_and_leave_again() {
    let mut w = World::new();
    w.heap = Heap::new(0, 1 << 28, false);
    let o = w.object();
    for i in 0..30_000 {
        w.set(o, &format!("k{i}"), f64::from(i)).unwrap();
    }
    for i in (0..30_000).step_by(2) {
        assert_eq!(w.delete(o, &format!("k{i}")), Ok(true));
    }
    assert_eq!(len(w.view(), w.at(o)), 15_000);
    assert_eq!(w.get(o, "k29999"), Some(29_999.0));
    assert_eq!((w.get(o, "k29998"), w.keys(o).len()), (None, 15_000));
}
