//! The two clocks, in milliseconds.
//!
//! As a number, such a count is exact to a nanosecond for the first 99 days and to a
//! microsecond for the first 270 years.

use crate::context::{FfiContext, rights};
use crate::native::Native;
use crate::registry::{FfiRegistry, RegisterError};

const NANOS_PER_MILLI: u64 = 1_000_000;

/// Registers the module `time`.
///
/// # Errors
/// [`RegisterError::Duplicate`] if a name is taken.
pub fn register(registry: &mut FfiRegistry) -> Result<(), RegisterError> {
    registry.register(
        Native::with_context("time.monotonic", |context: &mut dyn FfiContext| {
            millis(i128::from(context.monotonic_nanos()))
        })
        .describe("Milliseconds since a fixed moment; never runs backwards."),
    )?;
    registry.register(
        Native::with_context("time.wall", |context: &mut dyn FfiContext| {
            millis(context.wall_nanos())
        })
        .describe("Milliseconds since 1970 in UTC; may jump when the clock is set.")
        .needs(rights::WALL_CLOCK),
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FakeContext, FfiResult, FfiValue};

    fn call(name: &str, context: &mut FakeContext) -> FfiResult {
        let mut registry = FfiRegistry::new();
        register(&mut registry).unwrap();
        registry.call(name, context, vec![])
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
        context.wall = 1_700_000_000_123_000_000;
        assert_eq!(
            call("time.wall", &mut context),
            Ok(FfiValue::Number(1_700_000_000_123.0))
        );
    }

    #[test]
    fn only_the_wall_clock_needs_a_right() {
        let mut context = FakeContext::new();
        assert_eq!(
            call("time.wall", &mut context).unwrap_err().kind(),
            "denied"
        );
        assert!(call("time.monotonic", &mut context).is_ok());
    }
}
