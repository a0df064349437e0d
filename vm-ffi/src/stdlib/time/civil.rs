//! Days of the Gregorian calendar, carried back before its beginning.
//!
//! The two conversions are those of H. Hinnant, "chrono-Compatible Low-Level Date
//! Algorithms": a year is counted from March on, so that the leap day comes last.

/// Days from 0000-03-01 to 1970-01-01.
const SHIFT: i64 = 719_468;
/// Days of 400 years.
const ERA: i64 = 146_097;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// From 1 on.
    pub(super) month: i64,
    /// From 1 on.
    pub(super) day: i64,
}

/// Microseconds since 1970 in UTC, of the years from 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(i64);

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Nothing for a month that is none.
pub(super) fn days_in_month(year: i64, month: i64) -> Option<i64> {
    match month {
        2 => Some(if is_leap(year) { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// Days since 1970 of a day that is one.
pub(super) fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - SHIFT
}

/// The day that comes so many days after 1970-01-01.
fn date_of_days(days: i64) -> Date {
    let days = days + SHIFT;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    Date {
        year: year + era * 400 + i64::from(month <= 2),
        month,
        day: of_year - (153 * from_march + 2) / 5 + 1,
    }
}

impl Date {
    /// The day of the year, from 1 on.
    pub(super) fn year_day(self) -> i64 {
        days_from_date(self.year, self.month, self.day) - days_from_date(self.year, 1, 1) + 1
    }
}

impl Moment {
    /// Nothing beyond the years from 0 to 9999.
    pub(super) fn of_micros(micros: i64) -> Option<Moment> {
        let first = days_from_date(0, 1, 1) * MICROS_PER_DAY;
        let end = days_from_date(10_000, 1, 1) * MICROS_PER_DAY;
        (first..end).contains(&micros).then_some(Moment(micros))
    }

    /// Rounded to whole microseconds.
    pub(super) fn of_millis(millis: f64) -> Option<Moment> {
        // Apart, so that the product rounds no whole milliseconds.
        let whole = millis.floor();
        if whole.is_nan() || whole.abs() >= 1e15 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
        let micros = whole as i64 * 1000 + ((millis - whole) * 1000.0).round() as i64;
        Moment::of_micros(micros)
    }

    #[expect(clippy::cast_precision_loss, reason = "each part is below 2^53")]
    pub(super) fn millis(self) -> f64 {
        self.0.div_euclid(1000) as f64 + self.0.rem_euclid(1000) as f64 / 1000.0
    }

    fn days(self) -> i64 {
        self.0.div_euclid(MICROS_PER_DAY)
    }

    pub(super) fn date(self) -> Date {
        date_of_days(self.days())
    }

    pub(super) fn hour(self) -> i64 {
        self.0.rem_euclid(MICROS_PER_DAY) / 3_600_000_000
    }

    pub(super) fn minute(self) -> i64 {
        self.0.rem_euclid(3_600_000_000) / 60_000_000
    }

    pub(super) fn second(self) -> i64 {
        self.0.rem_euclid(60_000_000) / 1_000_000
    }

    pub(super) fn microsecond(self) -> i64 {
        self.0.rem_euclid(1_000_000)
    }

    /// From 1 for Monday on; 1970-01-01 was a Thursday.
    pub(super) fn weekday(self) -> i64 {
        (self.days() + 3).rem_euclid(7) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_leads_back_and_follows_the_one_before() {
        let (first, end) = (days_from_date(0, 1, 1), days_from_date(10_000, 1, 1));
        let mut before = date_of_days(first - 1);
        assert_eq!((before.year, before.month, before.day), (-1, 12, 31));
        for days in first..end {
            let date = date_of_days(days);
            assert_eq!(days_from_date(date.year, date.month, date.day), days);
            let last = days_in_month(before.year, before.month).unwrap();
            let next = match (before.month, before.day) {
                (12, 31) => (before.year + 1, 1, 1),
                (month, day) if day == last => (before.year, month + 1, 1),
                (month, day) => (before.year, month, day + 1),
            };
            assert_eq!((date.year, date.month, date.day), next);
            before = date;
        }
    }

    #[test]
    fn moments_are_whole_microseconds() {
        let moment = |millis| Moment::of_millis(millis).unwrap();
        assert_eq!(moment(-0.001).microsecond(), 999_999);
        assert_eq!(moment(-0.001).date().year, 1969);
        assert_eq!(moment(-1.5).millis(), -1.5);
        assert_eq!(moment(253_402_300_799_999.0).date().year, 9999);
        for beyond in [f64::NAN, f64::INFINITY, 253_402_300_800_000.0, -1e18] {
            assert_eq!(Moment::of_millis(beyond), None);
        }
    }
}
