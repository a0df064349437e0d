//! Literals in expectations: what the assembler reads as a constant.

use vmm::asm;
use vmm::isa::Instruction;
use vmm::value::Value;

/// The value of a literal.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    let program = format!(".class X\n.function f arity=0\nload_const r0, {text}\n");
    let classes = asm::parse("expectation", &program)
        .map_err(|problems| format!("`{text}` is no literal: {}", problems[0].message))?;
    match classes[0].functions[0].instructions.as_slice() {
        [Instruction::LoadConst(_, value)] => Ok(value.clone()),
        _ => Err(format!("`{text}` is no literal")),
    }
}

/// The values of literals separated by commas.
pub(crate) fn arguments(text: &str) -> Result<Vec<Value>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    match value(&format!("({text},)"))? {
        Value::Tuple(items) => Ok(items.to_vec()),
        _ => Err(format!("`{text}` are no arguments")),
    }
}

/// A value as an expectation writes it.
pub(crate) fn written(value: &Value) -> String {
    asm::literal(None, value)
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    written(&Value::string(text))
}
