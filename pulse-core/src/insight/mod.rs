//! Insights: an [`Analyst`] reads the computed report of a session and says what to fix.
//!
//! Two of them give the same kind of answer: Gemini, and the rules that are built in and need no network. [`Fallback`]
//! asks the second when the first fails, and says so in the answer's source.

mod brief;
mod error;
mod evidence;
mod fact;
mod fallback;
#[cfg(test)]
mod fixtures;
#[cfg(feature = "gemini")]
mod gemini;
mod plain;
mod rules;
mod settings;
mod words;

pub use brief::{Brief, Citable, CitableFigure, Course, FigureUnit};
pub use error::{AnalystError, SettingsError};
pub use fact::{Fact, FactKind, facts};
pub use fallback::Fallback;
#[cfg(feature = "gemini")]
pub use gemini::Gemini;
pub use rules::Rules;
pub use settings::from_settings;

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{
    analyze::Report,
    model::{Insight, Millis},
};

/// Reads a report and says what to fix.
#[async_trait]
pub trait Analyst: Debug + Send + Sync + 'static {
    /// The insight into `report`, made at `now`.
    async fn analyze(&self, report: &Report, now: Millis) -> Result<Insight, AnalystError>;
}
