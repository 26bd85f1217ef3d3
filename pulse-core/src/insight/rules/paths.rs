//! Signals of finding one's way: hesitation, searching, turning back, impatience, slow typing.

use super::{
    clicks,
    topic::{Theme, Topic, on_page},
};
use crate::{
    analyze::{Hesitation, Report},
    insight::{
        evidence::Cite,
        words::{count, duration, list, noun, page_name, quote, rounded, sentence, times},
    },
    model::{Millis, Severity},
};

/// A single hesitation is a signal from here on; below, it takes several.
const LONG_HESITATION_MS: Millis = 4_000;
/// Hesitating over this many elements of one page means that there is too much to choose from.
const OVERLOAD: usize = 3;
/// Fewer key presses say nothing about typing.
const LEAST_PRESSES: u64 = 10;
/// Typing is slow above this median interval, or with a pause as long as [`LONG_PAUSE_MS`].
const SLOW_INTERVAL_MS: f64 = 700.0;
const LONG_PAUSE_MS: f64 = 4_000.0;

/// The hesitations, longest first, but for those before what does not work anyway.
fn hesitations(report: &Report) -> Vec<&Hesitation> {
    let all = report.summary.hesitations.iter();
    let mut found: Vec<&Hesitation> = all.filter(|h| !clicks::is_broken(report, &h.element)).collect();
    found.sort_by_key(|hesitation| std::cmp::Reverse(hesitation.ms));
    found
}

fn is_grave(found: &[&Hesitation]) -> bool {
    found.len() > 1 || found.first().is_some_and(|longest| longest.ms >= LONG_HESITATION_MS)
}

/// Long or repeated hesitation; over many elements of one page it is too much choice.
pub(super) fn hesitation(report: &Report) -> Option<Topic> {
    let found = hesitations(report);
    is_grave(&found).then(|| hesitated(report, &found)).flatten()
}

/// One short hesitation, which is a hint and no signal.
pub(super) fn short_hesitation(report: &Report) -> Option<Topic> {
    let found = hesitations(report);
    (!is_grave(&found)).then(|| hesitated(report, &found)).flatten()
}

fn hesitated(report: &Report, found: &[&Hesitation]) -> Option<Topic> {
    let longest = *found.first()?;
    let name = quote(longest.element.name());
    let page = on_page(report, longest.at);
    let mut there: Vec<&str> =
        found.iter().filter(|h| on_page(report, h.at) == page).map(|h| h.element.path.as_str()).collect();
    there.sort_unstable();
    there.dedup();
    let overload = there.len() >= OVERLOAD;
    let (title, action) = if overload {
        (
            format!("The visitor hesitated over {}{page}", count(there.len() as u64, "option")),
            format!("Offer fewer options{page}, or put the usual one first"),
        )
    } else {
        (format!("The visitor hesitated before {name}"), format!("Say beside {name} what it does"))
    };
    let grave = overload || longest.ms >= LONG_HESITATION_MS;
    Some(Topic {
        theme: Theme::Choice,
        severity: if grave { Severity::Medium } else { Severity::Low },
        title,
        detail: format!(
            "The pointer was on {name}{page} for {} before the click{}. That is more than twice as long as usual there.",
            duration(longest.ms),
            match found.len() {
                1 => String::new(),
                n => format!(", the longest of {}", count(n as u64, "hesitation")),
            }
        ),
        action,
        rationale: format!(
            "{} went by before a click that should need no thought.",
            sentence(&duration(found.iter().fold(0, |sum, h| h.ms.max(0).saturating_add(sum))))
        ),
        evidence: found.iter().map(|hesitation| Cite(report).hesitation(hesitation)).collect(),
    })
}

/// Scrolling up and down far more than usual: a search.
pub(super) fn reversals(report: &Report) -> Option<Topic> {
    report.summary.scroll.excessive.then(|| searched(report, Severity::Medium))
}

