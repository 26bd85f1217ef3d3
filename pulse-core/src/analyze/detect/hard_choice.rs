//! Many options of one kind are weighed before the first of them is clicked.

use std::collections::BTreeMap;

use super::{
    Aftermath, ElementRef, Figure, Finding, FindingKind, Harm, Measure, Sort,
    hit::Hit,
    journey::{Journey, saturate},
    scroll_search::stretches,
};
use crate::{
    analyze::{PageView, hover::rests, places::contains},
    model::{LayoutBox, Millis},
};

/// Boxes whose sides differ by less than this are of one kind, in px or a tenth.
const ALIKE_PX: f64 = 4.0;
const ALIKE_SHARE: f64 = 0.1;
/// Fewer boxes of one kind are no choice.
const LEAST_OPTIONS: usize = 3;
/// A pointer that is in a box for less than this passes through, in ms.
const DWELL_MS: Millis = 300;
/// So many options looked at, so many of them again.
const LOOKED_AT: usize = 3;
const AGAIN: usize = 2;
/// Weighing is shorter only where the choice is easy, in ms.
const WEIGHED_MS: Millis = 8_000;
/// So many options, looked at for so long altogether, are hard to choose from without coming back to any, in ms.
const MANY: usize = 4;
const LONG_MS: Millis = 12_000;
/// Without an outline, places where the pointer rested are options when they are this far apart and, in a row or column,
/// this much in line, in px.
const APART_PX: f64 = 80.0;
const IN_LINE_PX: f64 = 24.0;
/// On touch, where nothing tells what is looked at: turns of the scrolling among the options, and time before the first
/// tap, in ms.
const TOUCH_TURNS: usize = 3;
const TOUCH_MS: Millis = 20_000;
/// A pointer that sends nothing rests, at most so long, in ms.
const REST_MS: Millis = 10_000;
/// So long before the first click is half of all that can be said, in ms.
const HALF_MS: f64 = 12_000.0;
/// Most options of a page, and pointer positions of a view, that are looked at.
const MOST_OPTIONS: usize = 60;
const MOST_POINTS: usize = 20_000;

/// *Options* are at least 3 boxes of one kind and nearly one size (4 px or a tenth of the larger, and at least 400 px²) in a
/// page's outline: buttons, links or pictures. They are *weighed* when, before the first click on the page view, the
/// pointer dwells (300 ms or more; who is out of a box for at most 300 ms has not left it) on at least 3 of them and comes
/// back to them at least twice, or dwells on 4 of them for 12 s in all, and 8 s pass from the first dwelling to the click,
/// or to the end of the view where there is none. A pointer that sends nothing dwells for at most 10 s. On touch: when
/// scrolling turns at least 3 times in a row, each time after 100 px or more, within the options' height and a window
/// above, and the first tap comes after 20 s or more. Where no outline is known, at least 3 places in a row or column
/// (80 px apart, 24 px in line) at which the pointer rested (the signal "hover") stand for options, if one of them is
/// clicked in the end. One slow click is none.
///
/// *Figures*: options; how often the pointer came back; time until the click. *Harm*: cost of time; blocked goal, when
/// nothing was chosen and the visit left or went back.
/// *Source*: Hick's law; choice overload, Chernev et al. 2015, <https://doi.org/10.1016/j.jcps.2014.08.002>.
pub(super) fn hard_choice(journey: &Journey<'_>) -> Vec<Finding> {
    journey.views.iter().take(500).enumerate().filter_map(|(number, view)| finding(journey, number, *view)).collect()
}

struct Weighed {
    options: usize,
    again: usize,
    from: Millis,
    /// The option that was dwelt on longest; on touch, nothing tells.
    longest: Option<usize>,
}

fn finding(journey: &Journey<'_>, number: usize, view: PageView<'_>) -> Option<Finding> {
    let boxes = journey.boxes(view.page());
    let places = if boxes.is_empty() && !journey.is_touch() { places_in_line(view) } else { Vec::new() };
    let options = if boxes.is_empty() { places.iter().collect() } else { options(boxes) };
    if options.len() < LEAST_OPTIONS {
        return None;
    }
    let from = journey.hits.partition_point(|hit| hit.at < view.entered_at());
    let click = journey.hits[from..].iter().take(1_000).find(|hit| hit.view == number);
    // Places that are no boxes are options only when one of them is chosen in the end.
    let is_option =
        |click: &Hit<'_>| click.element.is_some() && options.iter().any(|option| contains(option.r, click.x, click.y));
    if boxes.is_empty() && !click.is_some_and(is_option) {
        return None;
    }
    let until = click.map_or(view.left_at(), |click| click.at);
    let weighed = match journey.is_touch() {
        true => by_scrolling(view, &options, until)?,
        false => by_pointer(view, &options, until)?,
    };
    let time = until.saturating_sub(weighed.from);
    let mut finding = Finding::new(FindingKind::HardChoice, view.page(), [weighed.from]);
    if let Some(longest) = weighed.longest.and_then(|longest| options.get(longest)) {
        let (label, sort) = (longest.l.clone(), Sort::of_box(&longest.k));
        finding.element = Some(ElementRef { path: String::new(), label, sort });
        finding.place = Some((longest.r[0] + longest.r[2] / 2.0, longest.r[1] + longest.r[3] / 2.0));
    }
    finding.figures = vec![
        Figure::new(Measure::Options, weighed.options as f64),
        Figure::new(Measure::Returns, weighed.again as f64),
        Figure::ms(Measure::BeforeClickMs, time).among(journey.context.usual.of(view.page()).first_click_ms),
    ];
    finding.cost_ms = time;
    finding.aftermath = journey.aftermath(view.page(), until);
    let chosen = click.is_some();
    let lost = !chosen && matches!(finding.aftermath, Aftermath::Left | Aftermath::CameBack);
    finding.harm = if lost { Harm::BlockedGoal } else { Harm::CostTime };
    finding.strength = saturate(time as f64, HALF_MS);
    Some(finding)
}

