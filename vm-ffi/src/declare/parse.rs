//! Reading declarations: a line at a time, names resolved when a function is whole.

use std::fmt;

use super::{
    Declarations, Declare, Declared, Factor, MAX_BUFFER, Outcome, Scalar, Shape, TEXT_RESULT, Used,
    Value, Way, is_word,
};

/// A line that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclareError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for DeclareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for DeclareError {}

type Read<T> = Result<T, String>;

/// The most parameters of a function.
const MAX_PARAMETERS: usize = 32;

pub(super) fn declarations(text: &str) -> Result<Declarations, DeclareError> {
    let mut library: Option<(String, bool)> = None;
    let mut functions: Vec<Declared> = Vec::new();
    let mut about: Vec<&str> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let fail = |message| DeclareError {
            line: at + 1,
            message,
        };
        let line = line.trim();
        if let Some(text) = line.strip_prefix("##") {
            about.push(text.trim());
        } else if line.is_empty() || line.starts_with('#') {
        } else if let Some(name) = line.strip_prefix("library ") {
            let name = name.trim();
            let (system, name) = match name.strip_prefix("system:") {
                Some(name) => (true, name),
                None => (false, name),
            };
            if library.is_some() {
                return Err(fail("the library is named already".to_owned()));
            }
            if name.is_empty() || name.contains(['/', '\\', ' ']) || name.contains("..") {
                return Err(fail(format!(
                    "{name:?} is no name of a library, without a path"
                )));
            }
            library = Some((name.to_owned(), system));
        } else {
            if library.is_none() {
                return Err(fail("`library NAME` has to come first".to_owned()));
            }
            let mut function = function(line).map_err(fail)?;
            if functions.iter().any(|f| f.name == function.name) {
                return Err(fail(format!("`{}` is declared already", function.name)));
            }
            function.about = (!about.is_empty()).then(|| about.join(" "));
            about.clear();
            functions.push(function);
        }
    }
    match library {
        Some((library, system)) => Ok(Declarations {
            library,
            system,
            functions,
        }),
        None => Err(DeclareError {
            line: 1,
            message: "no library is named: `library NAME` comes first".to_owned(),
        }),
    }
}

/// `[blocking] function NAME [= SYMBOL](PARAMETERS) [-> RESULT]`
fn function(line: &str) -> Read<Declared> {
    const FORM: &str = "expected `function NAME(PARAMETER, ...) -> RESULT`";
    let (blocking, rest) = match line.strip_prefix("blocking ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, line),
    };
    let rest = rest.strip_prefix("function ").ok_or(FORM)?;
    let (head, rest) = rest.split_once('(').ok_or(FORM)?;
    let (name, symbol) = match head.split_once('=') {
        Some((name, symbol)) => (name.trim(), symbol.trim()),
        None => (head.trim(), head.trim()),
    };
    if !is_word(name) {
        return Err(format!(
            "`{name}` is no name of lower-case letters, digits and _"
        ));
    }
    check_symbol(symbol)?;
    let close = closing(rest).ok_or(FORM)?;
    let (inside, behind) = rest.split_at(close);
    let result = match behind[1..].trim() {
        "" => Outcome::Nothing,
        behind => outcome(behind.strip_prefix("->").ok_or(FORM)?.trim())?,
    };
    let mut raw = Vec::new();
    let mut fixed = None;
    for part in split(inside) {
        if part == "..." && fixed.is_none() && !raw.is_empty() {
            fixed = Some(raw.len());
            continue;
        }
        let (name, rest) = part
            .split_once(':')
            .ok_or_else(|| format!("`{part}` is no parameter: NAME: TYPE"))?;
        let name = name.trim();
        if !is_word(name) || name == "return" || raw.iter().any(|(known, _)| *known == name) {
            return Err(format!(
                "`{name}` is no name for a parameter, or there is one of it"
            ));
        }
        raw.push((name, rest.trim()));
    }
    if raw.len() > MAX_PARAMETERS {
        return Err(format!("{MAX_PARAMETERS} parameters are the most"));
    }
    let names: Vec<&str> = raw.iter().map(|(name, _)| *name).collect();
    let mut parameters = Vec::with_capacity(raw.len());
    for (name, rest) in &raw {
        parameters.push(parameter(name, rest, &names)?);
    }
    let mut function = Declared {
        name: name.to_owned(),
        symbol: symbol.to_owned(),
        about: None,
        blocking,
        parameters,
        fixed,
        result,
    };
    resolve(&mut function)?;
    Ok(function)
}

