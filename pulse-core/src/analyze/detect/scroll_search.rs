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
/// A reader who turns back has not gone further than this share of the way, and goes on.
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
    pub(super) from: Millis,
    pub(super) until: Millis,
    /// Ways in one direction in px, with the time at which each ended.
    ways: Vec<(Millis, f64)>,
    top: f64,
    bottom: f64,
}

impl Stretch {
    /// Ways of at least so many px.
    fn sweeps(&self, least: f64) -> Vec<Millis> {
        self.ways.iter().filter(|(_, px)| *px >= least).map(|(at, _)| *at).collect()
    }

    /// Turns of the direction after at least 100 px.
    pub(super) fn turns(&self) -> usize {
        usize::try_from(self.reversals()).unwrap_or(usize::MAX)
    }

    /// Whether it kept between two scroll offsets.
    pub(super) fn is_within(&self, top: f64, bottom: f64) -> bool {
        self.bottom <= bottom && (self.top >= top || top <= 0.0)
    }

    /// The signal "scroll reversal" within it.
    fn reversals(&self) -> u64 {
        let turned = self.ways.len().saturating_sub(1);
        self.ways[..turned].iter().filter(|(_, px)| *px >= 100.0).count() as u64
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
                    found.push(Stretch { from: event.timestamp, top: y, bottom: y, ..Stretch::default() });
                    (open, down) = (true, None);
                }
                let Some(stretch) = found.last_mut() else { continue };
                match stretch.ways.last_mut().filter(|_| down == Some(way > 0.0)) {
                    Some((at, px)) => (*at, *px) = (event.timestamp, *px + way.abs()),
                    None => stretch.ways.push((event.timestamp, way.abs())),
                }
                (y, down, stretch.until) = (scroll.y, Some(way > 0.0), event.timestamp);
                (stretch.top, stretch.bottom) = (stretch.top.min(y), stretch.bottom.max(y));
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
    let reversals = stretch.reversals();
    let known =
        journey.context.usual.of(view.page()).reversals.filter(|known| known.sessions >= Reversals::LEAST_SESSIONS);
    let excessive = match known {
        Some(known) => known.is_excessive(reversals) && reversals * 2 >= REVERSALS,
        None => reversals >= REVERSALS,
    };
    if sweeps.len() < SWEEPS && !excessive {
        return None;
    }
    let turns = if sweeps.len() >= SWEEPS { (sweeps.len() - 1) as u64 } else { reversals }.max(reversals);
    let mut finding = Finding::new(FindingKind::ScrollSearch, view.page(), [stretch.from]);
    let usual = known.map(|known| Typical { value: known.sum as f64 / known.sessions as f64, n: known.sessions });
    let height = view.viewports().next_back().map(|(_, viewport)| viewport.doc_h).filter(|height| *height >= 1.0);
    let window = view.window().map_or(0.0, |window| window.h);
    finding.figures.push(Figure::new(Measure::Reversals, turns as f64).among(usual));
    finding.figures.push(Figure::new(Measure::ScrolledPx, stretch.ways.iter().map(|(_, px)| px).sum::<f64>()));
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