/// Boxes around the places of a view at which the pointer rested, as far as they are in a row or column.
fn places_in_line(view: PageView<'_>) -> Vec<LayoutBox> {
    let mut places: Vec<(f64, f64)> = Vec::new();
    for rest in rests(view) {
        let is_new = places.iter().all(|(x, y)| (x - rest.x).hypot(y - rest.y) >= APART_PX);
        if is_new && places.len() < MOST_OPTIONS {
            places.push((rest.x, rest.y));
        }
    }
    let in_line = |of: &(f64, f64)| -> Vec<(f64, f64)> {
        let row: Vec<_> = places.iter().copied().filter(|place| (place.1 - of.1).abs() <= IN_LINE_PX).collect();
        let column: Vec<_> = places.iter().copied().filter(|place| (place.0 - of.0).abs() <= IN_LINE_PX).collect();
        if row.len() >= column.len() { row } else { column }
    };
    let line = places.iter().map(in_line).max_by_key(Vec::len).unwrap_or_default();
    let side = APART_PX;
    let drawn = |(x, y): (f64, f64)| [x - side / 2.0, y - side / 2.0, side, side];
    line.into_iter().map(|place| LayoutBox { k: "other".to_owned(), r: drawn(place), l: None }).collect()
}

/// The largest group of boxes of one kind and nearly one size.
fn options(boxes: &[LayoutBox]) -> Vec<&LayoutBox> {
    let kinds = ["button", "link", "image"];
    let candidates: Vec<&LayoutBox> = boxes
        .iter()
        .filter(|b| kinds.contains(&b.k.as_str()) && b.r[2] * b.r[3] >= 400.0)
        .take(MOST_OPTIONS * 4)
        .collect();
    let alike = |a: f64, b: f64| (a - b).abs() <= ALIKE_PX.max(ALIKE_SHARE * a.abs());
    let group = |of: &LayoutBox| -> Vec<&LayoutBox> {
        let same = |b: &&&LayoutBox| b.k == of.k && alike(of.r[2], b.r[2]) && alike(of.r[3], b.r[3]);
        candidates.iter().filter(same).take(MOST_OPTIONS).copied().collect()
    };
    // Of groups of one length, the one with the largest boxes.
    let rank = |group: &[&LayoutBox]| (group.len(), group.first().map_or(0, |b| (b.r[2] * b.r[3]) as u64));
    candidates.iter().map(|of| group(of)).max_by_key(|group| rank(group)).unwrap_or_default()
}

fn by_pointer(view: PageView<'_>, options: &[&LayoutBox], until: Millis) -> Option<Weighed> {
    let points = &view.points()[..view.points().partition_point(|point| point.at <= until)];
    let points = &points[..points.len().min(MOST_POINTS)];
    let mut dwells: Vec<(usize, Millis, Millis)> = Vec::new();
    for (place, point) in points.iter().enumerate() {
        let Some(option) = options.iter().position(|option| contains(option.r, point.x, point.y)) else { continue };
        let left = points.get(place + 1).map_or(until, |next| next.at).min(point.at.saturating_add(REST_MS));
        match dwells.last_mut() {
            Some((last, _, end)) if *last == option && point.at.saturating_sub(*end) <= DWELL_MS => *end = left,
            _ => dwells.push((option, point.at, left)),
        }
    }
    dwells.retain(|(_, from, end)| end.saturating_sub(*from) >= DWELL_MS);
    let from = dwells.first()?.1;
    let mut looked_at: BTreeMap<usize, Millis> = BTreeMap::new();
    for (option, from, end) in &dwells {
        let dwelt = looked_at.entry(*option).or_default();
        *dwelt = dwelt.saturating_add(end.saturating_sub(*from));
    }
    // Off an option and on it again is no return.
    dwells.dedup_by_key(|(option, ..)| *option);
    let again = dwells.len() - looked_at.len();
    let (longest, _) = looked_at.iter().max_by_key(|(_, dwelt)| **dwelt)?;
    let dwelt = looked_at.values().copied().fold(0, Millis::saturating_add);
    let often = looked_at.len() >= LOOKED_AT && again >= AGAIN;
    let long = looked_at.len() >= MANY && dwelt >= LONG_MS;
    let is_hard = (often || long) && until.saturating_sub(from) >= WEIGHED_MS;
    is_hard.then_some(Weighed { options: looked_at.len(), again, from, longest: Some(*longest) })
}

fn by_scrolling(view: PageView<'_>, options: &[&LayoutBox], until: Millis) -> Option<Weighed> {
    let top = options.iter().map(|option| option.r[1]).fold(f64::INFINITY, f64::min);
    let bottom = options.iter().map(|option| option.r[1] + option.r[3]).fold(f64::NEG_INFINITY, f64::max);
    let window = view.window().map_or(0.0, |window| window.h);
    let turns = stretches(view).iter().map(|stretch| stretch.turns_within(top - window, bottom, until)).max()?;
    let is_hard = turns >= TOUCH_TURNS && until.saturating_sub(view.entered_at()) >= TOUCH_MS;
    is_hard.then_some(Weighed { options: options.len(), again: turns, from: view.entered_at(), longest: None })
}
