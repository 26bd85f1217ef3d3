//! How much a problem matters, and in which order problems are to be looked at.

use super::Share95;
use crate::{analyze::detect, model::Severity};

/// At least this share of visits is hit by what is of high severity, as far as the interval is sure of it.
const HIGH: f64 = 0.05;

/// The same for medium severity.
const MEDIUM: f64 = 0.01;

/// What a problem is ranked by.
///
/// `gravity x share x sqrt(reach)`, each 0 to 1. The share is its lower bound, so that three visits of three do not come
/// before 300 of 1,000. Reach counts by its root: a problem of a page that few visit matters less to the site, but its
/// visitors are no less stuck. Where 50 % of those at a checkout that 4 % of all visits reach cannot pay, that comes
/// before a pause of 30 % of all visitors on the home page: `1.0 x 0.46 x 0.2 = 0.09` and `0.13 x 0.29 x 1.0 = 0.04`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Mean harm x strength of a visit that was hit, 0 to 1.
    pub gravity: f64,
    /// Share of visits hit, of those that saw the page.
    pub share: Share95,
    /// Share of those that saw the page, of all visits that were asked for.
    pub reach: f64,
}

impl Weight {
    /// The lower bound of its harm, 0 to 1.
    pub fn value(self) -> f64 {
        self.gravity * self.share.low * self.reach.clamp(0.0, 1.0).sqrt()
    }

    /// How grave it is: as grave as what it does to a visit, and no graver than its share allows. High takes 5 % of the
    /// visits, medium 1 %, by the lower bound.
    pub fn severity(self) -> Severity {
        match (detect::severity(self.gravity), self.share.low) {
            (Severity::High, low) if low >= HIGH => Severity::High,
            (Severity::High | Severity::Medium, low) if low >= MEDIUM => Severity::Medium,
            _ => Severity::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(gravity: f64, hit: u64, seen: u64, of: u64) -> Weight {
        Weight { gravity, share: Share95::new(hit, seen), reach: seen as f64 / of as f64 }
    }

    #[test]
    fn small_samples_do_not_lead_and_stuck_visitors_do() {
        let ranked = [
            weight(1.0, 200, 400, 10_000),
            weight(1.0, 300, 1000, 10_000),
            weight(0.13, 3000, 10_000, 10_000),
            weight(1.0, 3, 3, 10_000),
            weight(1.0, 1, 1, 10_000),
            weight(1.0, 0, 500, 10_000),
        ];
        let values = ranked.map(Weight::value);
        assert!(values.is_sorted_by(|more, less| more > less), "{values:?}");
        assert_eq!(values[5], 0.0);
    }

    #[test]
    fn severity_takes_harm_and_a_share() {
        assert_eq!(weight(0.9, 300, 1000, 1000).severity(), Severity::High);
        assert_eq!(weight(0.9, 30, 1000, 1000).severity(), Severity::Medium);
        assert_eq!(weight(0.9, 5, 1000, 1000).severity(), Severity::Low);
        assert_eq!(weight(0.3, 300, 1000, 1000).severity(), Severity::Medium);
        assert_eq!(weight(0.1, 900, 1000, 1000).severity(), Severity::Low);
    }
}
