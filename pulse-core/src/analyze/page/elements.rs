//! What was clicked on a page, element by element, and what the page looks like.

use serde::{Deserialize, Serialize};

use super::{Visit, bounded::Bounded, raise};
use crate::{
    analyze::{ElementMap, hesitation::approach_times, view::is_place},
    model::{Element, Layout, Millis},
};

/// Cells of an element's box, along each side.
const SIDE: f64 = 10.0;

/// Bytes of memory of a box of a wireframe with its label, about.
const LAYOUT_BOX: usize = 120;

/// Sums by path of the element.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Elements {
    by_path: Bounded<String, Box<Clicked>, 2048>,
    /// The wireframe seen last.
    pub(super) layout: Option<(Millis, Layout)>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Clicked {
    /// As it was seen last.
    seen: Option<(Millis, Element)>,
    clicks: u64,
    rage: u64,
    dead: u64,
    error_clicks: u64,
    sessions: u64,
    /// Time from entering it to clicking it, in ms, of so many clicks.
    waited_ms: u64,
    waited: u64,
    /// The session that was counted last.
    #[serde(skip)]
    last: u32,
    /// Clicks by where on the element they were: column + 10 x row, each a tenth of its box.
    cells: Bounded<u8, u64, 100>,
}

impl Elements {
    /// Adds a session, which is the `number`th.
    pub(super) fn add(&mut self, visit: &Visit<'_>, number: u32) {
        for view in &visit.views {
            for click in &view.clicks {
                let Some(clicked) = self.clicked(click.at, click.click.element.as_deref()) else { continue };
                clicked.clicks += 1;
                if clicked.last != number {
                    clicked.last = number;
                    clicked.sessions += 1;
                }
                if let (Some(rx), Some(ry)) = (click.click.rx, click.click.ry)
                    && is_place(rx, ry)
                {
                    let part = |at: f64| (at * SIDE).floor().clamp(0.0, SIDE - 1.0);
                    clicked.cells.count((part(rx) + SIDE * part(ry)) as u8);
                }
            }
            for first in view.rage.iter().filter_map(|burst| view.clicks.get(burst.start)) {
                if let Some(clicked) = self.clicked(first.at, first.click.element.as_deref()) {
                    clicked.rage += 1;
                }
            }
            for dead in &view.dead {
                if let Some(clicked) = self.clicked(dead.at, dead.element) {
                    clicked.dead += 1;
                }
            }
            for click in &view.error_clicks {
                if let Some(clicked) = self.clicked(click.at, click.click.element.as_deref()) {
                    clicked.error_clicks += 1;
                }
            }
            for (element, ms) in approach_times(view.view).filter(|(element, _)| !element.path.is_empty()) {
                if let Some(clicked) = self.by_path.slot(element.path.clone()) {
                    clicked.waited_ms = clicked.waited_ms.saturating_add(ms.unsigned_abs());
                    clicked.waited += 1;
                }
            }
            if let Some((at, outline)) = view.view.outline() {
                self.see(at, &outline);
            }
        }
    }

    fn clicked(&mut self, at: Millis, element: Option<&Element>) -> Option<&mut Clicked> {
        let element = element.filter(|element| !element.path.is_empty())?;
        let clicked = self.by_path.slot(element.path.clone())?;
        clicked.see(at, element);
        Some(clicked)
    }

    /// Keeps the wireframe seen last. Most sessions see the same one, which is not copied again.
    fn see(&mut self, at: Millis, layout: &Layout) {
        match &mut self.layout {
            Some((seen, known)) if (*seen, &known.hash) > (at, &layout.hash) => {}
            Some((seen, known)) if known == layout => *seen = at,
            known => *known = Some((at, layout.clone())),
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        if let Some((at, layout)) = &other.layout {
            self.see(*at, layout);
        }
        self.by_path.merge(other.by_path, |sum, more| {
            if let Some((at, element)) = &more.seen {
                sum.see(*at, element);
            }
            raise(&mut sum.clicks, more.clicks);
            raise(&mut sum.rage, more.rage);
            raise(&mut sum.dead, more.dead);
            raise(&mut sum.error_clicks, more.error_clicks);
            raise(&mut sum.sessions, more.sessions);
            raise(&mut sum.waited_ms, more.waited_ms);
            raise(&mut sum.waited, more.waited);
            sum.cells.merge(more.cells, raise);
        });
    }

    /// Bytes of memory beside itself, about.
    pub(super) fn size(&self) -> usize {
        let layout = self.layout.as_ref().map_or(0, |(_, layout)| layout.boxes.len() * LAYOUT_BOX);
        let held = self
            .by_path
            .iter()
            .map(|(path, clicked)| 2 * path.len() + size_of::<Clicked>() + clicked.cells.size())
            .sum::<usize>();
        layout + self.by_path.size() + held
    }

    /// The elements, the one with the most clicks first.
    pub(super) fn maps(&self) -> Vec<ElementMap> {
        let mut maps: Vec<ElementMap> = self.by_path.iter().filter_map(|(_, clicked)| clicked.map()).collect();
        maps.sort_by(|a, b| b.clicks.cmp(&a.clicks).then_with(|| a.element.path.cmp(&b.element.path)));
        maps
    }

    /// Whether no element had to be left out.
    pub(super) fn are_all(&self) -> bool {
        self.by_path.is_whole()
    }
}

impl Clicked {
    /// Keeps how the element was seen last; of two at one time, either, but always the same.
    fn see(&mut self, at: Millis, element: &Element) {
        match &mut self.seen {
            Some((seen, known)) if (*seen, rank(known)) > (at, rank(element)) => {}
            Some((seen, known)) if known == element => *seen = at,
            known => *known = Some((at, element.clone())),
        }
    }

    fn map(&self) -> Option<ElementMap> {
        let (_, element) = self.seen.as_ref()?;
        let side = SIDE as u8;
        Some(ElementMap {
            element: element.clone(),
            clicks: self.clicks,
            rage: self.rage,
            dead: self.dead,
            error_clicks: self.error_clicks,
            sessions: self.sessions,
            mean_wait_ms: (self.waited > 0).then(|| self.waited_ms / self.waited),
            cells: self.cells.iter().map(|(at, clicks)| (at % side, at / side, *clicks)).collect(),
        })
    }
}

/// An order of elements of one path.
fn rank(element: &Element) -> (Option<&str>, [u64; 4]) {
    // The bits of numbers that are not negative are in their order; for others, any order will do.
    (element.label.as_deref(), element.rect.unwrap_or_default().map(f64::to_bits))
}
