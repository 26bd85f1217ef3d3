//! Insights: what is told of a subject, what the rules say of it, and what a language model may add.
//!
//! ```text
//! Report -> facts -> Brief --> rules: an answer at once, no network
//!                        \---> claims: a Model is asked, and its answer is checked against the facts
//! ```
//!
//! The rules always answer. A [`Model`] is asked when one is set; what the facts do not prove of its answer is not shown,
//! and what it leaves out is the rules'. An answer's source says who made it.

mod brief;
pub(crate) mod claims;
#[cfg(test)]
mod corpus;
mod error;
mod fact;
#[cfg(test)]
mod fixtures;
#[cfg(feature = "gemini")]
mod gemini;
#[cfg(any(feature = "gemini", feature = "openai"))]
mod http;
mod language_model;
mod mask;
#[cfg(feature = "openai")]
mod openai;
mod plain;
mod rules;
mod session_brief;
mod settings;
mod site;
mod words;

pub use brief::{Brief, Citable, CitableFigure, Course, FigureUnit};
pub use error::{AnalystError, Service, SettingsError};
pub use fact::{Fact, FactKind, facts};
#[cfg(feature = "gemini")]
pub use gemini::Gemini;
pub use language_model::{Completion, Model, Prompt, Turn};
#[cfg(feature = "openai")]
pub use openai::OpenAi;
pub use rules::Rules;
pub use session_brief::session_brief;
pub use settings::ModelSettings;
pub use site::{SiteReport, problem_title, site_brief, site_facts, site_insight};
