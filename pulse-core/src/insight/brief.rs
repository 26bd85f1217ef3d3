//! What an analyst is told about a subject: its facts, each with an id that a claim can cite, and the rules' answer.
//!
//! A session, a page and the site are told in the same form, so that whatever has facts can be asked about.

use super::words::{count, duration, rounded};
use crate::model::{Evidence, Insight, Millis, Severity, Subject};

/// Everything that an analyst is told, and what is answered when it cannot.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// What it is about.
    pub subject: Subject,
    /// The facts, most important first: findings lead, gravest first. Their ids differ.
    pub facts: Vec<Citable>,
    /// The answer of the rules, which fills in what a model leaves out.
    pub rules: Insight,
    /// A question in one's own words, if one is asked.
    pub question: Option<String>,
}

/// A fact that a claim can cite.
#[derive(Debug, Clone, PartialEq)]
pub struct Citable {
    /// What it is cited by, such as `F12`.
    pub id: String,
    /// What it is a fact of, such as `unresponsive` or `page`. A claim of a kind cites a fact of it.
    pub kind: String,
    /// The statement, in plain English.
    pub text: String,
    /// The element as people see it: `the “Pay later” button`.
    pub element: Option<String>,
    /// The page as people see it: its path, or its title and path.
    pub page: Option<String>,
    /// When it happened, as people say it: `40 seconds into the visit`.
    pub time: Option<String>,
    /// What was measured.
    pub figures: Vec<CitableFigure>,
    /// Names in it that may be quoted: the label of an element, its path, the path of a page.
    pub names: Vec<String>,
    /// How grave it is, when it is something that went wrong.
    pub severity: Option<Severity>,
    /// What it says of how the visits went on, beside what its text says.
    pub outcome: Vec<Course>,
    /// What an answer that cites it shows.
    pub evidence: Evidence,
}

/// What came of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Course {
    /// What was come for was reached.
    ReachedGoal,
    /// It was not.
    MissedGoal,
    /// The visit ended there, or an attempt was given up.
    Left,
    /// The visitor went back to a page, or took something up again.
    CameBack,
}

/// A figure of a fact, which a slot of its name stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct CitableFigure {
    /// Name of the slot: lower case letters and underscores.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: FigureUnit,
}

/// What a figure counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureUnit {
    /// How many: the noun in the singular, such as `click` or `change of direction`.
    Count(&'static str),
    /// Milliseconds.
    Ms,
    /// CSS pixels.
    Px,
    /// CSS pixels per second.
    PxPerSecond,
    /// 0 to 100.
    Percent,
}

impl Citable {
    /// A fact of which no more is known than what it says.
    pub fn new(id: impl Into<String>, kind: impl Into<String>, text: impl Into<String>, evidence: Evidence) -> Self {
        Self {
            id: id.into(),
            kind: kind.into(),
            text: text.into(),
            element: None,
            page: None,
            time: None,
            figures: Vec::new(),
            names: Vec::new(),
            severity: None,
            outcome: Vec::new(),
            evidence,
        }
    }

    /// With one figure more.
    #[must_use]
    pub fn figure(mut self, name: impl Into<String>, value: f64, unit: FigureUnit) -> Self {
        self.figures.push(CitableFigure { name: name.into(), value, unit });
        self
    }

    /// What each slot of it stands for.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&str, String)> {
        let named = [("element", &self.element), ("page", &self.page), ("time", &self.time)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        named.chain(self.figures.iter().map(|figure| (figure.name.as_str(), figure.text())))
    }
}

impl CitableFigure {
    /// As people read it, with its unit: `1.4 seconds`, `7 clicks`, `92 %`.
    pub fn text(&self) -> String {
        let value = self.value.max(0.0);
        match self.unit {
            FigureUnit::Count(noun) => count(value.round() as u64, noun),
            FigureUnit::Ms => duration(value.round() as Millis),
            FigureUnit::Px => format!("{} px", rounded(value)),
            FigureUnit::PxPerSecond => format!("{} px/s", rounded(value)),
            // A share that is neither none nor all does not read as such.
            FigureUnit::Percent if value.fract() != 0.0 && !(10.0..99.0).contains(&value) => format!("{value:.1} %"),
            FigureUnit::Percent => format!("{} %", rounded(value)),
        }
    }
}
