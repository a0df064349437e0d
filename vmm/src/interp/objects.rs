//! Making objects and changing what they are: prototypes, magic methods, names.

use super::raise::Raise;
use super::{At, Cx};
use crate::code::layout::Source;
use crate::code::lower::{CONSTANT, TEMPLATE};
use crate::code::ops::{Code, Op};
use crate::fault::Fault;
use crate::heap::layout::Kind;
use crate::heap::properties::{PROTOTYPE, SLOTS};
use crate::object;
use crate::word::Word;

type Done = Result<(), Raise>;

/// Prototypes that are looked at before an object is made the long way.
const SHALLOW: usize = 8;

/// `ObjectInit`, `ObjectNew`.
pub(super) fn new(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let roots = cx.process.heap.roots();
    let made = make(cx, at, op);
    cx.process.heap.truncate_roots(roots);
    let word = made?;
    cx.set_reg(at, op.a, word);
    Ok(())
}

fn make(cx: &mut Cx<'_>, at: At, op: Op) -> Result<Word, Raise> {
    let args = cx.args(at, 3 * op.b as usize);
    let with_prototype = op.code == Code::ObjectNew;
    if with_prototype {
        let view = cx.process.heap.view(cx.common);
        object::check_prototype(view, None, cx.reg(at, op.c))?;
    }
    let first = cx.process.heap.roots();
    for entry in args.chunks_exact(3).filter(|e| e[2] & TEMPLATE != 0) {
        let code = cx.code_at(at);
        let word = cx.process.heap.unpack(&code.templates[entry[1] as usize])?;
        cx.process.heap.push_root(word);
    }
    cx.process.heap.reserve(object::size_of(op.b as usize))?;
    let mut templates = (first..).map(|root| cx.process.heap.root(root));
    let mut properties = Vec::with_capacity(op.b as usize);
    for entry in args.chunks_exact(3) {
        let key = cx.constant(at, entry[0]);
        let value = match entry[2] & (CONSTANT | TEMPLATE) {
            0 => cx.reg(at, entry[1]),
            CONSTANT => cx.constant(at, entry[1]),
            _ => templates.next().unwrap_or(Word::UNDEFINED),
        };
        properties.push((key, entry[2] as u8, value));
    }
    let prototype = match with_prototype {
        true => cx.reg(at, op.c),
        false => Word::UNDEFINED,
    };
    let heap = &mut cx.process.heap;
    Ok(object::new_with(heap, cx.common, prototype, &properties))
}

/// `ObjectMake`, `ObjectMakeOf`.
pub(super) fn make_known(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let code = cx.code_at(at);
    let layout = &code.layouts[op.b as usize];
    let with_prototype = op.code == Code::ObjectMakeOf;
    if with_prototype {
        let view = cx.process.heap.view(cx.common);
        object::check_prototype(view, None, cx.reg(at, op.c))?;
    }
    cx.process.heap.reserve(layout.words())?;
    let prototype = match with_prototype {
        true => cx.reg(at, op.c),
        false => Word::UNDEFINED,
    };
    let slots = layout.header.len() - SLOTS;
    let object = cx
        .process
        .heap
        .object(layout.header.shape(), slots, prototype);
    for (slot, source) in layout.sources.iter().enumerate() {
        let word = match *source {
            Source::Register(reg) => cx.reg(at, reg),
            Source::Constant(k) => cx.constant(at, k),
        };
        cx.process.heap.set_slot(object, slot, word);
    }
    cx.set_reg(at, op.a, Word::heap(object));
    Ok(())
}

pub(super) fn define_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let flags = cx.args(at, 1).first().copied().unwrap_or_default();
    let object = cx.object(at, op.a, "a property is defined on an object")?;
    let (key, value) = (cx.reg(at, op.b), cx.reg(at, op.c));
    let heap = &mut cx.process.heap;
    object::define(heap, cx.common, object, key, flags as u8, value)?;
    Ok(())
}

pub(super) fn delete_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let object = cx.object(at, op.b, "a property is deleted from an object")?;
    let key = cx.reg(at, op.c);
    let there = object::delete(&mut cx.process.heap, cx.common, object, key)?;
    cx.set_reg(at, op.a, Word::boolean(there));
    Ok(())
}

