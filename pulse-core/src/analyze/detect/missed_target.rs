//! Clicks that were meant for something beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Aftermath, ElementRef, Figure, Finding, FindingKind, Harm, Measure, Sort,
    hit::{Answered, Hit, Nature},
    journey::{Journey, saturate},
};
use crate::model::{Element, Millis};

/// So far beside a control a click may have been meant for it, in px.
const BESIDE_PX: f64 = 24.0;
/// The same on touch: a fingertip is 16 to 20 mm wide (Dandekar et al. 2003), so that its centre is easily 8 mm off.
const BESIDE_TOUCH_PX: f64 = 32.0;
/// A click on a picture or heading is meant for that, unless a control is this near, in px.
const PICTURE_PX: f64 = 8.0;
/// A control whose shorter side is longer than this is not easily missed, in px: WCAG 2.2 asks for 24 (2.5.8) and 44
/// (2.5.5).
const SMALL_PX: f64 = 48.0;
/// Fewer misses of one control are a slip.
const LEAST: usize = 2;
/// So many misses are half of all that can be said.
const HALF: f64 = 1.5;
/// Of neighbours that were opened, one is.
const HALF_NEIGHBOUR: f64 = 0.8;
/// A neighbour that is left this soon was opened by mistake, in ms.
const LEFT_MS: Millis = 5_000;
/// A page that comes later than this after a click was not opened by it, in ms.
const OPENED_MS: Millis = 8_000;
/// Most controls of a page, and most clicks on it, that are looked at.
const MOST_CONTROLS: usize = 300;
const MOST_CLICKS: usize = 1_000;

/// Clicks that were meant for a control beside them, by control.
#[derive(Debug, Default)]
pub(super) struct Misses<'a> {
    by_target: BTreeMap<(&'a str, String), Vec<Miss<'a>>>,
    numbers: BTreeSet<usize>,
}

#[derive(Debug, Clone)]
struct Miss<'a> {
    hit: usize,
    target: Control<'a>,
    /// From the click to the target's edge.
    px: f64,
    /// What was hit instead, when that is a control.
    instead: Option<&'a Element>,
}

/// Something that can be hit, with its box.
#[derive(Debug, Clone, Copy)]
struct Control<'a> {
    rect: [f64; 4],
    element: Option<&'a Element>,
    label: Option<&'a str>,
    sort: Sort,
}

impl<'a> Misses<'a> {
    pub(super) fn new(journey: &Journey<'a>) -> Self {
        let mut misses = Self::default();
        for (&page, hits) in &journey.on_page {
            let hits = &hits[..hits.len().min(MOST_CLICKS)];
            let controls = controls(journey, page, hits);
            let mut found: BTreeMap<String, Vec<Miss<'a>>> = BTreeMap::new();
            for (place, &number) in hits.iter().enumerate() {
                let miss = beside(journey, &controls, number)
                    .or_else(|| neighbour(journey, number, hits.get(place + 1..).unwrap_or_default()));
                if let Some(miss) = miss {
                    found.entry(miss.target.key()).or_default().push(miss);
                }
            }
            for (key, of_target) in found {
                let opened = of_target.iter().any(|miss| miss.instead.is_some());
                if of_target.len() >= LEAST || opened {
                    misses.numbers.extend(of_target.iter().map(|miss| miss.hit));
                    misses.by_target.insert((page, key), of_target);
                }
            }
        }
        misses
    }

    /// Whether a click, by number, is one of them.
    pub(super) fn contain(&self, hit: usize) -> bool {
        self.numbers.contains(&hit)
    }
}

/// Clicks just beside a control, or on its neighbour, which was left at once.
///
/// A click is *beside* a control when it hit no control itself and is at most 24 px (32 on touch; 8 when it hit a picture
/// or heading) from the box of the nearest one, whose shorter side is at most 48 px. A click that selected text or stayed
/// dead is none. A *neighbour* is opened by mistake when a click on a control led to another page within 8 s that was left
/// for this one within 5 s, and the next click there was on another control beside it: the first click was at most 12 px
/// from that control, or three quarters of the neighbour's shorter side where that is at most 32 px, and what the next
/// click opens, if anything, is not left within 5 s, too. The neighbour may have been hit again, up to twice, before.
/// It takes 2 clicks beside a control, or one neighbour.
///
/// *Figures*: misses; the mean distance from the target; its shorter side. *Harm*: blocked goal when the target was never
/// hit and the visitor left or gave up; else cost of time.
/// *Source*: Fitts's law; target sizes of WCAG 2.2; "fat finger" errors, Henze et al. 2011.
pub(super) fn missed_target(journey: &Journey<'_>) -> Vec<Finding> {
    journey.misses.by_target.iter().map(|((page, _), misses)| finding(journey, page, misses)).collect()
}

fn finding(journey: &Journey<'_>, page: &str, misses: &[Miss<'_>]) -> Finding {
    let mut finding =
        Finding::new(FindingKind::MissedTarget, page, misses.iter().map(|miss| journey.hits[miss.hit].at));
    let (first, last) = (&misses[0], &misses[misses.len() - 1]);
    let (from, until) = (journey.hits[first.hit].at, journey.hits[last.hit].at);
    let distance = misses.iter().map(|miss| miss.px).sum::<f64>() / misses.len() as f64;
    finding.element = Some(first.target.element_ref());
    finding.place = Some((journey.hits[first.hit].x, journey.hits[first.hit].y));
    finding.other = misses.iter().find_map(|miss| miss.instead).map(ElementRef::from);
    finding.figures = vec![
        Figure::new(Measure::Misses, finding.count),
        Figure::new(Measure::DistancePx, distance),
        Figure::new(Measure::SizePx, first.target.short_side()),
    ];
    let then = journey.hits.partition_point(|hit| hit.at <= until);
    let hit = journey.hits[then..].iter().find(|hit| {
        let same = match (hit.element, first.target.element) {
            (Some(a), Some(b)) => a.path == b.path,
            _ => first.target.distance_to(hit.x, hit.y) == 0.0,
        };
        same && journey.page(hit.view) == page
    });
    finding.aftermath = match hit {
        Some(hit) => journey.aftermath(page, hit.at),
        None => journey.aftermath(page, until),
    };
    let lost = hit.is_none() && matches!(finding.aftermath, Aftermath::Left | Aftermath::GaveUp);
    finding.harm = if lost { Harm::BlockedGoal } else { Harm::CostTime };
    finding.cost_ms = hit.map_or(until, |hit| hit.at).saturating_sub(from);
    let half = if finding.other.is_some() { HALF_NEIGHBOUR } else { HALF };
    finding.strength = saturate(f64::from(finding.count), half);
    finding
}

