//! Standing advice: what a calm visit still tells one to do.

use crate::{
    analyze::Report,
    insight::{
        evidence::Cite,
        words::{count, duration, page_name, rounded},
    },
    model::{Evidence, Recommendation},
};

/// Below this share of batches received, a recording has gaps.
const COMPLETE: f64 = 0.98;

/// At least three, most useful first.
pub(super) fn standing(report: &Report) -> Vec<Recommendation> {
    [gaps(report), Some(longest_page(report)), Some(more_visits(report)), Some(window(report))]
        .into_iter()
        .flatten()
        .collect()
}

fn advice(action: String, rationale: String, evidence: Vec<Evidence>) -> Recommendation {
    Recommendation { action, rationale, evidence }
}

fn gaps(report: &Report) -> Option<Recommendation> {
    let share = report.summary.completeness.filter(|share| *share < COMPLETE)?;
    Some(advice(
        "Find out why parts of this recording are missing".to_owned(),
        format!("{} % of what the tracker made has arrived, so the figures here are too low.", rounded(share * 100.0)),
        vec![Cite(report).visit()],
    ))
}

fn longest_page(report: &Report) -> Recommendation {
    match report.pages.iter().max_by_key(|page| page.time_ms) {
        Some(page) => advice(
            format!("Compare the time on {} with other visits", page_name(&page.page)),
            format!(
                "It took {} of {}; whether that is interest or difficulty, further visits will tell.",
                duration(page.time_ms),
                duration(report.summary.duration_ms)
            ),
            vec![Cite(report).page(page)],
        ),
        None => advice(
            "Check that the tracker is on every page".to_owned(),
            "This visit has no page view, although it was begun.".to_owned(),
            vec![Cite(report).visit(), Cite(report).route()],
        ),
    }
}

fn more_visits(report: &Report) -> Recommendation {
    advice(
        "Collect more visits before changing anything".to_owned(),
        format!(
            "One visit with {} and {} is one person; a pattern takes several.",
            count(report.summary.counts.click, "click"),
            count(report.summary.pages.len() as u64, "page view")
        ),
        vec![Cite(report).clicks(), Cite(report).route()],
    )
}

fn window(report: &Report) -> Recommendation {
    let (action, rationale) = match report.viewport {
        Some(size) => (
            "Look at the same pages in other window sizes".to_owned(),
            format!("This visit saw them in {} by {} pixels only.", size.w.round() as u32, size.h.round() as u32),
        ),
        None => (
            "Use the site once yourself and compare the recording".to_owned(),
            format!(
                "In this one, which lasted {}, the window's size is not known.",
                duration(report.summary.duration_ms)
            ),
        ),
    };
    advice(action, rationale, vec![Cite(report).visit()])
}
