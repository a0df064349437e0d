//! Tokens as statements, and the words that have a meaning.
//!
//! A statement is a label, a directive or an instruction. It ends with its
//! line, unless a bracket is open or the line ends with a comma. So that one
//! forgotten bracket does not swallow the rest of a text, a line that begins
//! with a directive always begins a statement, and so does one that plainly
//! begins with an instruction.
//!
//! # Invariants
//! S1. Statements cover all tokens but line ends, in order.

use super::lex::{Kind, Token, slice};
use crate::isa::{Comparison, Opcode};
use crate::text::is_word;

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatementKind {
    /// A name and its colon.
    Label,
    Directive,
    Instruction,
}

/// A statement: its kind and its tokens `begin..end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) begin: u32,
    pub(super) end: u32,
}

/// The directives that begin a statement.
pub(super) const DIRECTIVES: &[&str] = &[
    ".class",
    ".function",
    ".line",
    ".local",
    ".reg",
    ".handler",
    ".const",
    ".custom",
];

/// Words that mean something in every place where a name could stand.
const RESERVED: &[&str] = &[
    "_",
    "true",
    "false",
    "unit",
    "undefined",
    "nil",
    "inf",
    "NaN",
    "frozen",
    "literal",
    "is",
    "tagged",
    "when",
    "and",
    "or",
    "after",
];

/// Words that may continue an operand on a new line although instructions are called so.
const CONTINUING: &[&str] = &["and", "or", "link", "demonitor"];

/// Whether a register or constant may be called that.
pub(super) fn may_be_name(word: &str) -> bool {
    is_word(word) && !RESERVED.contains(&word) && !is_register(word)
}

/// Whether the word is `r` and digits: always the plain register.
pub(super) fn is_register(word: &str) -> bool {
    word.strip_prefix('r')
        .is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
}

/// The statements of a text.
pub(super) fn statements(text: &str, tokens: &[Token]) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if matches!(token.kind, Kind::Newline | Kind::End) {
            at += 1;
            continue;
        }
        let begin = at;
        let colon = tokens.get(at + 1).map(|t| t.kind) == Some(Kind::Colon);
        let kind = match token.kind {
            Kind::Word | Kind::Number | Kind::Str if colon => StatementKind::Label,
            Kind::Directive => StatementKind::Directive,
            _ => StatementKind::Instruction,
        };
        at = match kind {
            StatementKind::Label => at + 2,
            _ => statement_end(text, tokens, at),
        };
        let index = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        statements.push(Statement {
            kind,
            begin: index(begin),
            end: index(at),
        });
    }
    statements
}

/// One past the last token of the statement that begins at `at`.
fn statement_end(text: &str, tokens: &[Token], begin: usize) -> usize {
    let mut open = 0_u32;
    for at in begin.. {
        match tokens.get(at).map_or(Kind::End, |t| t.kind) {
            Kind::End => return at,
            Kind::ParenOpen | Kind::BracketOpen | Kind::BraceOpen | Kind::MapOpen => open += 1,
            Kind::ParenClose | Kind::BracketClose | Kind::BraceClose => {
                open = open.saturating_sub(1);
            }
            Kind::Newline => {
                let comma = at > begin && tokens[at - 1].kind == Kind::Comma;
                if !comma && open == 0 || begins_statement(text, tokens, at + 1) {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Whether the line that begins at `at` begins a statement whatever is open before it.
fn begins_statement(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |t| slice(text, t.span));
    let kind = |at: usize| tokens.get(at).map_or(Kind::End, |t| t.kind);
    match kind(at) {
        Kind::End => true,
        Kind::Directive => DIRECTIVES.contains(&word(at)),
        Kind::Word => {
            let operator = || {
                let next = word(at + 1);
                matches!(next, "when" | "and" | "or" | "is")
                    || Comparison::ALL.iter().any(|c| c.name() == next)
            };
            matches!(
                kind(at + 1),
                Kind::Word | Kind::Number | Kind::Atom | Kind::Function | Kind::Native
            ) && Opcode::from_mnemonic(word(at)).is_some()
                && !CONTINUING.contains(&word(at))
                && !operator()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::diag::Span;
    use proptest::prelude::*;

    #[test]
    fn statements_end_with_their_line_unless_something_is_open() {
        let text = "a: b: add r0,\n r1, r1\n.line 3\nload_const r0, [1,\n 2\n]\nx [\n.class C\n(\nadd r1, r2\n{\nadd: 1}\n";
        let tokens = tokens(text);
        let statements: Vec<&str> = statements(text, &tokens)
            .iter()
            .map(|s| {
                let last = tokens[s.end as usize - 1].span;
                let first = tokens[s.begin as usize].span;
                slice(
                    text,
                    Span {
                        start: first.start,
                        end: last.end,
                    },
                )
            })
            .collect();
        assert_eq!(
            statements,
            [
                "a:",
                "b:",
                "add r0,\n r1, r1",
                ".line 3",
                "load_const r0, [1,\n 2\n]",
                "x [",
                ".class C",
                "(",
                "add r1, r2",
                "{\nadd: 1}",
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_has_statements_in_order(text in "[ -~\n]{0,60}") {
            let tokens = tokens(&text);
            let mut at = 0;
            for s in statements(&text, &tokens) {
                prop_assert!(s.begin >= at && s.end > s.begin);
                at = s.end;
            }
        }
    }
}
