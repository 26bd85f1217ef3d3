//! What is usual on the pages of a site.

use std::collections::HashMap;

use super::Typical;
use crate::analyze::Reversals;

/// What is usual, page by page. The default knows nothing; detectors then go by absolute thresholds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Usual {
    pages: HashMap<String, PageUsual>,
}

/// What is usual on one page. Each figure is there only when enough sessions tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PageUsual {
    /// How often sessions scroll back and forth.
    pub reversals: Option<Reversals>,
    /// Median time from entering an element to clicking it, in ms.
    pub hesitation_ms: Option<Typical>,
    /// Median time from entering the page to the first click, in ms.
    pub first_click_ms: Option<Typical>,
}

impl Usual {
    /// Below this many sessions, or clicks, nothing is usual.
    pub const LEAST: u64 = 20;

    /// Says what is usual on a page, by name.
    pub fn insert(&mut self, page: String, usual: PageUsual) {
        self.pages.insert(page, usual);
    }

    /// What is usual on a page; nothing, when the page is not known.
    pub fn of(&self, page: &str) -> PageUsual {
        self.pages.get(page).copied().unwrap_or_default()
    }
}
