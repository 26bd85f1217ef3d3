//! A click, and what it hit.

use super::{ElementRef, Sort};
use crate::model::{Element, Millis};

/// Clicks without an element are of one place when they fall into the same square of this many px.
const SQUARE: f64 = 50.0;

/// A click with what came of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    /// Which of the views it is in.
    pub(super) view: usize,
    pub(super) at: Millis,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) element: Option<&'a Element>,
    /// Whether text was selected.
    pub(super) selected: bool,
    /// Whether the tracker reports that nothing answered it.
    pub(super) dead: bool,
    /// Whether a script error came within a second.
    pub(super) error: bool,
    /// The rage burst that it is in, unless that is suppressed.
    pub(super) burst: Option<usize>,
    /// What came after it that it may have led to.
    pub(super) answer: Option<Answer>,
    /// When something else was clicked after it on the same page view.
    pub(super) other_at: Option<Millis>,
}

/// What a click may have led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) at: Millis,
    pub(super) by: Answered,
}

/// How the page answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answered {
    /// Another page was entered that is no step back.
    Page,
    /// A step back was made.
    Back,
    /// The page was drawn anew, or its script said something.
    Change,
}

/// What a click hit, as a person would see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Something to click: a button, a link, a field.
    Control,
    /// Something to look at.
    Thing,
    /// Nothing tells.
    Unknown,
}

impl<'a> Hit<'a> {
    /// What it hit.
    pub(super) fn nature(&self) -> Nature {
        let Some(element) = self.element else { return Nature::Unknown };
        if element.tag.is_empty() && element.role.is_none() && !element.interactive {
            return Nature::Unknown;
        }
        match Sort::of(element) {
            Sort::Button | Sort::Link | Sort::Field => Nature::Control,
            // A pointer over it promises an answer; a role or a name for it makes it a control.
            Sort::Element if element.interactive && (element.role.is_some() || element.label.is_some()) => {
                Nature::Control
            }
            Sort::Element if element.interactive && element.tag.is_empty() => Nature::Control,
            _ if element.tag == "label" || element.tag == "option" => Nature::Control,
            _ => Nature::Thing,
        }
    }

    /// The sort of what it hit.
    pub(super) fn sort(&self) -> Sort {
        self.element.map_or(Sort::Element, Sort::of)
    }

    /// The element, as findings name it.
    pub(super) fn element_ref(&self) -> Option<ElementRef> {
        self.element.map(ElementRef::from)
    }

    /// Its answer, unless the visitor clicked something else before that came: then the answer is to the later click.
    pub(super) fn own_answer(&self) -> Option<Answer> {
        self.answer.filter(|answer| self.other_at.is_none_or(|other| answer.at <= other))
    }

    /// What it is about on a page.
    pub(super) fn target(&self, page: &'a str) -> Target<'a> {
        let path = self.element.map(|element| element.path.as_str());
        let square = ((self.x / SQUARE).floor() as i64, (self.y / SQUARE).floor() as i64);
        Target { page, path, square: if path.is_some() { (0, 0) } else { square } }
    }

    /// Whether it hit the same element, or a place less than 50 px away.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self.element, other.element) {
            (Some(a), Some(b)) => a.path == b.path,
            (None, None) => (self.x - other.x).hypot(self.y - other.y) <= SQUARE,
            _ => false,
        }
    }
}

/// What clicks are about: their element, else their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target<'a> {
    pub(super) page: &'a str,
    path: Option<&'a str>,
    square: (i64, i64),
}
