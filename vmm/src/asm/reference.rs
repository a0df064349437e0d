//! References to functions and natives: `&worker/1`, `&Class.worker`, `@io.println`.

use std::sync::Arc;

use super::cursor::{Parsed, Reported, echo};
use super::lex::Token;
use super::parse::Parser;
use crate::diag::Span;
use crate::ids::FunctionIndex;
use crate::text;
use crate::value::FunctionRef;

impl<'t> Parser<'t> {
    /// Takes the name of `@module.name`.
    pub(super) fn native(&mut self) -> Parsed<Arc<str>> {
        let token = self.cursor.next();
        let mut names = self.reference_names(token, 1, token.span.end)?;
        match names.len() {
            0 => {
                let message = "a native function is written `@module.name`";
                Err(self.cursor.fail("A07", message, token.span))
            }
            1 => Ok(names.remove(0).into()),
            _ => Ok(names.join(".").into()),
        }
    }

    /// The names joined by dots from `skip` bytes into a token up to `end`.
    fn reference_names(&mut self, token: Token, skip: u32, end: u32) -> Parsed<Vec<String>> {
        let mut names = Vec::new();
        let mut at = token.span.start + skip;
        while at < end {
            let rest = self.cursor.source.slice(Span { start: at, end });
            let length = if rest.starts_with('"') {
                let close = closing_quote(rest);
                names.push(self.cursor.quoted(at + 1, at + close)?);
                close + 1
            } else {
                let word = rest.split('.').next().unwrap_or("");
                names.push(word.to_owned());
                word.len() as u32
            };
            at += length + 1; // the dot
        }
        Ok(names)
    }

    /// What `&worker/1`, `&worker`, `&#3`, `&Class.worker/1` mean.
    pub(super) fn function_reference(&mut self, token: Token) -> Parsed<FunctionRef> {
        let text = self.cursor.text(token);
        if let Some(place) = text.strip_prefix("&#") {
            let index = Some(place).filter(|p| p.bytes().all(|b| b.is_ascii_digit()));
            return match index.and_then(|i| i.parse().ok()) {
                Some(index) => Ok(FunctionRef::Local(FunctionIndex(index))),
                None => Err(self.no_function(token)),
            };
        }
        let slash = arity_slash(text);
        let arity = match slash.map(|at| &text[at + 1..]) {
            None => None,
            Some(digits) => match digits.parse::<u16>() {
                Ok(arity) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(arity),
                _ => return Err(self.no_function(token)),
            },
        };
        let end = slash.map_or(token.span.end, |at| token.span.start + at as u32);
        let mut names = self.reference_names(token, 1, end)?;
        let Some(name) = names.pop() else {
            return Err(self.no_function(token));
        };
        if names.is_empty() {
            self.local_function(&name, arity, token.span)
                .map(FunctionRef::Local)
        } else {
            Ok(FunctionRef::Extern {
                class: names.join(".").into(),
                name: name.into(),
                arity,
            })
        }
    }

    fn no_function(&mut self, token: Token) -> Reported {
        let message = "a function is written `&name/arity`, `&Class.name/arity` or `&#place`";
        self.cursor.fail("A07", message, token.span)
    }

    /// The place of a function of the class at hand.
    pub(super) fn local_function(
        &mut self,
        name: &str,
        arity: Option<u16>,
        span: Span,
    ) -> Parsed<FunctionIndex> {
        let called = self.functions.get(name).map_or(&[][..], |f| f);
        let fit = match arity {
            None => called,
            Some(_) => {
                let from = called.partition_point(|&(_, a)| a < arity);
                let to = called.partition_point(|&(_, a)| a <= arity);
                &called[from..to]
            }
        };
        if let [(index, _)] = fit {
            return Ok(FunctionIndex(*index));
        }
        let shown = match arity {
            Some(arity) => format!("{}/{arity}", echo(name)),
            None => echo(name),
        };
        if arity.is_some() && !fit.is_empty() {
            let message = format!("several functions are called `{shown}`");
            let places = fit.iter().map(|(index, _)| format!("`&#{index}`"));
            let help = format!("name it by its place: {}", some(places));
            return Err(self.cursor.fail_help("A12", message, span, Some(help)));
        }
        let others = some(called.iter().map(|(_, arity)| {
            let mut out = String::from("`&");
            text::write_name(&mut out, name);
            out + &arity.map_or_else(String::new, |a| format!("/{a}")) + "`"
        }));
        if !fit.is_empty() {
            let message = format!("several functions are called `{shown}`");
            let help = format!("say which: {others}");
            return Err(self.cursor.fail_help("A12", message, span, Some(help)));
        }
        let message = format!("no function of this class is called `{shown}`");
        let help = if called.is_empty() {
            let names = self.functions.keys().map(|k| &**k);
            self.cursor.suggest(name, names).unwrap_or_else(|| {
                "a function of another class is written `&Class.name`".to_owned()
            })
        } else {
            format!("there is {others}")
        };
        Err(self.cursor.fail_help("A11", message, span, Some(help)))
    }
}

/// The first few of them.
fn some(items: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 8;
    let dots = if items.len() > SHOWN { ", ..." } else { "" };
    items.take(SHOWN).collect::<Vec<_>>().join(", ") + dots
}

/// Offset of the quote that ends the quoted text.
fn closing_quote(quoted: &str) -> u32 {
    let mut escaped = false;
    let close = quoted.bytes().skip(1).position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    });
    close.map_or(quoted.len() as u32, |at| at as u32 + 1)
}

/// Offset of the slash before an arity, outside all quotes.
fn arity_slash(reference: &str) -> Option<usize> {
    let slash = reference.rfind('/')?;
    let inside = reference[slash..].contains('"');
    (!inside).then_some(slash)
}
