//! A writer of version 1 class files, for tests: the machine itself has none.

#![allow(dead_code, reason = "each test uses the parts it needs")]

/// A constant.
#[derive(Clone)]
pub(crate) enum V {
    Number(f64),
    Boolean(bool),
    Atom(&'static str),
    Unit,
    Undefined,
    Array(Vec<V>),
    /// Name, value, access.
    Object(Vec<(&'static str, V, u8)>),
    FunctionName(&'static str),
    Text(&'static str),
    Complex(f64, f64),
    Tuple(Vec<V>),
}

/// A pattern.
#[derive(Clone)]
pub(crate) enum P {
    Value(V),
    Wildcard,
    Tuple(Vec<P>),
    Array(Vec<P>),
    Tagged(&'static str, Box<P>),
}

/// An entry of `ObjectInit`, by its kind.
#[derive(Clone)]
pub(crate) enum Entry {
    Reg(u32),
    Value(V),
    RegAccess(u32, u8),
    ValueAccess(V, u8),
}

/// An instruction.
#[derive(Clone)]
pub(crate) enum I {
    LoadConst(u32, V),
    /// One that has only registers, by its number.
    Regs(u8, Vec<u32>),
    Call(u32, u32, Vec<u32>),
    Jump(i32),
    JumpIfTrue(u32, i32),
    JumpIfFalse(u32, i32),
    Spawn(u32, u32, Vec<u32>),
    /// Number of the process, result.
    Link(u32, u32),
    Match(u32, Vec<(P, i32)>),
    ObjectInit(u32, Vec<(&'static str, Entry)>),
    /// One with a destination and a list of registers, by its number.
    List(u8, u32, Vec<u32>),
    MakeClosure(u32, u32, Vec<(&'static str, u32)>),
}

/// A function.
#[derive(Clone)]
pub(crate) struct F {
    name: Option<&'static str>,
    arity: u32,
    extra: u32,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Code(Vec<I>),
    Native(&'static str),
}

pub(crate) fn function(name: &'static str, arity: u32, extra: u32, code: Vec<I>) -> F {
    F {
        name: Some(name),
        arity,
        extra,
        body: Body::Code(code),
    }
}

pub(crate) fn nameless(arity: u32, extra: u32, code: Vec<I>) -> F {
    F {
        name: None,
        ..function("", arity, extra, code)
    }
}

pub(crate) fn native(name: &'static str, arity: u32, native: &'static str) -> F {
    F {
        body: Body::Native(native),
        ..function(name, arity, 0, Vec::new())
    }
}

pub(crate) fn ret(reg: u32) -> I {
    I::Regs(0x0A, vec![reg])
}

pub(crate) fn number(reg: u32, n: f64) -> I {
    I::LoadConst(reg, V::Number(n))
}

pub(crate) fn atom(reg: u32, text: &'static str) -> I {
    I::LoadConst(reg, V::Atom(text))
}

/// A class of several functions.
pub(crate) fn class(functions: &[F]) -> Vec<u8> {
    let mut out = b"IONBC\x01\0\0".to_vec();
    u32(&mut out, 1);
    u32(&mut out, functions.len() as u32);
    functions.iter().for_each(|f| f.write(&mut out));
    out
}

/// A class of a single function: nothing but the function.
pub(crate) fn single(function: &F) -> Vec<u8> {
    let mut out = Vec::new();
    function.write(&mut out);
    out
}

fn u32(out: &mut Vec<u8>, n: u32) {
    out.extend(n.to_le_bytes());
}

fn text(out: &mut Vec<u8>, text: &str) {
    u32(out, text.len() as u32);
    out.extend(text.as_bytes());
}

fn regs(out: &mut Vec<u8>, regs: &[u32]) {
    u32(out, regs.len() as u32);
    regs.iter().for_each(|reg| u32(out, *reg));
}

impl F {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.name.is_some()));
        if let Some(name) = self.name {
            text(out, name);
        }
        u32(out, self.arity);
        u32(out, self.extra);
        match &self.body {
            Body::Code(code) => {
                out.push(0);
                u32(out, code.len() as u32);
                code.iter().for_each(|i| i.write(out));
            }
            Body::Native(name) => {
                out.push(1);
                text(out, name);
            }
        }
    }
}

impl V {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            V::Number(n) => {
                out.push(1);
                out.extend(n.to_le_bytes());
            }
            V::Boolean(b) => out.extend([2, u8::from(*b)]),
            V::Atom(name) => {
                out.push(3);
                text(out, name);
            }
            V::Unit => out.push(4),
            V::Undefined => out.push(5),
            V::Array(items) => Self::list(6, items, out),
            V::Object(entries) => {
                out.push(7);
                u32(out, entries.len() as u32);
                for (key, value, access) in entries {
                    text(out, key);
                    value.write(out);
                    out.push(*access);
                }
            }
            V::FunctionName(name) => {
                out.push(8);
                text(out, name);
            }
            V::Text(s) => {
                out.push(9);
                text(out, s);
            }
            V::Complex(re, im) => {
                out.push(10);
                out.extend(re.to_le_bytes());
                out.extend(im.to_le_bytes());
            }
            V::Tuple(items) => Self::list(11, items, out),
        }
    }

    fn list(tag: u8, items: &[V], out: &mut Vec<u8>) {
        out.push(tag);
        u32(out, items.len() as u32);
        items.iter().for_each(|item| item.write(out));
    }
}

impl P {
    fn write(&self, out: &mut Vec<u8>) {
        let (tag, items) = match self {
            P::Value(value) => {
                out.push(1);
                return value.write(out);
            }
            P::Wildcard => return out.push(2),
            P::Tuple(items) => (3, items),
            P::Array(items) => (4, items),
            P::Tagged(tag, inner) => {
                out.push(5);
                text(out, tag);
                return inner.write(out);
            }
        };
        out.push(tag);
        u32(out, items.len() as u32);
        items.iter().for_each(|item| item.write(out));
    }
}

impl I {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            I::LoadConst(dst, value) => {
                out.push(0x01);
                u32(out, *dst);
                value.write(out);
            }
            I::Regs(number, operands) => {
                out.push(*number);
                operands.iter().for_each(|reg| u32(out, *reg));
            }
            I::Call(dst, func, args) => Self::call(0x09, *dst, *func, args, out),
            I::Spawn(dst, func, args) => Self::call(0x0E, *dst, *func, args, out),
            I::Jump(offset) => {
                out.push(0x0B);
                out.extend(offset.to_le_bytes());
            }
            I::JumpIfTrue(cond, offset) => Self::branch(0x0C, *cond, *offset, out),
            I::JumpIfFalse(cond, offset) => Self::branch(0x0D, *cond, *offset, out),
            I::Link(process, result) => {
                out.push(0x11);
                u32(out, *process);
                u32(out, *result);
            }
            I::Match(src, arms) => {
                out.push(0x12);
                u32(out, *src);
                u32(out, arms.len() as u32);
                for (pattern, offset) in arms {
                    pattern.write(out);
                    out.extend(offset.to_le_bytes());
                }
            }
            I::ObjectInit(dst, entries) => {
                out.push(0x1F);
                u32(out, *dst);
                u32(out, entries.len() as u32);
                for (key, entry) in entries {
                    text(out, key);
                    entry.write(out);
                }
            }
            I::List(number, dst, items) => {
                out.push(*number);
                u32(out, *dst);
                regs(out, items);
            }
            I::MakeClosure(dst, func, captures) => {
                out.push(0x23);
                u32(out, *dst);
                u32(out, *func);
                text(out, "scope");
                u32(out, captures.len() as u32);
                for (name, reg) in captures {
                    text(out, name);
                    u32(out, *reg);
                }
            }
        }
    }

    fn call(number: u8, dst: u32, func: u32, args: &[u32], out: &mut Vec<u8>) {
        out.push(number);
        u32(out, dst);
        u32(out, func);
        regs(out, args);
    }

    fn branch(number: u8, cond: u32, offset: i32, out: &mut Vec<u8>) {
        out.push(number);
        u32(out, cond);
        out.extend(offset.to_le_bytes());
    }
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Entry::Reg(reg) => {
                out.push(0);
                u32(out, *reg);
            }
            Entry::Value(value) => {
                out.push(1);
                value.write(out);
            }
            Entry::RegAccess(reg, access) => {
                out.push(2);
                u32(out, *reg);
                out.push(*access);
            }
            Entry::ValueAccess(value, access) => {
                out.push(3);
                value.write(out);
                out.push(*access);
            }
        }
    }
}
