//! Text: plain functions over `&str` that the machine's builtins call.
//!
//! # Rules
//! 1. Lengths, positions and widths count code points; nothing here splits one.
//! 2. Positions beyond the end mean the end; a search that fails yields `None`.
//! 3. What can grow its argument takes a limit in bytes and computes the size of the
//!    result before it allocates: [`TooLong`] costs nothing.
//! 4. Case and white space are Unicode's, without regard to language or country.
//!
//! # Cost
//! One pass over the text each; searching is linear in text and needle together.

use std::fmt;
use std::ops::Range;

use crate::error::FfiError;

/// A text would pass the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string passes the limit of {} bytes", self.limit)
    }
}

impl std::error::Error for TooLong {}

impl From<TooLong> for FfiError {
    fn from(error: TooLong) -> FfiError {
        FfiError::Limit {
            what: "a string".to_string(),
            limit: error.limit as u64,
            unit: "bytes",
        }
    }
}

/// The number that a text stands for; `None` if it is not the text of one.
///
/// White space around it is allowed, inside it is not. Then: an optional sign, decimal
/// digits with an optional point (on either side of which digits may be missing, not on
/// both), an optional exponent `e` or `E`; or `inf` with an optional sign; or `NaN`.
/// Exactly these: no `Infinity`, `nan`, `0x10`, `1_000` or `42n`. Rounds to the nearest
/// double, beyond the largest to an infinity.
///
/// ```
/// use vm_ffi::stdlib::string::parse_number;
/// assert_eq!(parse_number(" -1.5e3\n"), Some(-1500.0));
/// assert_eq!(parse_number("12 apples"), None);
/// ```
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text == "NaN" {
        return Some(f64::NAN);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // What begins like this is parsed by the standard library, whose grammar is wider only
    // by the names of infinity and NaN.
    let numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if numeric || unsigned == "inf" {
        text.parse().ok()
    } else {
        None
    }
}

/// How many code points.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// The byte position of code point `index`; the text's size in bytes for its length.
#[must_use]
pub fn byte_offset(text: &str, index: usize) -> Option<usize> {
    let ends = text
        .char_indices()
        .map(|(offset, _)| offset)
        .chain([text.len()]);
    ends.into_iter().nth(index)
}

/// The code point at `index`, as a text.
#[must_use]
pub fn char_at(text: &str, index: usize) -> Option<&str> {
    let rest = &text[byte_offset(text, index)?..];
    rest.chars().next().map(|c| &rest[..c.len_utf8()])
}

/// The code points from `range.start` up to and without `range.end`.
#[must_use]
pub fn slice(text: &str, range: Range<usize>) -> &str {
    let rest = &text[byte_offset(text, range.start).unwrap_or(text.len())..];
    let count = range.end.saturating_sub(range.start);
    &rest[..byte_offset(rest, count).unwrap_or(rest.len())]
}

/// Where `needle` first stands at or after code point `from`.
///
/// The empty needle stands everywhere, the end included.
#[must_use]
pub fn find(text: &str, needle: &str, from: usize) -> Option<usize> {
    let start = byte_offset(text, from)?;
    let rest = &text[start..];
    rest.find(needle)
        .map(|offset| from + length(&rest[..offset]))
}

/// Where `needle` last stands.
#[must_use]
pub fn rfind(text: &str, needle: &str) -> Option<usize> {
    text.rfind(needle).map(|offset| length(&text[..offset]))
}

/// The pieces between occurrences of `separator`, of at most `max_splits` of them.
///
/// The empty separator splits into code points; the empty text has one empty piece then
/// none at all.
///
/// ```
/// use vm_ffi::stdlib::string::split;
/// assert_eq!(split("a,b,,c", ",", None), ["a", "b", "", "c"]);
/// assert_eq!(split("a,b,c", ",", Some(1)), ["a", "b,c"]);
/// assert_eq!(split("añb", "", None), ["a", "ñ", "b"]);
/// ```
#[must_use]
pub fn split<'a>(text: &'a str, separator: &str, max_splits: Option<usize>) -> Vec<&'a str> {
    let pieces = max_splits.map_or(usize::MAX, |splits| splits.saturating_add(1));
    if !separator.is_empty() {
        return text.splitn(pieces, separator).collect();
    }
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(c) = rest.chars().next() {
        if found.len() + 1 >= pieces {
            found.push(rest);
            break;
        }
        let (head, tail) = rest.split_at(c.len_utf8());
        found.push(head);
        rest = tail;
    }
    found
}

/// The lines, without their ends (`\n` or `\r\n`); a last empty one does not count.
#[must_use]
pub fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// All parts with `separator` between them.
///
/// # Errors
/// [`TooLong`] if the result would pass `limit` bytes.
pub fn join<S: AsRef<str>>(parts: &[S], separator: &str, limit: usize) -> Result<String, TooLong> {
    let gaps = separator.len().checked_mul(parts.len().saturating_sub(1));
    let size = parts
        .iter()
        .try_fold(gaps.unwrap_or(usize::MAX), |sum, part| {
            sum.checked_add(part.as_ref().len())
        });
    let mut result = with_capacity(size, limit)?;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            result.push_str(separator);
        }
        result.push_str(part.as_ref());
    }
    Ok(result)
}