/// What to say of scrolling up and down.
pub(super) fn searched(report: &Report, severity: Severity) -> Topic {
    let scroll = &report.summary.scroll;
    let page = report.pages.iter().max_by(|a, b| a.max_depth.total_cmp(&b.max_depth));
    let of = page.map_or(String::new(), |page| format!(" of {}", page_name(&page.page)));
    Topic {
        theme: Theme::Scroll,
        severity,
        title: format!("The visitor scrolled back and forth {}", times(scroll.reversals)),
        detail: format!(
            "The direction of scrolling changed {} after at least 100 pixels each, down to {} %{of}. People scroll like \
             that when they look for something.",
            times(scroll.reversals),
            rounded(scroll.max_depth)
        ),
        action: format!("Make the parts{of} easier to find: headings, a table of contents, or a search"),
        rationale: format!(
            "{} mean that what was wanted was not where it was looked for.",
            sentence(&count(scroll.reversals, "change of direction"))
        ),
        evidence: vec![Cite(report).scroll()],
    }
}

/// Pages left again at once.
pub(super) fn quick_backs(report: &Report) -> Option<Topic> {
    let backs = &report.summary.quick_backs;
    let shortest = backs.iter().min_by_key(|back| back.after_ms)?;
    let mut from: Vec<String> = backs.iter().map(|back| page_name(&back.from)).collect();
    from.sort();
    from.dedup();
    let pages = list(&from);
    let (was, is) = if from.len() == 1 { ("was", "is") } else { ("were", "are") };
    Some(Topic {
        theme: Theme::Route,
        severity: if backs.len() > 1 { Severity::Medium } else { Severity::Low },
        title: format!("{} {was} not what the visitor expected", sentence(&pages)),
        detail: format!(
            "They returned {} to the page before, the fastest time after {} on {}.",
            times(backs.len() as u64),
            duration(shortest.after_ms),
            page_name(&shortest.from)
        ),
        action: format!("Make the links to {pages} say what {is} behind them"),
        rationale: format!(
            "{} within seconds {} a wrong turn: the link promised something else.",
            count(backs.len() as u64, "return"),
            if backs.len() == 1 { "means" } else { "mean" }
        ),
        evidence: backs.iter().map(|back| Cite(report).quick_back(back)).collect(),
    })
}

/// A shaken pointer.
pub(super) fn thrash(report: &Report) -> Option<Topic> {
    let shakes = &report.summary.pointer.thrash;
    let first = shakes.first()?;
    let page = on_page(report, first.start);
    Some(Topic {
        theme: Theme::Pointer,
        severity: Severity::Low,
        title: format!("The pointer was shaken {}", times(shakes.len() as u64)),
        detail: format!(
            "It went back and forth at high speed{page}, at first for {}. People do that when they wait or have lost \
             track of it.",
            duration(first.duration_ms)
        ),
        action: format!("Look for what made the visitor wait{page}"),
        rationale: format!(
            "{} of the pointer {} to impatience rather than to a goal.",
            sentence(&count(shakes.len() as u64, "shake")),
            if shakes.len() == 1 { "points" } else { "point" }
        ),
        evidence: shakes.iter().map(|shake| Cite(report).thrash(shake)).collect(),
    })
}

/// Typing that is slow or interrupted.
pub(super) fn typing(report: &Report) -> Option<Topic> {
    let typing = &report.summary.typing;
    let between = &typing.interval_ms;
    let slow = between.median > SLOW_INTERVAL_MS || between.max >= LONG_PAUSE_MS;
    (typing.presses >= LEAST_PRESSES && slow).then(|| Topic {
        theme: Theme::Typing,
        severity: Severity::Low,
        title: "Filling in took effort".to_owned(),
        detail: format!(
            "{} came {} apart at the median, and the longest pause was {}.",
            sentence(&count(typing.presses, "key press")),
            duration(between.median as Millis),
            duration(between.max as Millis)
        ),
        action: "Ask for less: fewer fields, an example in each, the browser's autofill allowed".to_owned(),
        rationale: format!(
            "At {} {} a minute people are looking something up or wondering what to enter.",
            rounded(typing.per_minute),
            noun(typing.per_minute.round() as usize, "key press")
        ),
        evidence: vec![Cite(report).typing()],
    })
}
