//! A result as JSON.
//!
//! | value | JSON |
//! |---|---|
//! | number, integer, boolean, string | as they are; `inf`, `-inf` and `NaN` as strings |
//! | atom, process, reference, function | string, as shown |
//! | unit, undefined | `null` |
//! | tuple, array, list, bytes | array |
//! | complex | array of two numbers |
//! | object | object of its listed properties |
//! | map | object if all keys are strings, else array of pairs |
//!
//! Values from the machine are bounded in depth, so recursion is too.

use vmm::asm::show_value;
use vmm::text::{number, write_integer, write_json_string};
use vmm::{Primitive, Value};

/// Appends a value.
pub(crate) fn write(out: &mut String, value: &Value) {
    match value {
        Value::Primitive(primitive) => write_primitive(out, primitive, value),
        Value::Tuple(items) | Value::Array(items) => array(out, items.iter(), write),
        Value::Pair(_) => {
            let mut items = Vec::new();
            let mut rest = value;
            while let Value::Pair(pair) = rest {
                items.push(&pair.0);
                rest = &pair.1;
            }
            if !matches!(rest, Value::Primitive(Primitive::Nil)) {
                items.push(rest);
            }
            array(out, items.into_iter(), write);
        }
        Value::Map(entries) if entries.iter().all(|(key, _)| key.as_str().is_some()) => {
            let text = |key: &Value| key.as_str().unwrap_or_default().to_owned();
            object(out, entries.iter().map(|(key, value)| (text(key), value)));
        }
        Value::Map(entries) => array(out, entries.iter(), |out, (key, value)| {
            array(out, [key, value].into_iter(), write);
        }),
        Value::Object(properties) => {
            let listed = properties.properties.iter().filter(|(_, p)| p.enumerable);
            object(out, listed.map(|(name, p)| (name.to_string(), &p.value)));
        }
        Value::Frozen(inner) => write(out, inner),
        Value::Function(_)
        | Value::Native(_)
        | Value::Closure(_)
        | Value::Process(_)
        | Value::Reference(_)
        | Value::Handle(_) => write_json_string(out, &show_value(value)),
    }
}

fn write_primitive(out: &mut String, primitive: &Primitive, value: &Value) {
    match primitive {
        Primitive::Number(n) => write_number(out, *n),
        Primitive::Integer(n) => {
            // Huge ones have no decimal text.
            let mut text = String::new();
            write_integer(&mut text, n);
            if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
                out.push_str(&text);
            } else {
                write_json_string(out, &text);
            }
        }
        Primitive::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
        Primitive::Complex(c) => array(out, [c.re, c.im].iter(), |out, n| write_number(out, *n)),
        Primitive::String(text) => write_json_string(out, text),
        Primitive::Bytes(bytes) => array(out, bytes.iter(), |out, b| out.push_str(&b.to_string())),
        Primitive::Atom(_) => write_json_string(out, &show_value(value)),
        Primitive::Unit | Primitive::Undefined => out.push_str("null"),
        Primitive::Nil => out.push_str("[]"),
    }
}

fn write_number(out: &mut String, n: f64) {
    if n.is_finite() {
        out.push_str(&number(n));
    } else {
        write_json_string(out, &number(n));
    }
}

fn array<T>(out: &mut String, items: impl Iterator<Item = T>, each: impl Fn(&mut String, T)) {
    out.push('[');
    for (i, item) in items.enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        each(out, item);
    }
    out.push(']');
}

fn object<'a>(out: &mut String, entries: impl Iterator<Item = (String, &'a Value)>) {
    out.push('{');
    for (i, (name, value)) in entries.enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        write_json_string(out, &name);
        out.push(':');
        write(out, value);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use vmm::{Object, PropertyDescriptor};

    #[test]
    fn every_kind_has_its_json() {
        let hidden = PropertyDescriptor {
            enumerable: false,
            ..PropertyDescriptor::open(true.into())
        };
        let object = Object::new()
            .with("a\"b", PropertyDescriptor::open(Value::unit()))
            .with("hidden", hidden);
        let list = Value::pair(1.0.into(), Value::pair(2.5.into(), Value::nil()));
        let cases = [
            (Value::number(42.0), "42"),
            (Value::number(1e300), "1e300"),
            (Value::number(f64::NAN), "\"NaN\""),
            (Value::integer(-7), "-7"),
            (Value::string("a\n"), "\"a\\n\""),
            (Value::atom("ok"), "\":ok\""),
            (Value::undefined(), "null"),
            (Value::complex(1.0, -2.0), "[1,-2]"),
            (Value::bytes(*b"\x00\xff"), "[0,255]"),
            (list, "[1,2.5]"),
            (
                Value::tuple([Value::boolean(true), Value::nil()]),
                "[true,[]]",
            ),
            (Value::object(object), "{\"a\\\"b\":null}"),
            (
                Value::Map([(Value::string("k"), Value::number(1.0))].into()),
                "{\"k\":1}",
            ),
            (
                Value::Map([(Value::number(1.0), Value::number(2.0))].into()),
                "[[1,2]]",
            ),
        ];
        for (value, wanted) in cases {
            let mut out = String::new();
            write(&mut out, &value);
            assert_eq!(out, wanted);
        }
    }
}
