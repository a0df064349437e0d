//! Parcels of every form, made in every way.

use super::*;
use crate::heap::{Heap, OutOfMemory};

fn common() -> Common {
    Common::default()
}

#[test]
fn immediates_take_no_memory() {
    let common = common();
    let mut heap = Heap::new(0, 1 << 20, true);
    let parcel = Parcel::pack(heap.view(&common), Word::TRUE).unwrap();
    assert_eq!((parcel.words(), parcel.bytes()), (0, 0));
    assert_eq!(heap.unpack(&parcel), Ok(Word::TRUE));
    assert_eq!(heap.collections(), 0);
}

#[test]
fn sharing_and_cycles_are_kept() {
    let common = common();
    let mut heap = Heap::new(0, 1 << 20, true);
    heap.reserve(20).unwrap();
    let cell = heap.cell(Word::NIL);
    let inner = heap.tuple(&[cell, Word::number(1.5)]);
    let outer = heap.tuple(&[inner, inner, cell]);
    heap.store(cell.place(), 0, outer);
    let parcel = Parcel::pack(heap.view(&common), outer).unwrap();
    assert_eq!(parcel.words(), 4 + 3 + 2);
    let mut other = Heap::new(0, 1 << 20, true);
    other.reserve(7).unwrap();
    let _garbage = other.cell(Word::NIL);
    let got = other.unpack(&parcel).unwrap();
    let view = other.view(&common);
    assert_eq!(view.field(got, 0), view.field(got, 1));
    let cell = view.field(got, 2);
    assert_eq!(view.field(view.field(got, 0), 0), cell);
    assert_eq!(view.field(cell, 0), got);
}

#[test]
fn arrays_lose_their_spare_room_and_long_text_is_shared() {
    let common = common();
    let mut heap = Heap::new(0, 1 << 20, true);
    let text = heap.new_string(&"t".repeat(100)).unwrap();
    heap.push_root(text);
    heap.reserve(40).unwrap();
    let data = heap.alloc(Kind::ArrayData, 0, 0, 30);
    heap.store(data, 0, heap.root(0));
    let array = heap.alloc_words(Kind::Array, &[Word(1), Word::heap(data)]);
    let parcel = Parcel::pack(heap.view(&common), Word::heap(array)).unwrap();
    assert_eq!((parcel.words(), parcel.bytes()), (3 + 2 + 4, 72 + 100));
    let mut other = Heap::new(0, 1 << 20, true);
    let got = other.unpack(&parcel).unwrap();
    let view = other.view(&common);
    let items = view.array_items(got).unwrap();
    assert_eq!(view.text(Word(items[0])), Some(&*"t".repeat(100)));
    let own = heap.view(&common).long_text(heap.root(0)).unwrap();
    assert!(std::ptr::eq(own, view.long_text(Word(items[0])).unwrap()));
}

#[test]
fn what_belongs_to_a_process_stays_there() {
    let common = common();
    let mut heap = Heap::new(0, 1 << 20, true);
    heap.reserve(10).unwrap();
    let iterator = Word::heap(heap.alloc(Kind::Iterator, 0, 0, 1));
    let tuple = heap.tuple(&[iterator]);
    let error = Parcel::pack(heap.view(&common), tuple).unwrap_err();
    assert_eq!(error, NotSendable { found: "iterator" });
    assert!(error.to_string().starts_with("an iterator cannot"));
}

#[test]
fn tuples_are_made_of_parts() {
    let common = common();
    let long = "y".repeat(70);
    let inner = Parcel::tuple(&[Part::Text(&long), Part::Text("short")]);
    let reference = RefId {
        owner: crate::ids::Pid::new(1, 1),
        count: 4,
    };
    let parts = [
        Part::Word(Word::TRUE),
        Part::Parcel(&inner),
        Part::Reference(reference),
        Part::Parcel(&inner),
    ];
    let parcel = Parcel::tuple(&parts);
    let view = parcel.view(&common);
    assert_eq!(view.field(parcel.root(), 0), Word::TRUE);
    assert_eq!(
        view.reference(view.field(parcel.root(), 2)),
        Some(reference)
    );
    for i in [1, 3] {
        let inner = view.field(parcel.root(), i);
        assert_eq!(view.text(view.field(inner, 0)), Some(&*long));
        assert_eq!(view.text(view.field(inner, 1)), Some("short"));
    }
}

#[test]
fn a_parcel_that_does_not_fit_is_an_error() {
    let mut heap = Heap::new(0, 2048, false);
    let big = Parcel::object(Kind::Tuple, 0, 0, &[Word::TRUE.0; 1000]);
    assert_eq!(heap.unpack(&big), Err(OutOfMemory { words: 1001 }));
    let long = Parcel::tuple(&[Part::Text(&"z".repeat(4096))]);
    assert!(heap.unpack(&long).is_err());
    assert_eq!(heap.top(), 0);
}

#[test]
fn a_shared_parcel_is_read_like_another_and_changed_alone() {
    let common = common();
    let text = "long ".repeat(30);
    let made = || Parcel::tuple(&[Part::Text(&text), Part::Word(Word::TRUE), Part::Text("x")]);
    let (plain, shared) = (made(), made().share());
    let mut clone = shared.clone();
    assert!(clone.is_shared_with(&shared) && !plain.is_shared_with(&shared));
    assert_eq!(
        (shared.root(), shared.words(), shared.bytes()),
        (plain.root(), plain.words(), plain.bytes())
    );
    let mut heap = Heap::new(0, 1 << 20, true);
    let got = heap.unpack(&shared).unwrap();
    let view = heap.view(&common);
    assert_eq!(view.text(view.field(got, 0)), Some(&*text));
    // As a part of another it is copied.
    let outer = Parcel::tuple(&[Part::Parcel(&shared)]);
    assert_eq!(outer.words(), 2 + shared.words());
    // Who changes one changes no other.
    let before = shared.words_at(2);
    clone.words_mut()[2] = Word::FALSE.0;
    assert!(!clone.is_shared_with(&shared));
    assert_eq!(
        (shared.words_at(2), clone.words_at(2)),
        (before, Word::FALSE.0)
    );
    assert_eq!(clone.bytes(), shared.bytes());
    // The last one is taken apart without a copy, others with one.
    let other = shared.clone();
    assert_eq!(shared.into_parts().1, other.into_parts().1);
    // What needs no memory of its own is not shared.
    let small = Parcel::word(Word::TRUE).share();
    assert!(!small.is_shared_with(&small.clone()));
}

#[test]
fn a_tuple_of_words_is_one_like_any_other() {
    let words = [Word::TRUE, Word::NIL, Word::number(2.0)];
    let parts = words.map(Part::Word);
    let (one, other) = (Parcel::tuple_of(words.into_iter()), Parcel::tuple(&parts));
    assert_eq!(one.words_at(0), other.words_at(0));
    assert_eq!((one.words(), one.words_at(3)), (4, other.words_at(3)));
    assert_eq!(Parcel::tuple_of(std::iter::empty()).words(), 1);
}
