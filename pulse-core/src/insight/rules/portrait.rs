//! What the visit was like, trouble or not.

use super::topic::Theme;
use crate::{
    analyze::{ClickPlace, Report},
    insight::{
        evidence::{Cite, click_place_name},
        words::{count, duration, list, number, page_name, quote, rounded, sentence, times},
    },
    model::{Device, Evidence, Millis, Observation},
};

/// One statement of the portrait.
pub(super) struct Stroke {
    pub(super) theme: Theme,
    /// Whether there was anything to tell.
    pub(super) telling: bool,
    pub(super) finding: Observation,
}

/// Whether nothing but the start of the visit is known.
pub(super) fn is_blank(report: &Report) -> bool {
    let counts = &report.summary.counts;
    counts.click + counts.mousemove + counts.scroll + counts.keypress == 0 && report.summary.pages.is_empty()
}

/// A visit without trouble in one sentence.
pub(super) fn in_short(report: &Report) -> String {
    let summary = &report.summary;
    let counts = &summary.counts;
    format!(
        "In {}, {} and {} nothing points to trouble: no rage clicks, no dead clicks, no script errors.",
        duration(summary.duration_ms),
        count(summary.pages.len() as u64, "page view"),
        count(counts.click, "click")
    )
}

/// The way through the pages.
pub(super) fn route(report: &Report) -> Observation {
    let views = &report.summary.pages;
    let mut stops: Vec<String> = views.iter().map(|view| page_name(&view.url)).collect();
    stops.dedup();
    let (title, detail) = match stops.as_slice() {
        [] => ("No page view was recorded".to_owned(), "Where the visitor went is not known.".to_owned()),
        [only] => (
            format!("The visit stayed on {only}"),
            format!("{} in {}, without moving on to another page.", count(views.len() as u64, "view"), time(report)),
        ),
        [first, .., last] => {
            let mut distinct = stops.clone();
            distinct.sort();
            distinct.dedup();
            let pages = match count(distinct.len() as u64, "page") {
                pages if distinct.len() == views.len() => pages,
                pages => format!("{} of {pages}", count(views.len() as u64, "view")),
            };
            (format!("The visit led from {first} to {last}"), format!("{pages} in {}: {}.", time(report), way(&stops)))
        }
    };
    Observation { title, detail, evidence: vec![Cite(report).route(), Cite(report).visit()] }
}

fn time(report: &Report) -> String {
    duration(report.summary.duration_ms)
}

/// "/ → /product → /cart", with the middle left out of a long way.
fn way(stops: &[String]) -> String {
    const SHOWN: usize = 6;
    match stops {
        [start @ .., last] if stops.len() > SHOWN => format!("{} → … → {last}", start[..SHOWN - 1].join(" → ")),
        _ => stops.join(" → "),
    }
}

/// Everything else, in the order in which it is worth telling.
pub(super) fn strokes(report: &Report) -> Vec<Stroke> {
    vec![time_spent(report), clicks(report), scrolling(report), pointer(report), rests(report), typing(report)]
}

fn stroke(theme: Theme, telling: bool, title: String, detail: String, evidence: Vec<Evidence>) -> Stroke {
    Stroke { theme, telling, finding: Observation { title, detail, evidence } }
}

fn time_spent(report: &Report) -> Stroke {
    let cite = Cite(report);
    let summary = &report.summary;
    let active =
        format!("The visitor was active for {} of {}.", duration(summary.active_ms), duration(summary.duration_ms));
    match report.pages.iter().max_by_key(|page| page.time_ms) {
        None => stroke(
            Theme::Time,
            false,
            "No time was spent on any page that is known".to_owned(),
            active,
            vec![cite.visit()],
        ),
        Some(page) => {
            let name = page_name(&page.page);
            let first = page.first_click_after_ms.map_or_else(
                || "nothing was clicked there".to_owned(),
                |after| format!("the first click there came after {}", duration(after)),
            );
            stroke(
                Theme::Time,
                true,
                format!("{} held the visitor longest: {}", sentence(&name), duration(page.time_ms)),
                format!("It was viewed {}, and {first}. {active}", times(page.views)),
                vec![cite.page(page), cite.visit()],
            )
        }
    }
}

