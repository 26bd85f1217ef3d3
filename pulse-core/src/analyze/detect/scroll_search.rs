//! A page is scrolled up and down in search of something.

use super::{
    Figure, Finding, FindingKind, Harm, Measure, Typical,
    journey::{Journey, saturate},
};
use crate::{
    analyze::{PageView, Reversals},
    model::{EventKind, Millis},
};

/// A shorter way is no sweep, in windows; where no window is known, in px.
const LEAST_WINDOWS: f64 = 0.7;
const LEAST_PX: f64 = 500.0;
/// Fewer sweeps are reading, and a look back.
const SWEEPS: usize = 5;
/// Shorter turns count from here on: the signal "scroll reversal" calls so many excessive.
const REVERSALS: u64 = Reversals::EXCESSIVE;
/// So many turns are half of all that can be said.
const HALF: f64 = 4.0;
/// Most searches of a session.
const MOST: usize = 20;

/// Scrolling to and fro on one page view, with no click on a control and no key press between.
///
/// A *sweep* is a way in one direction of at least 0.7 windows (500 px where no window is known). It is a search from 5
/// sweeps on, which is 4 turns; or from 8 turns after at least 100 px each (the signal "scroll reversal"), or more than
/// the page's mean and 2 standard deviations where at least 20 sessions are known. Reading to the end is one sweep.
///
/// *Figures*: turns, and what is usual; way scrolled; how deep. *Harm*: cost of time.
/// *Source*: Hotjar's and Contentsquare's "excessive scrolling"; information foraging, Pirolli & Card 1999.
pub(super) fn scroll_search(journey: &Journey<'_>) -> Vec<Finding> {
    let stretches = journey.views.iter().flat_map(|view| stretches(*view).into_iter().map(move |s| (*view, s)));
    stretches.filter_map(|(view, stretch)| finding(journey, view, &stretch)).take(MOST).collect()
}

/// A stretch of scrolling, with nothing else between.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    from: Millis,
    until: Millis,
    ways: Vec<Way>,
    bottom: f64,
}

/// A way in one direction.
#[derive(Debug)]
struct Way {
    /// When it began.
    from: Millis,
    px: f64,
    /// The scroll offset at its end.
    y: f64,
}

impl Way {
    /// Whether turning after it is a turn of the signal "scroll reversal".
    fn is_long(&self) -> bool {
        self.px >= 100.0
    }
}

impl Stretch {
    /// How many ways are of at least so many px.
    fn sweeps(&self, least: f64) -> usize {
        self.ways.iter().filter(|way| way.px >= least).count()
    }

    /// Turns of the direction after at least 100 px: the signal "scroll reversal" within it.
    pub(super) fn turns(&self) -> usize {
        self.ways[..self.ways.len().saturating_sub(1)].iter().filter(|way| way.is_long()).count()
    }

    /// Most such turns in a row, up to a time, that lay between two scroll offsets.
    pub(super) fn turns_within(&self, top: f64, bottom: f64, until: Millis) -> usize {
        let (mut in_a_row, mut most) = (0, 0);
        let turns = self.ways.windows(2).filter(|ways| ways[1].from <= until && ways[0].is_long());
        for ways in turns {
            // A page that is pulled beyond its upper edge is at it.
            let is_within = (top..=bottom).contains(&ways[0].y.max(0.0));
            in_a_row = if is_within { in_a_row + 1 } else { 0 };
            most = most.max(in_a_row);
        }
        most
    }
}

/// The stretches of scrolling on a page view.
pub(super) fn stretches(view: PageView<'_>) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let (mut y, mut down): (f64, Option<bool>) = (0.0, None);
    let mut open = false;
    for event in view.acts() {
        match &event.kind {
            EventKind::Scroll(scroll) if scroll.element.is_none() && scroll.y.abs() <= 1e9 => {
                let way = scroll.y - y;
                if way == 0.0 {
                    continue;
                }
                if !open {
                    found.push(Stretch { from: event.timestamp, bottom: y, ..Stretch::default() });
                    (open, down) = (true, None);
                }
                let Some(stretch) = found.last_mut() else { continue };
                match stretch.ways.last_mut().filter(|_| down == Some(way > 0.0)) {
                    Some(last) => (last.px, last.y) = (last.px + way.abs(), scroll.y),
                    None => stretch.ways.push(Way { from: event.timestamp, px: way.abs(), y: scroll.y }),
                }
                (y, down, stretch.until) = (scroll.y, Some(way > 0.0), event.timestamp);
                stretch.bottom = stretch.bottom.max(y);
            }
            EventKind::Keypress(press) if press.field != "page" => open = false,
            EventKind::Click(click) if click.element.as_deref().is_some_and(|element| element.interactive) => {
                open = false
            }
            _ => {}
        }
    }
    found
}

fn finding(journey: &Journey<'_>, view: PageView<'_>, stretch: &Stretch) -> Option<Finding> {
    let least = view.window().map_or(LEAST_PX, |window| LEAST_WINDOWS * window.h);
    let sweeps = stretch.sweeps(least);
    let reversals = stretch.turns() as u64;
    let known =
        journey.context.usual.of(view.page()).reversals.filter(|known| known.sessions >= Reversals::LEAST_SESSIONS);
    let excessive = match known {
        Some(known) => known.is_excessive(reversals) && reversals * 2 >= REVERSALS,
        None => reversals >= REVERSALS,
    };
    if sweeps < SWEEPS && !excessive {
        return None;
    }
    let turns = if sweeps >= SWEEPS { (sweeps - 1) as u64 } else { reversals }.max(reversals);
    let mut finding = Finding::new(FindingKind::ScrollSearch, view.page(), [stretch.from]);
    let usual = known.map(|known| Typical { value: known.sum as f64 / known.sessions as f64, n: known.sessions });
    let height = view.viewports().next_back().map(|(_, viewport)| viewport.doc_h).filter(|height| *height >= 1.0);
    let window = view.window().map_or(0.0, |window| window.h);
    finding.figures.push(Figure::new(Measure::Reversals, turns as f64).among(usual));
    finding.figures.push(Figure::new(Measure::ScrolledPx, stretch.ways.iter().map(|way| way.px).sum::<f64>()));
    if let Some(height) = height {
        let deep = ((stretch.bottom + window) / height * 100.0).min(100.0);
        finding.figures.push(Figure::new(Measure::DepthPercent, deep.round()));
    }
    finding.cost_ms = stretch.until.saturating_sub(stretch.from);
    finding.figures.push(Figure::ms(Measure::TimeMs, finding.cost_ms));
    finding.harm = Harm::CostTime;
    finding.strength = saturate(turns as f64, HALF);
    finding.aftermath = journey.aftermath(view.page(), stretch.until);
    Some(finding)
}
