//! `ionasm.tmLanguage.json`: the TextMate grammar of assembly, for editors.
//!
//! The words come from the instruction table, the shapes of literals from the
//! lexer. Regular expressions keep to what both Oniguruma and Python's `re`
//! read, so that a test can run them over the corpus.

use std::fmt::Write as _;

use vmm::isa::OPS;

/// Where the words of the instructions go in [`GRAMMAR`].
const MNEMONICS: &str = "MNEMONICS";

/// The grammar but for the words.
const GRAMMAR: &str = r##"{
  "$comment": "Written by `cargo xtask gen` from xtask/src/grammar.rs; do not edit.",
  "name": "IonVM assembly",
  "scopeName": "source.ionasm",
  "fileTypes": ["ionasm"],
  "patterns": [
    { "include": "#comment" },
    { "include": "#class" },
    { "include": "#function" },
    { "include": "#directive" },
    { "include": "#label" },
    { "include": "#instruction" },
    { "include": "#operand" }
  ],
  "repository": {
    "comment": {
      "name": "comment.line.semicolon.ionasm",
      "match": ";.*$"
    },
    "class": {
      "match": "^\\s*(\\.class)\\s+([\\w.]+|\"(?:[^\"\\\\]|\\\\.)*\")",
      "captures": {
        "1": { "name": "keyword.other.directive.ionasm" },
        "2": { "name": "entity.name.type.class.ionasm" }
      }
    },
    "function": {
      "match": "^\\s*(\\.function)\\s+(\\w+|\"(?:[^\"\\\\]|\\\\.)*\")",
      "captures": {
        "1": { "name": "keyword.other.directive.ionasm" },
        "2": { "name": "entity.name.function.ionasm" }
      }
    },
    "directive": {
      "name": "keyword.other.directive.ionasm",
      "match": "\\.[A-Za-z_]+"
    },
    "label": {
      "match": "^\\s*([^\\W\\d]\\w*)(:)(?![:\\w])",
      "captures": {
        "1": { "name": "entity.name.label.ionasm" },
        "2": { "name": "punctuation.separator.label.ionasm" }
      }
    },
    "instruction": {
      "name": "keyword.operator.word.instruction.ionasm",
      "match": "\\b(?:MNEMONICS)\\b(?!\\s*[=:./])"
    },
    "operand": {
      "patterns": [
        { "include": "#bytes" },
        { "include": "#string" },
        { "include": "#native" },
        { "include": "#reference" },
        { "include": "#atom" },
        { "include": "#number" },
        { "include": "#constant" },
        { "include": "#word" },
        { "include": "#register" },
        { "include": "#name" },
        { "include": "#punctuation" }
      ]
    },
    "string": {
      "name": "string.quoted.double.ionasm",
      "match": "\"(?:[^\"\\\\]|\\\\.)*\"",
      "captures": { "0": { "patterns": [{ "include": "#escape" }] } }
    },
    "bytes": {
      "name": "string.quoted.double.bytes.ionasm",
      "match": "\\bb\"(?:[^\"\\\\]|\\\\.)*\"",
      "captures": { "0": { "patterns": [{ "include": "#escape" }] } }
    },
    "escape": {
      "name": "constant.character.escape.ionasm",
      "match": "\\\\(?:u\\{[0-9A-Fa-f]+\\}|x[0-9A-Fa-f]{2}|.)"
    },
    "native": {
      "name": "support.function.native.ionasm",
      "match": "@?\\b[a-z_]+\\.[a-z_0-9]+\\b"
    },
    "reference": {
      "name": "entity.name.function.reference.ionasm",
      "match": "&(?:#\\d+|(?:[\\w.]+|\"(?:[^\"\\\\]|\\\\.)*\")(?:\\.(?:\\w+|\"(?:[^\"\\\\]|\\\\.)*\"))?(?:/\\d+)?)"
    },
    "atom": {
      "name": "constant.other.symbol.ionasm",
      "match": ":(?:[^\\W\\d]\\w*|\"(?:[^\"\\\\]|\\\\.)*\")"
    },
    "number": {
      "name": "constant.numeric.ionasm",
      "match": "[-+]?(?:\\b0x[0-9A-Fa-f]+n?|\\b\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?(?:n|i)?|\\b(?:inf|NaN)i?)\\b"
    },
    "constant": {
      "name": "constant.language.ionasm",
      "match": "\\b(?:true|false|unit|undefined|nil)\\b"
    },
    "word": {
      "name": "keyword.control.ionasm",
      "match": "\\b(?:when|is|or|and|literal|tagged|frozen|after)\\b"
    },
    "register": {
      "name": "variable.parameter.register.ionasm",
      "match": "\\br\\d+\\b"
    },
    "name": {
      "name": "variable.other.ionasm",
      "match": "[^\\W\\d]\\w*"
    },
    "punctuation": {
      "name": "punctuation.ionasm",
      "match": "->|\\.\\.|%\\{|[][(){},:=|^/+*-]"
    }
  }
}
"##;

/// The grammar.
pub(crate) fn grammar() -> String {
    let mut words: Vec<&str> = OPS.iter().map(|op| op.mnemonic).collect();
    // The longest first, so that no word hides a longer one.
    words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    let mut all = String::new();
    for (i, word) in words.iter().enumerate() {
        let _ = write!(all, "{}{word}", if i == 0 { "" } else { "|" });
    }
    GRAMMAR.replace(MNEMONICS, &all)
}