fn clicks(report: &Report) -> Stroke {
    let cite = Cite(report);
    let all = report.summary.counts.click;
    let Some(first) = report.click_places.first() else {
        return stroke(
            Theme::Clicks,
            all > 0,
            if all == 0 { "Nothing was clicked".to_owned() } else { count(all, "click") },
            match all {
                0 => "There is no click to learn from.".to_owned(),
                _ => "Which elements were clicked is not known.".to_owned(),
            },
            vec![cite.clicks()],
        );
    };
    let told: Vec<String> = report.click_places.iter().take(3).map(told).collect();
    let idle = report.click_places.iter().filter(|place| !place.interactive).count();
    let aside = match idle {
        0 => String::new(),
        1 => " One clicked place does not look clickable.".to_owned(),
        n => format!(" {n} of the clicked places do not look clickable."),
    };
    stroke(
        Theme::Clicks,
        true,
        match report.click_places.len() {
            1 => format!("Only {} was clicked", click_place_name(first)),
            n if first.clicks == 1 => format!("{} were clicked once each", count(n as u64, "place")),
            _ => format!("{} drew most clicks", sentence(&click_place_name(first))),
        },
        format!("{} in all: {}.{aside}", count(all, "click"), list(&told)),
        std::iter::once(cite.clicks())
            .chain(report.click_places.iter().take(3).map(|place| cite.place(place)))
            .collect(),
    )
}

fn told(place: &ClickPlace) -> String {
    format!("{} on {}", number(place.clicks), click_place_name(place))
}

fn scrolling(report: &Report) -> Stroke {
    let scroll = &report.summary.scroll;
    let telling = report.summary.counts.scroll > 0;
    let (title, detail) = if telling {
        (
            format!("The visitor scrolled down to {} %", rounded(scroll.max_depth)),
            format!(
                "The direction changed {}{}.",
                times(scroll.reversals),
                if scroll.excessive { ", far more than usual" } else { ", which is not unusual" }
            ),
        )
    } else {
        (
            "Nothing was scrolled".to_owned(),
            "No scrolling was recorded, so what is below the first screen probably went unseen.".to_owned(),
        )
    };
    stroke(Theme::Scroll, telling, title, detail, vec![Cite(report).scroll()])
}

fn pointer(report: &Report) -> Stroke {
    let pointer = &report.summary.pointer;
    let speed = &pointer.speed_px_s;
    let telling = report.summary.counts.mousemove > 0;
    let (title, detail) = if telling {
        let straight = pointer.efficiency.map_or(String::new(), |share| {
            format!(
                " On its way to the clicks, the straight line was {} % of the distance.",
                rounded(share.min(1.0) * 100.0)
            )
        });
        (
            format!("The pointer moved at {} pixels a second on average", rounded(speed.mean)),
            format!(
                "{} over {} pixels, at most {} pixels a second.{straight}",
                sentence(&count(pointer.strokes, "movement")),
                rounded(pointer.distance_px),
                rounded(speed.max)
            ),
        )
    } else if matches!(report.device, Device::Mobile | Device::Tablet) {
        ("There is no pointer trail".to_owned(), "On a touch screen there is no pointer between two taps.".to_owned())
    } else {
        ("The pointer did not move".to_owned(), "The visitor read, waited, or used the keyboard alone.".to_owned())
    };
    stroke(Theme::Pointer, telling, title, detail, vec![Cite(report).pointer()])
}

fn rests(report: &Report) -> Stroke {
    let hovers = &report.summary.hovers;
    let cite = Cite(report);
    match hovers.iter().max_by_key(|hover| hover.duration_ms) {
        None => stroke(
            Theme::Choice,
            false,
            "The pointer rested nowhere".to_owned(),
            "It never stayed in one place for half a second.".to_owned(),
            vec![cite.pointer()],
        ),
        Some(longest) => {
            let name = longest.element.as_deref().map_or_else(|| "one place".to_owned(), quote);
            stroke(
                Theme::Choice,
                true,
                format!("Attention stayed longest on {name}"),
                format!(
                    "The pointer rested there for {}; it rested {} in all.",
                    duration(longest.duration_ms),
                    times(hovers.len() as u64)
                ),
                vec![cite.hover(longest)],
            )
        }
    }
}

fn typing(report: &Report) -> Stroke {
    let typing = &report.summary.typing;
    let telling = typing.presses > 0;
    let (title, detail) = if telling {
        (
            count(typing.presses, "key press"),
            format!(
                "The median time between two was {}; the longest pause was {}.",
                duration(typing.interval_ms.median as Millis),
                duration(typing.interval_ms.max as Millis)
            ),
        )
    } else {
        ("Nothing was typed".to_owned(), "No field was filled in during this visit.".to_owned())
    };
    stroke(Theme::Typing, telling, title, detail, vec![Cite(report).typing()])
}