/// The text with occurrences of `from` exchanged for `to`: the first `count`, or all.
///
/// The empty `from` stands before each code point and at the end.
///
/// # Errors
/// [`TooLong`] if the result would pass `limit` bytes.
pub fn replace(
    text: &str,
    from: &str,
    to: &str,
    count: Option<usize>,
    limit: usize,
) -> Result<String, TooLong> {
    let count = count.unwrap_or(usize::MAX);
    let found = text.match_indices(from).take(count).count();
    let kept = text.len() - found * from.len();
    let size = to
        .len()
        .checked_mul(found)
        .and_then(|more| more.checked_add(kept));
    let mut result = with_capacity(size, limit)?;
    let mut copied = 0;
    for (offset, _) in text.match_indices(from).take(count) {
        result.push_str(&text[copied..offset]);
        result.push_str(to);
        copied = offset + from.len();
    }
    result.push_str(&text[copied..]);
    Ok(result)
}

/// The text `times` over.
///
/// # Errors
/// [`TooLong`] if the result would pass `limit` bytes.
pub fn repeat(text: &str, times: usize, limit: usize) -> Result<String, TooLong> {
    match text.len().checked_mul(times) {
        Some(size) if size <= limit => Ok(text.repeat(times)),
        _ => Err(TooLong { limit }),
    }
}

/// The text with `fill`, over and over, before it until it has `width` code points.
///
/// The fill's last repetition is cut to fit; an empty fill adds nothing.
///
/// # Errors
/// [`TooLong`] if the result would pass `limit` bytes.
pub fn pad_start(text: &str, width: usize, fill: &str, limit: usize) -> Result<String, TooLong> {
    let padding = padding(text, width, fill, limit)?;
    join(&[&padding, text], "", limit)
}

/// The text with `fill`, over and over, after it until it has `width` code points.
///
/// # Errors
/// [`TooLong`] if the result would pass `limit` bytes.
pub fn pad_end(text: &str, width: usize, fill: &str, limit: usize) -> Result<String, TooLong> {
    let padding = padding(text, width, fill, limit)?;
    join(&[text, &padding], "", limit)
}

/// The text in upper case; may have more code points and up to three times the bytes.
#[must_use]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// The text in lower case, the final sigma included; may have more code points and bytes.
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The text without white space at both ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim()
}

/// The text without white space at its start.
#[must_use]
pub fn trim_start(text: &str) -> &str {
    text.trim_start()
}

/// The text without white space at its end.
#[must_use]
pub fn trim_end(text: &str) -> &str {
    text.trim_end()
}

/// The code points in opposite order; combining marks part from their letters.
#[must_use]
pub fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}

/// The text of code points; `None` if one is a surrogate or beyond 10FFFF.
pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Option<String> {
    points.into_iter().map(char::from_u32).collect()
}

fn padding(text: &str, width: usize, fill: &str, limit: usize) -> Result<String, TooLong> {
    let missing = width.saturating_sub(length(text));
    if fill.is_empty() || missing == 0 {
        return Ok(String::new());
    }
    let whole = missing / length(fill);
    let rest = slice(fill, 0..missing % length(fill));
    let mut padding = repeat(fill, whole, limit)?;
    padding.push_str(rest);
    Ok(padding)
}

