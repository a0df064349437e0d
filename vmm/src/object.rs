//! STAND-IN
#![allow(missing_docs)]
use crate::{
    fault::*,
    heap::{Heap, layout::Kind, shared::Common, view::View},
    word::*,
};
pub fn size_of(n: usize) -> usize {
    5 + 4 + 3 * n
}
pub fn new(h: &mut Heap, _: &Common, p: &[(Word, u8, Word)]) -> Word {
    let mut w = vec![Word(p.len() as u64), Word(p.len() as u64), Word::NIL];
    for (k, f, v) in p {
        w.extend([*k, Word(*f as u64), *v]);
    }
    let t = Word::heap(h.alloc_words(Kind::Table, &w));
    Word::heap(h.alloc_words(Kind::Object, &[Word(0), Word::UNDEFINED, t, Word::NIL]))
}
pub fn entries(v: View<'_>, o: Word) -> Vec<(Word, u8, Word)> {
    let t = v.field(o, 2);
    if t == Word::NIL {
        return vec![];
    }
    let p = v.payload(t);
    p[3..]
        .chunks(3)
        .map(|c| (Word(c[0]), c[1] as u8, Word(c[2])))
        .collect()
}
pub fn get(v: View<'_>, o: Word, k: Word) -> Option<Word> {
    entries(v, o).iter().find(|e| e.0 == k).map(|e| e.2)
}
pub fn get_by(v: View<'_>, o: Word, k: Word) -> Result<Option<Word>, Fault> {
    let k = match v.text(k) {
        Some(t) => v.common().atoms.find(t).map_or(k, Word::atom),
        None => k,
    };
    Ok(get(v, o, k))
}
pub fn key_is(v: View<'_>, k: Word, t: &str) -> bool {
    v.text(k) == Some(t) || k.to_atom().is_some_and(|a| v.common().atoms.text(a) == t)
}
pub fn key_index(_: View<'_>, k: Word) -> Option<usize> {
    k.to_number().map(|n| n as usize)
}
pub fn has_type_name(_: View<'_>, _: Word, _: Word) -> bool {
    false
}
pub fn set(_: &mut Heap, _: &Common, _: Word, _: Word, _: Word) -> Result<(), Fault> {
    Err(Fault::bad_type("x", "y"))
}
