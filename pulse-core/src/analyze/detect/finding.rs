//! A finding: one situation in one place of one session.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Figure, FindingKind, Harm, Measure, harm};
use crate::model::{Element, Millis, Severity, px};

/// Places without an element are one place when they fall into the same square of this many px.
const SQUARE: f64 = 50.0;

/// One situation that a detector found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What happened.
    pub kind: FindingKind,
    /// Name of the page, as page rules make it.
    pub page: String,
    /// The element it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<ElementRef>,
    /// Where, in page pixels.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "place")]
    pub place: Option<(f64, f64)>,
    /// The other element of the situation: the neighbour that was hit, the field that was left last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ElementRef>,
    /// The other page of the situation, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_page: Option<String>,
    /// Name and message of the error that followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it happened, first to last; at most [`Finding::MOMENTS`], never empty.
    pub moments: Vec<Millis>,
    /// How often it happened, at least 1.
    pub count: u32,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What it did to the visitor.
    pub harm: Harm,
    /// Time that it cost, in ms.
    pub cost_ms: Millis,
    /// How far it is from what is usual or tolerable, 0 to 1.
    pub strength: f64,
    /// What came of it.
    pub aftermath: Aftermath,
}

/// An element as a person sees it, and where to find it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ElementRef {
    /// Its path; empty when only an outline of the page shows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// What a person would call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What sort of thing it is.
    #[serde(default)]
    pub sort: Sort,
}

/// The sorts of elements that people tell apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the sort of its name")]
pub enum Sort {
    Button,
    Link,
    Field,
    Image,
    Heading,
    Text,
    #[default]
    Element,
}

/// What came of a situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aftermath {
    /// The visitor went on, here or on another page.
    MovedOn,
    /// The visitor went back to a page visited before.
    CameBack,
    /// The visitor stayed, and tried something else.
    GaveUp,
    /// The visit ended there.
    Left,
}

/// What makes findings of many sessions one problem. Its text is stable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingKey {
    /// What happened.
    pub kind: FindingKind,
    /// Name of the page.
    pub page: String,
    /// Path of the element, else its label in curly quotes, else its square of 50 px as `x,y`; empty for a whole page.
    pub target: String,
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind.as_str(), self.page, self.target)
    }
}

impl Finding {
    /// Most moments of a finding: the first ones, and the last.
    pub const MOMENTS: usize = 5;

    /// A finding of which no more is known than what, where and when. `moments` are by time; there is at least one.
    pub(super) fn new(kind: FindingKind, page: &str, moments: impl IntoIterator<Item = Millis>) -> Self {
        let mut moments: Vec<Millis> = moments.into_iter().collect();
        let count = u32::try_from(moments.len()).unwrap_or(u32::MAX).max(1);
        if let [.., last] = moments[..]
            && moments.len() > Self::MOMENTS
        {
            moments.truncate(Self::MOMENTS - 1);
            moments.push(last);
        }
        Self {
            kind,
            page: page.to_owned(),
            element: None,
            place: None,
            other: None,
            other_page: None,
            error: None,
            moments,
            count,
            figures: Vec::new(),
            harm: Harm::Irritated,
            cost_ms: 0,
            strength: 0.0,
            aftermath: Aftermath::MovedOn,
        }
    }

    /// What makes it the same problem in other sessions.
    pub fn key(&self) -> FindingKey {
        let square = |(x, y): (f64, f64)| format!("{},{}", (x / SQUARE).floor() as i64, (y / SQUARE).floor() as i64);
        let target = match &self.element {
            Some(ElementRef { path, .. }) if !path.is_empty() => path.clone(),
            Some(ElementRef { label: Some(label), .. }) => format!("“{label}”"),
            _ => self.place.map(square).unwrap_or_default(),
        };
        FindingKey { kind: self.kind, page: self.page.clone(), target }
    }

    /// Harm x strength, 0 to 1: what findings are ranked by.
    pub fn gravity(&self) -> f64 {
        harm::gravity(self.harm, self.strength)
    }

    /// How grave that is.
    pub fn severity(&self) -> Severity {
        harm::severity(self.gravity())
    }

    /// When it happened first.
    pub fn at(&self) -> Millis {
        self.moments.first().copied().unwrap_or_default()
    }

    /// One of its figures.
    pub fn figure(&self, name: Measure) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }
}

impl ElementRef {
    /// What a person would call it: its label, else its path.
    pub fn name(&self) -> &str {
        self.label.as_deref().filter(|label| !label.is_empty()).unwrap_or(&self.path)
    }
}

impl From<&Element> for ElementRef {
    fn from(element: &Element) -> Self {
        let label = element.label.clone().filter(|label| !label.trim().is_empty());
        Self { path: element.path.clone(), label, sort: Sort::of(element) }
    }
}

impl Sort {
    /// The sort of an element, by its role, else its tag.
    pub fn of(element: &Element) -> Self {
        match (element.role.as_deref(), element.tag.as_str()) {
            (Some("button" | "submit" | "reset" | "tab" | "menuitem"), _) | (_, "button" | "summary") => Self::Button,
            (Some("link"), _) | (_, "a") => Self::Link,
            (Some("textbox" | "searchbox" | "combobox" | "spinbutton"), _) => Self::Field,
            (_, "input" | "select" | "textarea") => Self::Field,
            (Some("img"), _) | (_, "img" | "svg" | "video" | "canvas") => Self::Image,
            (Some("heading"), _) | (_, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") => Self::Heading,
            (_, "p" | "span" | "li" | "td" | "em" | "strong") => Self::Text,
            _ => Self::Element,
        }
    }

    /// The sort of a box in an outline of the page.
    pub fn of_box(kind: &str) -> Self {
        match kind {
            "button" => Self::Button,
            "link" => Self::Link,
            "input" => Self::Field,
            "image" => Self::Image,
            "heading" => Self::Heading,
            "text" => Self::Text,
            _ => Self::Element,
        }
    }
}

fn place<S: serde::Serializer>(place: &Option<(f64, f64)>, s: S) -> Result<S::Ok, S::Error> {
    place.map(|(x, y)| (px::Px(x), px::Px(y))).serialize(s)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_is_kind_page_and_target() {
        let mut finding = Finding::new(FindingKind::Unresponsive, "/pay", [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!((finding.moments.as_slice(), finding.count), (&[1, 2, 3, 4, 7][..], 7));
        assert_eq!(finding.key().to_string(), "unresponsive /pay ");
        finding.place = Some((120.0, -1.0));
        assert_eq!(finding.key().target, "2,-1");
        finding.element = Some(ElementRef { label: Some("Pay".into()), ..ElementRef::default() });
        assert_eq!(finding.key().target, "“Pay”");
        finding.element = Some(ElementRef { path: "#pay".into(), ..ElementRef::default() });
        assert_eq!(finding.key().target, "#pay");
        let text = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&text).unwrap(), finding);
    }
}
