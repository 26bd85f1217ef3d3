//! Splits a visit into episodes.

use super::{Aftermath, ElementRef, Episode, Finding, FindingKind, Purpose, Sort, journey::Journey};
use crate::{
    analyze::PageView,
    model::{Direction, Element, EventKind, Millis, VisibilityState, path_of},
};

/// Most episodes of a visit.
const MOST: usize = 200;
/// A browser of pages who turns round so often is searching.
const SEARCHING: u32 = 4;
/// A browser of pages who clicks so many different things is choosing.
const CHOOSING: usize = 2;
/// Words in the path of a page on which it is paid.
const PAYING: [&str; 5] = ["checkout", "payment", "billing", "/pay", "/order"];

/// What a visitor did, in order, page view by page view.
///
/// Key presses and clicks on fields are *filling in* (*paying*, where the page's path says so). From hiding the tab to
/// showing it again is *away*. All else is *reading*; with 4 or more turns of the scroll direction it is *searching*, and
/// with 2 or more different elements clicked *choosing*. *Waiting* comes from the findings: see [`add_waits`].
pub(super) fn episodes(journey: &Journey<'_>) -> Vec<Episode> {
    let mut found: Vec<Episode> = Vec::new();
    for view in &journey.views {
        let mut cutter = Cutter { view: *view, found: &mut found, turns: 0, up: None, present: None };
        cutter.run();
        if found.len() >= MOST {
            break;
        }
    }
    found.sort_by_key(|episode| (episode.begin, episode.end));
    found.truncate(MOST);
    for place in 0..found.len() {
        found[place].aftermath = match found.get(place + 1) {
            Some(next) if next.page == found[place].page => Aftermath::MovedOn,
            _ => journey.aftermath(&found[place].page, found[place].end),
        };
    }
    found
}

/// Adds the long waits among the findings, each as an episode of its own.
pub(super) fn add_waits(episodes: &mut Vec<Episode>, findings: &[Finding]) {
    let waits = findings.iter().filter(|finding| finding.kind == FindingKind::LongWait);
    episodes.extend(waits.map(|wait| Episode {
        purpose: Purpose::Waiting,
        begin: wait.at(),
        end: wait.at().saturating_add(wait.cost_ms),
        page: wait.page.clone(),
        tried: wait.element.iter().cloned().collect(),
        aftermath: wait.aftermath,
    }));
    episodes.sort_by_key(|episode| (episode.begin, episode.end));
}

/// Cuts one page view.
struct Cutter<'a, 'f> {
    view: PageView<'a>,
    found: &'f mut Vec<Episode>,
    turns: u32,
    up: Option<bool>,
    present: Option<Episode>,
}

impl Cutter<'_, '_> {
    fn run(&mut self) {
        let filling = match is_paying(self.view.page()) {
            true => Purpose::Paying,
            false => Purpose::Filling,
        };
        self.begin(Purpose::Reading, self.view.entered_at());
        for event in self.view.acts() {
            let at = event.timestamp;
            match &event.kind {
                EventKind::Keypress(press) if press.field != "page" => self.go_on(filling, at, None),
                EventKind::Click(click) => {
                    let element = click.element.as_deref().filter(|element| !element.path.is_empty());
                    let is_field = element.is_some_and(|element| Sort::of(element) == Sort::Field);
                    self.go_on(if is_field { filling } else { Purpose::Reading }, at, element);
                }
                EventKind::Scroll(scroll) if scroll.element.is_none() => {
                    let up = scroll.direction == Direction::Up;
                    self.turns += u32::from(self.up.is_some_and(|before| before != up));
                    self.up = Some(up);
                }
                EventKind::Visibility(visibility) => match visibility.state {
                    VisibilityState::Hidden => self.begin(Purpose::Away, at),
                    VisibilityState::Visible => self.begin(Purpose::Reading, at),
                },
                _ => {}
            }
        }
        self.end(self.view.left_at());
    }

    /// Something of this purpose happens. A click on no field ends filling in, and is of the same form all the same.
    fn go_on(&mut self, purpose: Purpose, at: Millis, element: Option<&Element>) {
        if self.present.as_ref().is_none_or(|present| present.purpose != purpose) {
            self.begin(purpose, at);
        }
        if let (Some(present), Some(element)) = (&mut self.present, element)
            && present.tried.len() < Episode::TRIED
            && present.tried.iter().all(|tried| tried.path != element.path)
        {
            present.tried.push(ElementRef::from(element));
        }
    }

    fn begin(&mut self, purpose: Purpose, at: Millis) {
        self.end(at);
        let page = self.view.page().to_owned();
        let aftermath = Aftermath::MovedOn;
        self.present = Some(Episode { purpose, begin: at, end: at, page, tried: Vec::new(), aftermath });
    }

    fn end(&mut self, at: Millis) {
        let (turns, _) = (std::mem::take(&mut self.turns), self.up.take());
        let Some(mut ended) = self.present.take() else { return };
        ended.end = at.max(ended.begin);
        if ended.purpose == Purpose::Reading {
            ended.purpose = match (turns, ended.tried.len()) {
                (SEARCHING.., _) => Purpose::Searching,
                (_, CHOOSING..) => Purpose::Choosing,
                _ => Purpose::Reading,
            };
        }
        if ended.end > ended.begin || !ended.tried.is_empty() {
            self.found.push(ended);
        }
    }
}

/// Whether the path of a page says that it is paid there.
fn is_paying(page: &str) -> bool {
    let path = path_of(page).to_lowercase();
    PAYING.iter().any(|word| path.contains(word))
}
