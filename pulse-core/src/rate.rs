//! Rates: so many in a time, and so many at once.

use std::{fmt, str::FromStr, time::Duration};

/// So many in a time, of which `burst` may come at once. Written `100/s:1000`: 100 a second, 1,000 at once. The time is
/// `s`, `min`, `h` or `day`; without a burst it is the number itself.
///
/// ```
/// use std::time::Duration;
/// use pulse_core::Rate;
///
/// let rate: Rate = "100/s:1000".parse()?;
/// assert_eq!((rate.units, rate.per, rate.burst), (100, Duration::from_secs(1), 1000));
/// assert!("fast".parse::<Rate>().is_err());
/// # Ok::<(), pulse_core::InvalidRate>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub units: u64,
    /// In how long.
    pub per: Duration,
    /// How many at once, after a rest.
    pub burst: u64,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Rate {
    /// So many a second.
    ///
    /// ```
    /// assert_eq!(pulse_core::Rate::per_second(100, 1000), "100/s:1000".parse()?);
    /// # Ok::<(), pulse_core::InvalidRate>(())
    /// ```
    pub const fn per_second(units: u64, burst: u64) -> Self {
        Self { units, per: SECOND, burst }
    }

    /// So many a minute.
    ///
    /// ```
    /// assert_eq!(pulse_core::Rate::per_minute(60, 300), "60/min:300".parse()?);
    /// # Ok::<(), pulse_core::InvalidRate>(())
    /// ```
    pub const fn per_minute(units: u64, burst: u64) -> Self {
        Self { units, per: MINUTE, burst }
    }

    /// So many an hour, at once or not.
    ///
    /// ```
    /// assert_eq!(pulse_core::Rate::per_hour(9), "9/h".parse()?);
    /// # Ok::<(), pulse_core::InvalidRate>(())
    /// ```
    pub const fn per_hour(units: u64) -> Self {
        Self { units, per: HOUR, burst: units }
    }

    /// So many a day, at once or not.
    ///
    /// ```
    /// assert_eq!(pulse_core::Rate::per_day(9), "9/day".parse()?);
    /// # Ok::<(), pulse_core::InvalidRate>(())
    /// ```
    pub const fn per_day(units: u64) -> Self {
        Self { units, per: DAY, burst: units }
    }
}

/// Text that is no [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRate;

impl fmt::Display for InvalidRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rate is a number, a time (s, min, h, day) and what may come at once, as 100/s:1000")
    }
}

impl std::error::Error for InvalidRate {}

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let (units, rest) = text.split_once('/').ok_or(InvalidRate)?;
        let (per, burst) = rest.split_once(':').map_or((rest, units), |(per, burst)| (per, burst));
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0).ok_or(InvalidRate);
        let per = match per {
            "s" => SECOND,
            "min" => MINUTE,
            "h" => HOUR,
            "day" => DAY,
            _ => return Err(InvalidRate),
        };
        Ok(Self { units: number(units)?, per, burst: number(burst)? })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            SECOND => "s",
            MINUTE => "min",
            HOUR => "h",
            _ => "day",
        };
        write!(f, "{}/{per}:{}", self.units, self.burst)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rate_is_written_as_it_is_read() {
        for text in ["100/s:1000", "60/min:300", "5/h:5", "8589934592/day:8589934592"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        assert_eq!("7/h".parse(), Ok(Rate::per_hour(7)));
        for bad in ["", "100", "0/s", "1/s:0", "-1/s", "1/year", "1/s:1:1", "x/s", "1/s:"] {
            assert_eq!(bad.parse::<Rate>(), Err(InvalidRate), "{bad}");
        }
    }
}
