//! Moments as text and back.

use std::fmt::Write as _;

use super::civil::{Moment, days_from_date, days_in_month};
use crate::bridge::FfiValue;

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Letters of the short name of a day or month.
const SHORT: usize = 3;

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(super) fn number(value: i64) -> FfiValue {
    FfiValue::Number(value as f64)
}

/// With as many digits behind the second as it takes: none, three or six.
pub(super) fn rfc3339(moment: Moment) -> String {
    let date = moment.date();
    let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
    let mut text = format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}",
        date.year, date.month, date.day
    );
    let micro = moment.microsecond();
    let _ = match (micro, micro % 1000) {
        (0, _) => Ok(()),
        (_, 0) => write!(text, ".{:03}", micro / 1000),
        _ => write!(text, ".{micro:06}"),
    };
    text.push('Z');
    text
}

fn name(names: &'static [&'static str], number: i64) -> &'static str {
    let index = usize::try_from(number - 1).unwrap_or(0);
    names.get(index).copied().unwrap_or_default()
}

/// By a template; the letter behind a `%` that means nothing otherwise.
pub(super) fn strftime(moment: Moment, template: &str) -> Result<String, String> {
    let date = moment.date();
    let mut out = String::with_capacity(template.len());
    let mut letters = template.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let day = name(&DAYS, moment.weekday());
        let month = name(&MONTHS, date.month);
        let twelve = (moment.hour() + 11) % 12 + 1;
        let written = match letters.next() {
            Some('Y') => write!(out, "{:04}", date.year),
            Some('y') => write!(out, "{:02}", date.year % 100),
            Some('m') => write!(out, "{:02}", date.month),
            Some('d') => write!(out, "{:02}", date.day),
            Some('H') => write!(out, "{:02}", moment.hour()),
            Some('I') => write!(out, "{twelve:02}"),
            Some('M') => write!(out, "{:02}", moment.minute()),
            Some('S') => write!(out, "{:02}", moment.second()),
            Some('f') => write!(out, "{:06}", moment.microsecond()),
            Some('j') => write!(out, "{:03}", date.year_day()),
            Some('u') => write!(out, "{}", moment.weekday()),
            Some('a') => out.write_str(&day[..SHORT]),
            Some('A') => out.write_str(day),
            Some('b') => out.write_str(&month[..SHORT]),
            Some('B') => out.write_str(month),
            Some('p') => out.write_str(if moment.hour() < 12 { "AM" } else { "PM" }),
            Some('z') => out.write_str("+0000"),
            Some('%') => out.write_str("%"),
            Some(other) => return Err(other.to_string()),
            None => return Err(" at its end".to_string()),
        };
        // A string takes whatever is written.
        let _ = written;
    }
    Ok(out)
}

/// The moment of a text as RFC 3339 has it, or of its date alone.
pub(super) fn parse(text: &str) -> Option<Moment> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4)?;
    let month = after(&mut rest, b"-", 2)?;
    let day = after(&mut rest, b"-", 2)?;
    if !(1..=days_in_month(year, month)?).contains(&day) {
        return None;
    }
    let mut seconds = days_from_date(year, month, day) * 86_400;
    let mut micros = 0;
    if !rest.is_empty() {
        let hour = after(&mut rest, b"Tt ", 2)?;
        let minute = after(&mut rest, b":", 2)?;
        let second = after(&mut rest, b":", 2)?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        if rest.first() == Some(&b'.') {
            micros = fraction(&mut rest)?;
        }
        seconds += hour * 3600 + minute * 60 + second - offset(&mut rest)?;
    }
    rest.is_empty().then_some(())?;
    Moment::of_micros(seconds * 1_000_000 + micros)
}

/// Exactly so many digits.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (number, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    number.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

/// One of those bytes, then so many digits.
fn after(rest: &mut &[u8], marks: &[u8], count: usize) -> Option<i64> {
    let (mark, behind) = rest.split_first()?;
    *rest = behind;
    if marks.contains(mark) {
        digits(rest, count)
    } else {
        None
    }
}

/// What follows the second, in microseconds; what is less than one is dropped.
fn fraction(rest: &mut &[u8]) -> Option<i64> {
    *rest = &rest[1..];
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let micros = (0..6).fold(0, |sum, place| {
        let digit = if place < count { rest[place] - b'0' } else { 0 };
        sum * 10 + i64::from(digit)
    });
    *rest = &rest[count..];
    Some(micros)
}

/// Seconds that a clock is ahead of UTC.
fn offset(rest: &mut &[u8]) -> Option<i64> {
    let (mark, behind) = rest.split_first()?;
    *rest = behind;
    let sign = match mark {
        b'Z' | b'z' => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(rest, 2)?;
    let minutes = after(rest, b":", 2)?;
    (hours <= 23 && minutes <= 59).then(|| sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lead_back() {
        for text in [
            "1970-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "2024-02-29T12:30:00.250Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            assert_eq!(rfc3339(parse(text).unwrap()), text);
        }
        assert_eq!(parse("2024-02-29T01:00:00+01:00"), parse("2024-02-29"));
        assert_eq!(
            parse("2016-12-31 23:59:60z"),
            parse("2017-01-01T00:00:00-00:00")
        );
        assert_eq!(
            parse("1970-01-01T00:00:00.0000019Z").unwrap().microsecond(),
            1
        );
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "2024",
            "2024-02-30",
            "2024-13-01",
            "2024-00-01",
            "2024-1-01",
            "+024-01-01",
            "2024-01-01T",
            "2024-01-01T00:00:00",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:61Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00Zx",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+0100",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:60Z",
            "２024-01-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn templates() {
        let moment = parse("2024-02-29T00:05:06.007Z").unwrap();
        let formatted = |template| strftime(moment, template);
        assert_eq!(
            formatted("%a %A %b %B %d %j %y %I:%M:%S %p %f %u %z %%é").unwrap(),
            "Thu Thursday Feb February 29 060 24 12:05:06 AM 007000 4 +0000 %é"
        );
        assert_eq!(formatted("%q"), Err("q".to_string()));
        assert!(formatted("100%").is_err());
    }
}
