//! The two clocks, and moments as people write them.
//!
//! A moment is a count of milliseconds since 1970 in UTC, without leap seconds. As a number,
//! such a count is exact to a nanosecond for the first 99 days and to a microsecond for the
//! first 270 years. Texts are those of RFC 3339, years from 0 to 9999 of the Gregorian
//! calendar, and take and give whole microseconds.

mod civil;
mod text;

use crate::bridge::FfiValue;
use crate::context::{FfiContext, rights};
use crate::error::FfiError;
use crate::native::Native;
use crate::registry::{FfiRegistry, RegisterError};

use self::civil::Moment;

const NANOS_PER_MILLI: u64 = 1_000_000;

/// Registers the module `time`.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    for native in clocks().into_iter().chain(calendar()) {
        registry.register(native)?;
    }
    Ok(())
}

fn clocks() -> Vec<Native> {
    vec![
        Native::with_context("time.monotonic", |context: &mut dyn FfiContext| {
            millis(i128::from(context.monotonic_nanos()))
        })
        .describe("Milliseconds since a fixed moment; never runs backwards."),
        Native::with_context("time.monotonic_ns", |context: &mut dyn FfiContext| {
            context.monotonic_nanos()
        })
        .describe("Nanoseconds since a fixed moment, as an integer; never runs backwards."),
        Native::with_context("time.wall", |context: &mut dyn FfiContext| {
            millis(context.wall_nanos())
        })
        .describe("Milliseconds since 1970 in UTC; may jump when the clock is set.")
        .needs(rights::WALL_CLOCK),
        Native::with_context("time.wall_ns", |context: &mut dyn FfiContext| {
            FfiValue::Integer(context.wall_nanos().into())
        })
        .describe("Nanoseconds since 1970 in UTC, as an integer; may jump when the clock is set.")
        .needs(rights::WALL_CLOCK),
    ]
}

fn calendar() -> Vec<Native> {
    vec![
        Native::new("time.format", format).describe(
            "A moment, in milliseconds since 1970 in UTC, as RFC 3339 has it: \
             `2024-02-29T12:30:00.250Z`. Or by a template, in which `%Y %m %d %H %M %S` are \
             replaced by the numbers of the date and the time, `%f` by the microsecond, `%j` \
             by the day of the year, `%a %A` by the name of the day and `%b %B` by that of \
             the month, short and long, `%I %p` by the hour of twelve and AM or PM, `%y` by \
             the year of the century, `%u` by the number of the day from Monday on, `%z` by \
             `+0000`, and `%%` by `%`. Raises `:bad_number` for years before 0 or after 9999 \
             and for other letters behind `%`.",
        ),
        Native::new("time.parse", |text: String| {
            text::parse(&text).map(Moment::millis)
        })
        .describe(
            "The moment, in milliseconds since 1970 in UTC, of a text as RFC 3339 has it, \
             `2024-02-29T12:30:00.25+01:00`, or of a date alone; `undefined` for any other \
             text. A leap second is the first one of the next minute.",
        ),
        Native::new("time.parts", parts).describe(
            "The map of what a moment, in milliseconds since 1970 in UTC, comes to: `year \
             month day hour minute second microsecond`, `weekday` from 1 for Monday on, and \
             `year_day` from 1 on. Raises `:bad_number` for years before 0 or after 9999.",
        ),
        Native::new("time.from_parts", from_parts).describe(
            "`from_parts(year, month, day, hour, minute, second)` is that moment in UTC in \
             milliseconds since 1970; the last three may be left out. Raises `:bad_number` \
             for what no calendar has.",
        ),
        Native::new("time.is_leap_year", |year: i64| civil::is_leap(year))
            .describe("Whether a year of the Gregorian calendar has 366 days."),
        Native::new("time.days_in_month", |year: i64, month: i64| {
            let days = civil::days_in_month(year, month).map(text::number);
            days.ok_or_else(|| FfiError::bad_number(2, "a month from 1 to 12"))
        })
        .describe("How many days a month, from 1 to 12, of a year has."),
    ]
}

/// Whole milliseconds and the rest apart, so that both stay exact as long as they can.
#[expect(
    clippy::cast_precision_loss,
    reason = "rounds once, past 2^53 milliseconds"
)]
fn millis(nanos: i128) -> f64 {
    let unit = i128::from(NANOS_PER_MILLI);
    (nanos / unit) as f64 + (nanos % unit) as f64 / NANOS_PER_MILLI as f64
}

fn moment(millis: f64) -> Result<Moment, FfiError> {
    Moment::of_millis(millis)
        .ok_or_else(|| FfiError::bad_number(1, "a moment of the years from 0 to 9999"))
}

