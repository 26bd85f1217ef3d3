//! What is no problem in itself, but worth a look.

use super::{
    paths,
    topic::{Theme, Topic},
};
use crate::{
    analyze::Report,
    insight::{
        evidence::Cite,
        words::{count, duration, page_name, rounded, sentence, times},
    },
    model::{Millis, Severity},
};

/// Fewer changes of scroll direction are ordinary reading.
const SOME_REVERSALS: u64 = 4;
/// A page whose visitor stayed for [`STAYED_MS`] and saw less of it than this was not read to the end.
const SHALLOW_PERCENT: f64 = 50.0;
const STAYED_MS: Millis = 5_000;
/// A first click later than this means that the way on was not obvious.
const SLOW_START_MS: Millis = 10_000;
/// So many times hidden or shown, the tab was left and taken up again.
const TAB_CHANGES: u64 = 4;
/// A pointer that travels twice the straight way, or more, wanders.
const WANDERING: f64 = 0.5;

/// Every hint, most telling first.
pub(super) const ALL: [fn(&Report) -> Option<Topic>; 6] =
    [paths::short_hesitation, some_reversals, shallow_scroll, slow_start, tab_changes, wandering];

fn some_reversals(report: &Report) -> Option<Topic> {
    let scroll = &report.summary.scroll;
    (!scroll.excessive && scroll.reversals >= SOME_REVERSALS).then(|| paths::searched(report, Severity::Low))
}

fn shallow_scroll(report: &Report) -> Option<Topic> {
    let shallow = |page: &&crate::analyze::PageReport| {
        page.time_ms >= STAYED_MS && page.max_depth > 0.0 && page.max_depth < SHALLOW_PERCENT
    };
    let page = report.pages.iter().filter(shallow).max_by_key(|page| page.time_ms)?;
    let name = page_name(&page.page);
    let depth = rounded(page.max_depth);
    Some(Topic {
        theme: Theme::Scroll,
        severity: Severity::Low,
        title: format!("Only the top {depth} % of {name} came into view"),
        detail: format!(
            "The visitor stayed on {name} for {} and never saw what is below {depth} %.",
            duration(page.time_ms)
        ),
        action: format!("Move what matters on {name} into its first {depth} %"),
        rationale: format!("This visitor never scrolled further, in {}.", count(page.views, "view")),
        evidence: vec![Cite(report).page(page)],
    })
}

fn slow_start(report: &Report) -> Option<Topic> {
    let (page, after) = report
        .pages
        .iter()
        .filter_map(|page| page.first_click_after_ms.map(|after| (page, after)))
        .filter(|(_, after)| *after >= SLOW_START_MS)
        .max_by_key(|(_, after)| *after)?;
    let name = page_name(&page.page);
    Some(Topic {
        theme: Theme::Time,
        severity: Severity::Low,
        title: format!("The way on from {name} was not obvious at once"),
        detail: format!("The first click on {name} came after {}.", duration(after)),
        action: format!("Give {name} one clear next step, visible without scrolling"),
        rationale: format!("{} went by before anything was clicked.", sentence(&duration(after))),
        evidence: vec![Cite(report).page(page)],
    })
}

fn tab_changes(report: &Report) -> Option<Topic> {
    let changes = report.summary.counts.visibility;
    (changes >= TAB_CHANGES).then(|| Topic {
        theme: Theme::Tab,
        severity: Severity::Low,
        title: "The visitor went to other tabs and came back".to_owned(),
        detail: format!(
            "The tab was hidden or shown {} in {}. People do that to compare, or to look something up.",
            times(changes),
            duration(report.summary.duration_ms)
        ),
        action: "Put on the page what visitors look up elsewhere: comparisons, delivery, returns".to_owned(),
        rationale: format!("Attention left this page and returned, {}.", count(changes, "change of visibility")),
        evidence: vec![Cite(report).visibility()],
    })
}

fn wandering(report: &Report) -> Option<Topic> {
    let efficiency = report.summary.pointer.efficiency.filter(|share| *share > 0.0 && *share < WANDERING)?;
    let share = rounded(efficiency * 100.0);
    Some(Topic {
        theme: Theme::Pointer,
        severity: Severity::Low,
        title: "The pointer took detours on its way to the clicks".to_owned(),
        detail: format!(
            "On the movements that ended in a click, the straight line is {share} % of the distance travelled. The \
             target was not where the visitor looked first."
        ),
        action: "Place what is clicked most where the eye arrives first".to_owned(),
        rationale: format!("The shortest way was {share} % of the one taken."),
        evidence: vec![Cite(report).pointer(), Cite(report).clicks()],
    })
}