/// An empty string of the right capacity; `None` stands for a size beyond `usize`.
fn with_capacity(size: Option<usize>, limit: usize) -> Result<String, TooLong> {
    match size {
        Some(size) if size <= limit => Ok(String::with_capacity(size)),
        _ => Err(TooLong { limit }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    #[test]
    fn numbers_are_read_by_the_language_s_grammar() {
        let good = [
            ("42", 42.0),
            ("+42", 42.0),
            ("-0", -0.0),
            ("0.1", 0.1),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e21", 1e21),
            ("1E-7", 1e-7),
            ("\u{a0}\t7\r\n", 7.0),
            ("1e999", f64::INFINITY),
            ("inf", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
        ];
        for (text, number) in good {
            let found = parse_number(text).unwrap();
            assert_eq!(found.to_bits(), number.to_bits(), "{text:?}");
        }
        assert!(parse_number(" NaN ").unwrap().is_nan());
        let bad = [
            "",
            " ",
            ".",
            "-",
            "+-1",
            "--1",
            "- 1",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "1 2",
            "0x10",
            "1_0",
            "42n",
            "nan",
            "-NaN",
            "NAN",
            "Inf",
            "infinity",
            "-Infinity",
            "١",
            "1,5",
            "\u{0}1",
            ".e1",
        ];
        for text in bad {
            assert_eq!(parse_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn positions_count_code_points() {
        let text = "añ€🦀b";
        assert_eq!(length(text), 5);
        assert_eq!(byte_offset(text, 4), Some(10));
        assert_eq!(byte_offset(text, 5), Some(text.len()));
        assert_eq!(byte_offset(text, 6), None);
        assert_eq!(char_at(text, 3), Some("🦀"));
        assert_eq!(char_at(text, 5), None);
        assert_eq!(slice(text, 1..3), "ñ€");
        assert_eq!(slice(text, 3..99), "🦀b");
        assert_eq!(slice(text, 9..99), "");
        #[expect(
            clippy::reversed_empty_ranges,
            reason = "such a range is asked for, too"
        )]
        let backwards = slice(text, 3..1);
        assert_eq!(backwards, "");
        assert_eq!(find(text, "🦀", 0), Some(3));
        assert_eq!(find(text, "🦀", 4), None);
        assert_eq!(find(text, "", 5), Some(5));
        assert_eq!(find(text, "", 6), None);
        assert_eq!(rfind("x€x€", "€"), Some(3));
    }

    #[test]
    fn splitting() {
        assert_eq!(split("", ",", None), [""]);
        assert_eq!(split("", "", None), [""; 0]);
        assert_eq!(split("abc", "", Some(1)), ["a", "bc"]);
        assert_eq!(split("abc", "", Some(0)), ["abc"]);
        assert_eq!(split("abc", "", Some(9)), ["a", "b", "c"]);
        assert_eq!(split("a--b---c", "--", None), ["a", "b", "-c"]);
        assert_eq!(lines("a\r\nb\n\nc\n"), ["a", "b", "", "c"]);
    }

    #[test]
    fn padding_cuts_the_fill_to_fit() {
        assert_eq!(pad_start("7", 3, "0", LIMIT).as_deref(), Ok("007"));
        assert_eq!(pad_end("é", 6, "ab", LIMIT).as_deref(), Ok("éababa"));
        assert_eq!(pad_end("long", 2, "x", LIMIT).as_deref(), Ok("long"));
        assert_eq!(pad_end("a", 9, "", LIMIT).as_deref(), Ok("a"));
    }

    #[test]
    fn too_long_is_found_before_anything_is_built() {
        let refused = Err(TooLong { limit: LIMIT });
        assert_eq!(repeat("ab", usize::MAX, LIMIT), refused);
        assert_eq!(repeat("", usize::MAX, LIMIT).as_deref(), Ok(""));
        assert_eq!(pad_start("", usize::MAX, "x", LIMIT), refused);
        assert_eq!(
            replace(&"a".repeat(2000), "a", &"b".repeat(2000), None, LIMIT),
            refused
        );
        assert_eq!(join(&["x"; 2000], &"y".repeat(2000), LIMIT), refused);
        assert_eq!(join(&["ab", "c"], "-", 4).as_deref(), Ok("ab-c"));
        assert_eq!(join(&["ab", "c"], "-", 3), Err(TooLong { limit: 3 }));
        let error = FfiError::from(TooLong { limit: 3 });
        assert_eq!(
            (error.kind(), error.to_string()),
            ("limit", TooLong { limit: 3 }.to_string())
        );
    }

    #[test]
    fn replacing() {
        assert_eq!(
            replace("aaa", "a", "bb", Some(2), LIMIT).as_deref(),
            Ok("bbbba")
        );
        assert_eq!(replace("aé", "", "-", None, LIMIT).as_deref(), Ok("-a-é-"));
        assert_eq!(replace("abc", "x", "y", None, LIMIT).as_deref(), Ok("abc"));
    }

    #[test]
    fn case_is_unicode_s() {
        assert_eq!(upper("straße ŉ"), "STRASSE ʼN");
        assert_eq!(lower("ΟΔΟΣ İ"), "οδος i\u{307}");
        assert_eq!(trim("\u{3000} x\u{a0}"), "x");
        assert_eq!((trim_start(" x "), trim_end(" x ")), ("x ", " x"));
        assert_eq!(reverse("añ€"), "€ña");
        assert_eq!(from_code_points([0x61, 0x1F980]).as_deref(), Some("a🦀"));
        assert_eq!(from_code_points([0xD800]), None);
        assert_eq!(from_code_points([0x0011_0000]), None);
    }

    proptest! {
        #[test]
        fn splitting_and_joining_cancel(text in ".*", separator in ".{0,2}") {
            let parts = split(&text, &separator, None);
            prop_assert_eq!(join(&parts, &separator, usize::MAX), Ok(text));
        }

        #[test]
        fn shortest_texts_of_numbers_read_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            let read = parse_number(&format!("{number}")).unwrap();
            prop_assert!(read == number || number.is_nan() && read.is_nan());
        }

        #[test]
        fn what_is_found_is_there(text in "[aé🦀]{0,20}", needle in "[aé🦀]{0,3}", from in 0usize..22) {
            match find(&text, &needle, from) {
                Some(at) => {
                    prop_assert!(at >= from);
                    prop_assert_eq!(slice(&text, at..at + length(&needle)), needle);
                }
                None => {
                    let points: Vec<char> = text.chars().collect();
                    let sought: Vec<char> = needle.chars().collect();
                    let rest = points.get(from..).unwrap_or(&[]);
                    let there = !sought.is_empty() && rest.windows(sought.len()).any(|w| w == sought);
                    prop_assert!(!there && (from > points.len() || !sought.is_empty()));
                }
            }
        }
    }
}
