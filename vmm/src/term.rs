//! STAND-IN
#![allow(missing_docs)]
pub use crate::heap::equal::{equal, same};
use crate::{convert::Names, fault::Fault, heap::view::View, word::*};
pub fn compare(
    v: View<'_>,
    a: Word,
    u: View<'_>,
    b: Word,
) -> Result<Option<std::cmp::Ordering>, Fault> {
    if let (Some(x), Some(y)) = (a.to_number(), b.to_number()) {
        return Ok(x.partial_cmp(&y));
    }
    if let (Some(x), Some(y)) = (v.text(a), u.text(b)) {
        return Ok(Some(x.cmp(y)));
    }
    Err(Fault::bad_type("cannot compare", v.type_name(a)))
}
pub fn text(v: View<'_>, w: Word, n: &dyn Names) -> String {
    match w.tag() {
        Tag::Number(x) => crate::text::number(x),
        Tag::Boolean(b) => b.to_string(),
        Tag::Unit => "()".into(),
        Tag::Undefined => "undefined".into(),
        Tag::Nil => "nil".into(),
        Tag::Atom(a) => v.common().atoms.text(a).into(),
        Tag::Integer(i) => i.to_string(),
        Tag::Process(p) => p.to_string(),
        Tag::Function(f) => n
            .function(f)
            .map_or("?".into(), |(c, n, a)| format!("#function<{c}.{n}/{a}>")),
        _ => {
            if let Some(t) = v.text(w) {
                t.into()
            } else if let Some(i) = v.tuple_items(w) {
                format!(
                    "({})",
                    i.iter()
                        .map(|w| text(v, Word(*w), n))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            } else if let Some(i) = v.array_items(w) {
                format!(
                    "[{}]",
                    i.iter()
                        .map(|w| text(v, Word(*w), n))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            } else if v.kind(w) == Some(crate::heap::layout::Kind::Object) {
                format!(
                    "{{{}}}",
                    crate::object::entries(v, w)
                        .iter()
                        .map(|(k, _, x)| format!("{}: {}", text(v, *k, n), text(v, *x, n)))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            } else {
                format!("<{}>", v.type_name(w))
            }
        }
    }
}
pub fn show(v: View<'_>, w: Word, n: &dyn Names) -> String {
    match w.tag() {
        Tag::Atom(a) => format!(":{}", v.common().atoms.text(a)),
        Tag::Integer(i) => format!("{i}n"),
        _ => {
            if let Some(t) = v.text(w) {
                format!("{t:?}")
            } else {
                text(v, w, n)
            }
        }
    }
}
pub fn debug(v: View<'_>, w: Word, n: &dyn Names) -> String {
    format!("[DEBUG] {}: {}", v.type_name(w), show(v, w, n))
}