/// Holds what parameters say of each other to what they are.
fn resolve(function: &mut Declared) -> Read<()> {
    let shapes: Vec<Shape> = function
        .parameters
        .iter()
        .map(|p| p.shape.clone())
        .collect();
    let names: Vec<String> = function.parameters.iter().map(|p| p.name.clone()).collect();
    let whole = |at: usize, pointed: bool| match &shapes[at] {
        Shape::Scalar(scalar) => scalar.range().is_some() && !pointed,
        Shape::Pointed(way, scalar) => scalar.range().is_some() && (pointed || *way != Way::Out),
        _ => false,
    };
    let mut lengths = Vec::new();
    for parameter in &function.parameters {
        if let Shape::Buffer { length, used, .. } = &parameter.shape {
            for factor in length {
                if let Factor::Parameter(at) = factor {
                    if !whole(*at, false) {
                        return Err(format!(
                            "`{}` is no whole number that is known before",
                            names[*at]
                        ));
                    }
                    lengths.push(*at);
                }
            }
            match used {
                Some(Used::Parameter(at)) if !whole(*at, true) => {
                    return Err(format!(
                        "`{}` is no whole number that comes out",
                        names[*at]
                    ));
                }
                Some(Used::Result) if !matches!(function.result, Outcome::Scalar(s) if s.range().is_some()) =>
                {
                    return Err("the result is no whole number".to_owned());
                }
                _ => {}
            }
        }
        let fits = match (&parameter.value, &parameter.shape) {
            (None, shape) => *shape != Shape::Function,
            (
                Some(Value::Length(of)),
                Shape::Scalar(scalar) | Shape::Pointed(Way::InOut, scalar),
            ) => scalar.range().is_some() && matches!(shapes[*of], Shape::Buffer { .. }),
            (
                Some(Value::Number(n)),
                Shape::Scalar(scalar) | Shape::Pointed(Way::InOut, scalar),
            ) => {
                let range = scalar.range().unwrap_or((i64::MIN.into(), i64::MAX.into()));
                (range.0..=range.1).contains(&i128::from(*n))
            }
            (Some(Value::Text(_)), Shape::Text(_)) => true,
            (Some(Value::Symbol(_)), Shape::Function) => true,
            _ => false,
        };
        if !fits {
            let name = &parameter.name;
            return Err(format!("the value of `{name}` does not go with its type"));
        }
    }
    for at in lengths {
        function.parameters[at].is_length = true;
    }
    // What C's rules for `...` would widen has to be written as what it becomes.
    for parameter in function
        .parameters
        .iter()
        .skip(function.fixed.unwrap_or(usize::MAX))
    {
        if let Shape::Scalar(
            Scalar::I8 | Scalar::U8 | Scalar::I16 | Scalar::U16 | Scalar::F32 | Scalar::Bool,
        ) = parameter.shape
        {
            let name = &parameter.name;
            return Err(format!(
                "`{name}` stands behind `...`: write i32, u32 or f64 for it"
            ));
        }
    }
    Ok(())
}