pub(super) fn has_prop(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let there = cx.has_property(cx.reg(at, op.b), cx.reg(at, op.c), false)?;
    cx.set_reg(at, op.a, Word::boolean(there));
    Ok(())
}

pub(super) fn has_own(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let there = cx.has_property(cx.reg(at, op.b), cx.reg(at, op.c), true)?;
    cx.set_reg(at, op.a, Word::boolean(there));
    Ok(())
}

pub(super) fn get_proto(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let object = cx.object(at, op.b, "an object has a prototype")?;
    let view = cx.process.heap.view(cx.common);
    let word = object::prototype(view, object).unwrap_or(Word::UNDEFINED);
    cx.set_reg(at, op.a, word);
    Ok(())
}

pub(super) fn set_proto(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let object = cx.object(at, op.a, "an object has a prototype")?;
    let prototype = cx.reg(at, op.b);
    object::set_prototype(&mut cx.process.heap, cx.common, object, prototype)?;
    Ok(())
}

pub(super) fn set_magic(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let object = cx.object(at, op.a, "an object has magic methods")?;
    let function = cx.reg(at, op.c);
    let view = cx.process.heap.view(cx.common);
    let callable = view.function(function).is_some()
        || view.native(function).is_some()
        || view.extern_function(function).is_some()
        || view.is(function, Kind::Object);
    if !callable {
        let found = view.type_name(function);
        return Err(Fault::bad_type("a magic method is a function", found).into());
    }
    if let Some(name) = cx.constant(at, op.b).to_atom() {
        object::set_magic(&mut cx.process.heap, cx.common, object, name, function)?;
    }
    Ok(())
}

pub(super) fn set_type_name(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let object = cx.object(at, op.a, "a type name belongs to an object")?;
    if let Some(name) = cx.constant(at, op.b).to_atom() {
        object::set_type_name(&mut cx.process.heap, cx.common, object, name)?;
    }
    Ok(())
}

pub(super) fn freeze(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.a);
    let view = cx.process.heap.view(cx.common);
    match view.kind(word) {
        Some(Kind::Array | Kind::Map | Kind::Object) => object::freeze(&mut cx.process.heap, word),
        Some(Kind::Cell | Kind::Iterator | Kind::Coroutine | Kind::Handle) => {
            let what = "an object, array or map can be frozen";
            return Err(Fault::bad_type(what, view.type_name(word)).into());
        }
        _ => {}
    }
    Ok(())
}

/// Moves a graph to the read-only area. What refers to a part of it in this
/// process refers to the shared one afterwards, so that nothing has two identities.
pub(super) fn share(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let word = cx.reg(at, op.b);
    if !word.is_heap() {
        cx.set_reg(at, op.a, word);
        return Ok(());
    }
    let shared = cx.process.share(cx.common, word);
    let shared = cx.done(at, shared)?;
    cx.set_reg(at, op.a, shared);
    Ok(())
}

pub(super) fn instance_of(cx: &mut Cx<'_>, at: At, op: Op) -> Done {
    let view = cx.process.heap.view(cx.common);
    let is = object::instance_of(view, cx.reg(at, op.b), cx.reg(at, op.c));
    cx.set_reg(at, op.a, Word::boolean(is));
    Ok(())
}

impl Cx<'_> {
    /// Whether a new object may have that prototype, told by a short look.
    pub(super) fn is_shallow(&self, prototype: Word) -> bool {
        let view = self.process.heap.view(self.common);
        let mut at = prototype;
        for _ in 0..SHALLOW {
            if at == Word::UNDEFINED {
                return true;
            }
            if !view.is(at, Kind::Object) {
                return false;
            }
            at = view.field(at, PROTOTYPE);
        }
        false
    }

    /// What a register holds, which must be an object.
    fn object(&self, at: At, reg: u16, what: &str) -> Result<Word, Fault> {
        let word = self.reg(at, reg);
        let view = self.process.heap.view(self.common);
        match view.is(word, Kind::Object) {
            true => Ok(word),
            false => Err(Fault::bad_type(what, view.type_name(word))),
        }
    }
}