/// The click is beside a small control, and hit none.
fn beside<'a>(journey: &Journey<'a>, controls: &[Control<'a>], number: usize) -> Option<Miss<'a>> {
    let hit = &journey.hits[number];
    if hit.nature() == Nature::Control || hit.selected || hit.dead {
        return None;
    }
    let near = match hit.sort() {
        Sort::Image | Sort::Heading => PICTURE_PX,
        _ if journey.is_touch() => BESIDE_TOUCH_PX,
        _ => BESIDE_PX,
    };
    let nearest = controls.iter().map(|control| (control.distance_to(hit.x, hit.y), control));
    let (px, target) = nearest.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let is_small = target.short_side() <= SMALL_PX;
    (px > 0.0 && px <= near && is_small).then_some(Miss { hit: number, target: *target, px, instead: None })
}

/// The click opened another page, which was left at once, and the next click is on a control right beside.
fn neighbour<'a>(journey: &Journey<'a>, number: usize, later: &[usize]) -> Option<Miss<'a>> {
    let hit = &journey.hits[number];
    let (wrong, rect) = (hit.element.filter(|_| hit.nature() == Nature::Control)?, hit.element?.rect?);
    let answer = hit
        .own_answer()
        .filter(|answer| answer.by == Answered::Page && answer.at.saturating_sub(hit.at) <= OPENED_MS)?;
    let page = journey.page(hit.view);
    let opened = journey.next_page(page, hit.at)?;
    let opened_at = opened.entered_at().max(answer.at);
    let back = journey.next_page(opened.page(), opened.entered_at()).filter(|back| back.page() == page)?;
    if back.entered_at().saturating_sub(opened_at) > LEFT_MS {
        return None;
    }
    // The same one may be hit by mistake more than once.
    let mut after = later.iter().map(|number| &journey.hits[*number]).filter(|then| then.at >= back.entered_at());
    let then =
        after.by_ref().take(LEAST + 1).find(|then| then.element.is_none_or(|element| element.path != wrong.path))?;
    let control = Control::of(then.element.filter(|_| then.nature() == Nature::Control)?, then)?;
    // What is opened next and left at once, too, is looked through.
    let stayed = journey.next_page(page, then.at).is_none_or(|next| {
        let after = journey.next_page(next.page(), next.entered_at());
        after.is_none_or(|after| after.entered_at().saturating_sub(next.entered_at()) > LEFT_MS)
    });
    let short = rect[2].min(rect[3]);
    let reach = if short <= 32.0 { (0.75 * short).max(12.0) } else { 12.0 };
    let px = control.distance_to(hit.x, hit.y);
    (px <= reach && stayed).then_some(Miss { hit: number, target: control, px, instead: Some(wrong) })
}

/// What can be hit on a page: what its outline shows, and what was clicked.
fn controls<'a>(journey: &Journey<'a>, page: &str, hits: &[usize]) -> Vec<Control<'a>> {
    let mut found: Vec<Control<'a>> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for hit in hits.iter().map(|number| &journey.hits[*number]).filter(|hit| hit.nature() == Nature::Control) {
        let new = hit.element.is_some_and(|element| seen.insert(&element.path));
        if let Some(element) = hit.element.filter(|element| new && !element.fixed) {
            found.extend(Control::of(element, hit));
        }
    }
    let drawn = journey.boxes(page).iter().filter(|b| matches!(b.k.as_str(), "button" | "link" | "input"));
    found.extend(drawn.map(|b| Control { rect: b.r, element: None, label: b.l.as_deref(), sort: Sort::of_box(&b.k) }));
    found.truncate(MOST_CONTROLS);
    // The clicked element of a drawn box knows more: it comes first, and of equal distances the first is the nearest.
    found
}

impl<'a> Control<'a> {
    fn of(element: &'a Element, hit: &Hit<'a>) -> Option<Self> {
        Some(Self { rect: element.rect?, element: Some(element), label: element.label.as_deref(), sort: hit.sort() })
    }

    fn element_ref(&self) -> ElementRef {
        match self.element {
            Some(element) => ElementRef::from(element),
            None => ElementRef { path: String::new(), label: self.label.map(str::to_owned), sort: self.sort },
        }
    }

    /// What tells it from the others of a page.
    fn key(&self) -> String {
        let [x, y, ..] = self.rect;
        self.element.map_or_else(|| format!("{x:.0},{y:.0}"), |element| element.path.clone())
    }

    fn short_side(&self) -> f64 {
        self.rect[2].min(self.rect[3])
    }

    /// From a place to its box; 0 inside.
    fn distance_to(&self, x: f64, y: f64) -> f64 {
        let [left, top, width, height] = self.rect;
        let dx = (left - x).max(x - left - width).max(0.0);
        let dy = (top - y).max(y - top - height).max(0.0);
        dx.hypot(dy)
    }
}
