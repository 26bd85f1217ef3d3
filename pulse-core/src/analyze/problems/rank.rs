//! How much a problem matters, and in which order problems are to be looked at.

use super::Share95;
use crate::{analyze::detect, model::Severity};

/// Visits without the problem that each page is credited with, so that three visits of three do not lead: the lower bound
/// of 3 in 3 is 44 %, and that of 3 in 33 is 3 %.
const CREDIT: u64 = 30;

/// At least this share of visits is hit by what is of high severity, as far as is sure.
const HIGH: f64 = 0.05;

/// The same for medium severity.
const MEDIUM: f64 = 0.01;

/// What a problem is ranked by: harm x strength x share, of which the share is as low as it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Mean harm x strength of a visit that was hit, 0 to 1.
    pub gravity: f64,
    /// The lower bound of the share of visits hit, with 30 visits more that were not.
    pub sure: f64,
}

impl Weight {
    /// The weight of a problem that hit some of the visits which saw its page.
    pub fn new(gravity: f64, hit: u64, seen: u64) -> Self {
        Self { gravity, sure: Share95::new(hit, seen.saturating_add(CREDIT)).low }
    }

    /// The lower bound of its harm, 0 to 1.
    pub fn value(self) -> f64 {
        self.gravity * self.sure
    }

    /// How grave it is: as grave as what it does to a visit, and no graver than its share allows. High takes 5 % of the
    /// visits, medium 1 %.
    pub fn severity(self) -> Severity {
        match detect::severity(self.gravity) {
            Severity::High if self.sure >= HIGH => Severity::High,
            Severity::High | Severity::Medium if self.sure >= MEDIUM => Severity::Medium,
            _ => Severity::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_samples_do_not_lead() {
        let ranked = [(300, 600), (50, 100), (300, 1000), (10, 20), (100, 1000), (50, 1000), (3, 3), (1, 1), (0, 500)];
        let values = ranked.map(|(hit, seen)| Weight::new(0.9, hit, seen).value());
        assert!(values.is_sorted_by(|more, less| more > less), "{values:?}");
        assert_eq!(values.last(), Some(&0.0));
        assert!(
            Weight::new(1.0, 200, 1000).value() > Weight::new(0.3, 500, 1000).value(),
            "what does more comes first"
        );
    }

    #[test]
    fn severity_takes_harm_and_a_share() {
        let severity = |gravity, hit, seen| Weight::new(gravity, hit, seen).severity();
        assert_eq!(severity(0.9, 300, 1000), Severity::High);
        assert_eq!([severity(0.9, 30, 1000), severity(0.9, 3, 3)], [Severity::Medium; 2]);
        assert_eq!([severity(0.9, 5, 1000), severity(0.9, 1, 1)], [Severity::Low; 2]);
        assert_eq!(severity(0.3, 300, 1000), Severity::Medium);
        assert_eq!(severity(0.1, 900, 1000), Severity::Low);
    }
}