fn parameter(name: &str, text: &str, names: &[&str]) -> Read<Declare> {
    let place = |wanted: &str| {
        names
            .iter()
            .position(|name| *name == wanted)
            .ok_or_else(|| format!("there is no parameter `{wanted}`"))
    };
    let (kind, value) = match text.split_once('=') {
        Some((kind, value)) => (kind.trim(), Some(value.trim())),
        None => (text, None),
    };
    let value = match value {
        None => None,
        Some(text) if text.starts_with('"') => Some(Value::Text(quoted(text)?)),
        Some(text) => match text.strip_prefix("len(").and_then(|t| t.strip_suffix(')')) {
            Some(of) => Some(Value::Length(place(of.trim())?)),
            None => Some(match text.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => {
                    check_symbol(text)?;
                    Value::Symbol(text.to_owned())
                }
            }),
        },
    };
    let (way, rest) = match kind.split_once(' ') {
        Some(("in", rest)) => (Some(Way::In), rest.trim()),
        Some(("out", rest)) => (Some(Way::Out), rest.trim()),
        Some(("inout", rest)) => (Some(Way::InOut), rest.trim()),
        _ => (None, kind),
    };
    let shape = match (way, rest) {
        (None, "str") => Shape::Text(false),
        (None, "str?") => Shape::Text(true),
        (None, "fn") => Shape::Function,
        (None, word) => Shape::Scalar(scalar(word)?),
        (Some(way), rest) if rest.starts_with("bytes") || rest.starts_with("str") => {
            let (rest, used) = match rest.split_once(" used ") {
                None => (rest, None),
                Some((rest, "return")) => (rest.trim(), Some(Used::Result)),
                Some((rest, of)) => (rest.trim(), Some(Used::Parameter(place(of.trim())?))),
            };
            let (word, length) = match rest.split_once('[') {
                None => (rest, Vec::new()),
                Some((word, length)) => {
                    let length = length.strip_suffix(']').ok_or("a `]` is missing")?;
                    let factor = |text: &str| match text.trim().parse() {
                        Ok(number) => Ok(Factor::Number(number)),
                        Err(_) => place(text.trim()).map(Factor::Parameter),
                    };
                    (word, length.split('*').map(factor).collect::<Read<_>>()?)
                }
            };
            let text = match word {
                "bytes" => false,
                "str" if way == Way::Out => true,
                _ => return Err(format!("`{kind}` is no type: `out str[N]`, `in bytes` are")),
            };
            if way == Way::Out && length.is_empty() {
                return Err(format!(
                    "`{name}` comes out, so it needs a length: `{word}[N]`"
                ));
            }
            Shape::Buffer {
                way,
                length,
                text,
                used,
            }
        }
        (Some(way), word) => Shape::Pointed(way, scalar(word)?),
    };
    Ok(Declare {
        name: name.to_owned(),
        shape,
        value,
        is_length: false,
    })
}

fn outcome(text: &str) -> Read<Outcome> {
    if text == "str" {
        return Ok(Outcome::Text(TEXT_RESULT));
    }
    if let Some(most) = text.strip_prefix("str[").and_then(|t| t.strip_suffix(']')) {
        let most = most.trim().parse().ok().filter(|n| *n <= MAX_BUFFER);
        return most
            .map(Outcome::Text)
            .ok_or_else(|| format!("{MAX_BUFFER} is the most"));
    }
    scalar(text).map(Outcome::Scalar)
}

fn scalar(word: &str) -> Read<Scalar> {
    let found = Scalar::ALL.into_iter().find(|(known, _)| *known == word);
    found.map(|(_, scalar)| scalar).ok_or_else(|| {
        let words: Vec<&str> = Scalar::ALL.iter().map(|(word, _)| *word).collect();
        format!(
            "`{word}` is no type; {}, str, in bytes, out bytes[N], out str[N], inout bytes[N] and \
             fn are",
            words.join(", ")
        )
    })
}

fn check_symbol(text: &str) -> Read<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text.starts_with(|c: char| !c.is_ascii_digit()) && text.chars().all(plain) {
        true => Ok(()),
        false => Err(format!("`{text}` is no symbol of C")),
    }
}

/// A text between quotes; `\n`, `\t`, `\"` and `\\` stand for what they do in C.
fn quoted(text: &str) -> Read<String> {
    let mut out = String::new();
    let mut rest = text[1..].chars();
    loop {
        match rest.next() {
            None => return Err("a text has no end".to_owned()),
            Some('"') if rest.as_str().is_empty() => return Ok(out),
            Some('\\') => match rest.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c @ ('"' | '\\')) => out.push(c),
                _ => return Err("`\\` stands before n, t, \" and \\ only".to_owned()),
            },
            Some('"' | '\0') => return Err("a text ends before its end".to_owned()),
            Some(c) => out.push(c),
        }
    }
}

/// Where the parenthesis that is open closes; those in texts are letters.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    places(text)
        .find(|(_, c)| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth < 0
        })
        .map(|(at, _)| at)
}

/// The parts between commas outside of texts and parentheses.
fn split(text: &str) -> Vec<&str> {
    let commas = places(text).filter(|(_, c)| *c == ',').map(|(at, _)| at);
    let mut parts = Vec::new();
    let mut from = 0;
    for comma in commas.chain([text.len()]) {
        parts.push(text[from..comma].trim());
        from = comma + 1;
    }
    if parts == [""] { Vec::new() } else { parts }
}

/// The characters outside of quotes with their places.
fn places(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut inside, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        let outside = !inside;
        match c {
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = inside && *c == '\\' && !escaped;
        outside
    })
}
