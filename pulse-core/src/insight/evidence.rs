//! Evidence: facts of a report, each with the time, element or count by which it can be found again.

use super::words::{count, duration, page_name, quote, rounded};
use crate::{
    analyze::{ClickAt, ClickPlace, Hesitation, Hover, PageReport, QuickBack, RageBurst, Report, Thrash},
    model::{Element, Evidence, Millis},
};

/// Makes evidence of the facts of one report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cite<'a>(pub(super) &'a Report);

/// What the element of a click is called; a bare place goes by its position.
pub(super) fn element_name(element: Option<&Element>, x: f64, y: f64) -> String {
    match element {
        Some(element) => quote(element.name()),
        None => place_name(x, y),
    }
}

fn place_name(x: f64, y: f64) -> String {
    format!("the place at {}, {}", rounded(x), rounded(y))
}

/// What a clicked place is called.
pub(super) fn click_place_name(place: &ClickPlace) -> String {
    match (place.label.is_empty(), place.element.is_empty()) {
        (false, _) => quote(&place.label),
        (true, false) => quote(&place.element),
        (true, true) => place_name(place.x, place.y),
    }
}

fn path(element: Option<&Element>) -> Option<&str> {
    element.map(|element| element.path.as_str())
}

impl Cite<'_> {
    fn fact(self, label: String, at: Option<Millis>, element: Option<&str>, count: Option<u64>) -> Evidence {
        let element = element.filter(|path| !path.is_empty()).map(str::to_owned);
        Evidence { label, session_id: Some(self.0.session_id.clone()), timestamp: at, element, count }
    }

    /// One burst of clicks.
    pub(super) fn rage(self, burst: &RageBurst) -> Evidence {
        let name = element_name(burst.element.as_ref(), burst.x, burst.y);
        let clicks = u64::from(burst.count);
        let label = format!("rage on {name}, {}", count(clicks, "click"));
        self.fact(label, Some(burst.start), path(burst.element.as_ref()), Some(clicks))
    }

    /// One click that nothing answered.
    pub(super) fn dead(self, click: &ClickAt) -> Evidence {
        let label = format!("dead click on {}", element_name(click.element.as_ref(), click.x, click.y));
        self.fact(label, Some(click.at), path(click.element.as_ref()), None)
    }

    /// One click that an error followed.
    pub(super) fn error(self, click: &ClickAt) -> Evidence {
        let label = format!("error after a click on {}", element_name(click.element.as_ref(), click.x, click.y));
        self.fact(label, Some(click.at), path(click.element.as_ref()), None)
    }

    /// One hesitation.
    pub(super) fn hesitation(self, hesitation: &Hesitation) -> Evidence {
        let label = format!("{} before clicking {}", duration(hesitation.ms), quote(hesitation.element.name()));
        self.fact(label, Some(hesitation.at), path(Some(&hesitation.element)), None)
    }

    /// One rest of the pointer.
    pub(super) fn hover(self, hover: &Hover) -> Evidence {
        let name = hover.element.as_deref().map_or_else(|| place_name(hover.x, hover.y), quote);
        let label = format!("pointer at rest on {name} for {}", duration(hover.duration_ms));
        self.fact(label, Some(hover.start), hover.element.as_deref(), None)
    }

    /// One shake of the pointer.
    pub(super) fn thrash(self, thrash: &Thrash) -> Evidence {
        self.fact(format!("pointer shaken for {}", duration(thrash.duration_ms)), Some(thrash.start), None, None)
    }

    /// One return.
    pub(super) fn quick_back(self, back: &QuickBack) -> Evidence {
        let label =
            format!("back from {} to {} after {}", page_name(&back.from), page_name(&back.to), duration(back.after_ms));
        self.fact(label, Some(back.at), None, None)
    }

    /// What happened on one page.
    pub(super) fn page(self, page: &PageReport) -> Evidence {
        let label = format!("{}: {}, {}", page_name(&page.page), count(page.views, "view"), duration(page.time_ms));
        self.fact(label, None, None, Some(page.views))
    }

    /// The clicks on one element or place.
    pub(super) fn place(self, place: &ClickPlace) -> Evidence {
        let label = format!("{} on {}", count(place.clicks, "click"), click_place_name(place));
        let first = (place.clicks == 1).then_some(place.first_at);
        self.fact(label, first, Some(&place.element), Some(place.clicks))
    }

    /// All clicks.
    pub(super) fn clicks(self) -> Evidence {
        let clicks = self.0.summary.counts.click;
        self.fact(format!("{} in all", count(clicks, "click")), None, None, Some(clicks))
    }

    /// All movement of the pointer.
    pub(super) fn pointer(self) -> Evidence {
        let positions = self.0.summary.counts.mousemove;
        self.fact(count(positions, "pointer position"), None, None, Some(positions))
    }

    /// All scrolling.
    pub(super) fn scroll(self) -> Evidence {
        let scroll = &self.0.summary.scroll;
        let label = format!("{}, deepest {} %", count(scroll.reversals, "scroll reversal"), rounded(scroll.max_depth));
        self.fact(label, None, None, Some(scroll.reversals))
    }

    /// All typing.
    pub(super) fn typing(self) -> Evidence {
        let presses = self.0.summary.typing.presses;
        self.fact(count(presses, "key press"), None, None, Some(presses))
    }

    /// All changes of the tab's visibility.
    pub(super) fn visibility(self) -> Evidence {
        let changes = self.0.summary.counts.visibility;
        self.fact(format!("tab hidden or shown {}", super::words::times(changes)), None, None, Some(changes))
    }

    /// All page views.
    pub(super) fn route(self) -> Evidence {
        let views = self.0.summary.pages.len() as u64;
        self.fact(count(views, "page view"), None, None, Some(views))
    }

    /// The visit itself.
    pub(super) fn visit(self) -> Evidence {
        let label = format!("visit of {}", duration(self.0.summary.duration_ms));
        self.fact(label, Some(self.0.started_at), None, None)
    }
}
