//! How much a finding matters: computed, never asked of anyone.

use serde::{Deserialize, Serialize};

use crate::model::Severity;

/// What a situation does to the visitor, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// It is felt, and costs little.
    Irritated,
    /// It takes time that nobody else needs.
    CostTime,
    /// What the visitor came for did not happen.
    BlockedGoal,
}

impl Harm {
    /// How much it weighs against the others, 0 to 1.
    pub fn weight(self) -> f64 {
        match self {
            Self::Irritated => 0.25,
            Self::CostTime => 0.5,
            Self::BlockedGoal => 1.0,
        }
    }
}

/// Above this gravity a finding is of high severity.
const HIGH: f64 = 0.5;
/// From this gravity on it is of medium severity.
const MEDIUM: f64 = 0.2;

/// Harm x strength, 0 to 1: what findings are ranked by.
pub fn gravity(harm: Harm, strength: f64) -> f64 {
    harm.weight() * if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 1.0) }
}

/// The severity of a gravity: high above 0.5, which only a blocked goal reaches; medium from 0.2 on; else low.
pub fn severity(gravity: f64) -> Severity {
    match gravity {
        g if g > HIGH => Severity::High,
        g if g >= MEDIUM => Severity::Medium,
        _ => Severity::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_weighs_more_than_strength() {
        let of = |harm, strength| severity(gravity(harm, strength));
        assert_eq!(
            [0.51, 0.5, 0.2, 0.19].map(|s| of(Harm::BlockedGoal, s)),
            [Severity::High, Severity::Medium, Severity::Medium, Severity::Low]
        );
        assert_eq!(
            [9.0, 0.4, 0.39].map(|s| of(Harm::CostTime, s)),
            [Severity::Medium, Severity::Medium, Severity::Low]
        );
        assert_eq!([1.0, 0.79].map(|s| of(Harm::Irritated, s)), [Severity::Medium, Severity::Low]);
        assert_eq!(of(Harm::BlockedGoal, f64::NAN), Severity::Low);
        assert!(Harm::Irritated < Harm::CostTime && Harm::CostTime < Harm::BlockedGoal);
    }
}