fn format(millis: f64, template: Option<String>) -> Result<String, FfiError> {
    let moment = moment(millis)?;
    match template {
        None => Ok(text::rfc3339(moment)),
        Some(template) => text::strftime(moment, &template).map_err(|letter| {
            FfiError::bad_number(
                2,
                format!("a template of %Y %m %d %H %M %S and the like, without %{letter}"),
            )
        }),
    }
}

fn parts(millis: f64) -> Result<FfiValue, FfiError> {
    let moment = moment(millis)?;
    let date = moment.date();
    let entry = |(name, value): (&str, i64)| (FfiValue::atom(name), text::number(value));
    let entries = [
        ("year", date.year),
        ("month", date.month),
        ("day", date.day),
        ("hour", moment.hour()),
        ("minute", moment.minute()),
        ("second", moment.second()),
        ("microsecond", moment.microsecond()),
        ("weekday", moment.weekday()),
        ("year_day", date.year_day()),
    ];
    Ok(FfiValue::Map(entries.into_iter().map(entry).collect()))
}

fn from_parts(
    year: i64,
    month: i64,
    day: i64,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<f64>,
) -> Result<f64, FfiError> {
    let wrong = |number, expected: &str| FfiError::bad_number(number, expected);
    if !(0..=9999).contains(&year) {
        return Err(wrong(1, "a year from 0 to 9999"));
    }
    let Some(days) = civil::days_in_month(year, month) else {
        return Err(wrong(2, "a month from 1 to 12"));
    };
    if !(1..=days).contains(&day) {
        return Err(wrong(3, &format!("a day from 1 to {days}")));
    }
    let (hour, minute, second) = (
        hour.unwrap_or(0),
        minute.unwrap_or(0),
        second.unwrap_or(0.0),
    );
    if !(0..24).contains(&hour) {
        return Err(wrong(4, "an hour from 0 to 23"));
    }
    if !(0..60).contains(&minute) {
        return Err(wrong(5, "a minute from 0 to 59"));
    }
    if !(0.0..60.0).contains(&second) {
        return Err(wrong(6, "a second from 0 to below 60"));
    }
    let days = civil::days_from_date(year, month, day);
    let seconds = days * 86_400 + hour * 3600 + minute * 60;
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    Ok(seconds as f64 * 1000.0 + second * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FakeContext, FfiResult, FfiValue};

    fn call_with(name: &str, context: &mut FakeContext, args: Vec<FfiValue>) -> FfiResult {
        let mut registry = FfiRegistry::new();
        register(&mut registry).unwrap();
        registry.call(name, context, args)
    }

    fn call(name: &str, context: &mut FakeContext) -> FfiResult {
        call_with(name, context, vec![])
    }

    #[test]
    fn clocks_count_milliseconds() {
        let context = FakeContext {
            monotonic: 1_500_000,
            wall: -250_000,
            ..FakeContext::new()
        };
        let mut context = context.with_right(rights::WALL_CLOCK);
        assert_eq!(
            call("time.monotonic", &mut context),
            Ok(FfiValue::Number(1.5))
        );
        assert_eq!(call("time.wall", &mut context), Ok(FfiValue::Number(-0.25)));
        let nanos = FfiValue::Integer((-250_000).into());
        assert_eq!(call("time.wall_ns", &mut context), Ok(nanos));
        context.wall = 1_700_000_000_123_000_000;
        assert_eq!(
            call("time.wall", &mut context),
            Ok(FfiValue::Number(1_700_000_000_123.0))
        );
    }

    #[test]
    fn only_the_wall_clock_needs_a_right() {
        let mut context = FakeContext::new();
        for name in ["time.wall", "time.wall_ns"] {
            assert_eq!(call(name, &mut context).unwrap_err().kind(), "denied");
        }
        assert!(call("time.monotonic", &mut context).is_ok());
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        let numbers = |parts: &[f64]| parts.iter().copied().map(FfiValue::Number).collect();
        let from =
            |parts: &[f64]| call_with("time.from_parts", &mut FakeContext::new(), numbers(parts));
        assert_eq!(
            from(&[1970.0, 1.0, 2.0]),
            Ok(FfiValue::Number(86_400_000.0))
        );
        assert_eq!(
            from(&[2024.0, 2.0, 29.0, 1.0, 2.0, 3.5]),
            Ok(FfiValue::Number(1_709_168_523_500.0))
        );
        for wrong in [
            &[2023.0, 2.0, 29.0][..],
            &[2023.0, 13.0, 1.0],
            &[10_000.0, 1.0, 1.0],
            &[2023.0, 1.0, 1.0, 24.0],
            &[2023.0, 1.0, 1.0, 0.0, 60.0],
            &[2023.0, 1.0, 1.0, 0.0, 0.0, 60.0],
        ] {
            assert_eq!(from(wrong).unwrap_err().kind(), "bad_number", "{wrong:?}");
        }
    }
}
