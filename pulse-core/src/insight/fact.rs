//! Facts: computed statements about one session, each with an id that a claim can cite.

use serde::Serialize;

use super::words::{count, duration, page_name, quote, rounded};
use crate::{
    analyze::{
        Report,
        detect::{Aftermath, ElementRef, Episode, Figure, Finding, FindingKind, Measure, Purpose, Unit},
    },
    model::{Evidence, Millis},
};

/// Most facts of a report: findings come first, then the visit, its pages, its clicks and its episodes.
const MOST: usize = 120;

/// One computed statement about a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// What a claim cites it by: `F1`, `F2`, in order of importance. The same report gives the same ids.
    pub id: String,
    /// What it is a fact of, and so which kinds of claim it supports.
    pub kind: FactKind,
    /// The statement in plain English; each figure in it is one of `figures`.
    pub text: String,
    /// Name of the page it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The element it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<ElementRef>,
    /// When it happened, if at one moment; of several, the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Millis>,
    /// What was measured, with what is usual.
    pub figures: Vec<Figure>,
    /// What came of it, for findings and episodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aftermath: Option<Aftermath>,
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactKind {
    /// The visit as a whole.
    Visit,
    /// The outcome: a goal was reached, or the visit was left from a page without one.
    Outcome,
    /// How much of the recording arrived, where some is missing.
    Recording,
    /// One page, over all its views.
    Page,
    /// The clicks on one element or place.
    Clicks,
    /// A stretch of the visit.
    Episode(Purpose),
    /// Something that went wrong.
    Finding(FindingKind),
}

/// The facts of a report, most important first; at most 120.
pub fn facts(report: &Report) -> Vec<Fact> {
    let diagnosis = &report.diagnosis;
    let mut facts: Vec<Fact> = diagnosis.findings.iter().map(of_finding).collect();
    facts.push(of_visit(report));
    facts.push(of_outcome(report));
    facts.extend(of_recording(report));
    facts.extend(report.pages.iter().map(of_page));
    facts.extend(report.click_places.iter().map(of_clicks));
    facts.extend(diagnosis.episodes.iter().map(of_episode));
    facts.extend(diagnosis.findings.first().and_then(|main| read_before(report, main)).map(of_reading));
    facts.truncate(MOST);
    for (number, fact) in facts.iter_mut().enumerate() {
        fact.id = format!("F{}", number + 1);
    }
    facts
}

impl Fact {
    fn new(kind: FactKind, text: String) -> Self {
        Self {
            id: String::new(),
            kind,
            text,
            page: None,
            element: None,
            at: None,
            figures: Vec::new(),
            aftermath: None,
        }
    }

    /// The fact as evidence of an insight: it leads to a moment of the session, or to an element.
    pub fn evidence(&self, report: &Report) -> Evidence {
        let counted = self.figures.iter().find(|figure| figure.name.unit() == Unit::Count);
        Evidence {
            label: self.text.trim_end_matches('.').to_owned(),
            session_id: Some(report.session_id.clone()),
            timestamp: self.at.or(Some(report.started_at)),
            element: self.element.as_ref().map(|element| element.path.clone()).filter(|path| !path.is_empty()),
            count: counted.map(|figure| figure.value as u64),
        }
    }
}

fn of_finding(finding: &Finding) -> Fact {
    let figures: Vec<String> = finding.figures.iter().map(figure).collect();
    let on = finding.element.as_ref().map_or(String::new(), |element| format!("{} on ", quote(element.name())));
    let what = finding.kind.as_str().replace('_', " ");
    Fact {
        page: Some(finding.page.clone()),
        element: finding.element.clone(),
        at: Some(finding.at()),
        figures: finding.figures.clone(),
        aftermath: Some(finding.aftermath),
        ..Fact::new(
            FactKind::Finding(finding.kind),
            format!("{what}: {on}{}, {}.", page_name(&finding.page), figures.join(", ")),
        )
    }
}

fn of_visit(report: &Report) -> Fact {
    let summary = &report.summary;
    let (views, clicks) = (summary.pages.len() as u64, summary.counts.click);
    Fact {
        at: Some(report.started_at),
        figures: vec![
            Figure::ms(Measure::TimeMs, summary.duration_ms),
            Figure::new(Measure::PageViews, views as f64),
            Figure::new(Measure::Clicks, clicks as f64),
            Figure::new(Measure::Presses, summary.counts.keypress as f64),
            Figure::new(Measure::Shakes, summary.pointer.thrash.len() as f64),
        ],
        ..Fact::new(
            FactKind::Visit,
            format!(
                "The visit took {}, with {}, {}, {} and {}.",
                duration(summary.duration_ms),
                count(views, "page view"),
                count(clicks, "click"),
                count(summary.counts.keypress, "key press"),
                count(summary.pointer.thrash.len() as u64, "shake of the pointer")
            ),
        )
    }
}

fn of_outcome(report: &Report) -> Fact {
    let outcome = &report.diagnosis.outcome;
    match &outcome.reached {
        Some(goal) => Fact {
            page: Some(goal.page.clone()),
            at: Some(goal.at),
            ..Fact::new(FactKind::Outcome, format!("The visit reached its goal on {}.", page_name(&goal.page)))
        },
        None => Fact {
            page: Some(outcome.left_from.clone()),
            at: Some(outcome.left_at),
            ..Fact::new(FactKind::Outcome, format!("The visit ended on {}.", page_name(&outcome.left_from)))
        },
    }
}

/// Below this share of batches received, a recording has gaps.
pub(super) const COMPLETE: f64 = 0.98;

fn of_recording(report: &Report) -> Option<Fact> {
    let share = report.summary.completeness.filter(|share| *share < COMPLETE)?;
    Some(Fact {
        figures: vec![Figure::new(Measure::ReceivedPercent, share * 100.0)],
        ..Fact::new(FactKind::Recording, format!("{} % of the recording arrived.", rounded(share * 100.0)))
    })
}

fn of_page(page: &crate::analyze::PageReport) -> Fact {
    Fact {
        page: Some(page.page.clone()),
        figures: vec![
            Figure::new(Measure::PageViews, page.views as f64),
            Figure::ms(Measure::TimeMs, page.time_ms),
            Figure::new(Measure::DepthPercent, page.max_depth),
            Figure::new(Measure::Clicks, page.clicks as f64),
        ],
        ..Fact::new(
            FactKind::Page,
            format!(
                "{}: {}, {}, seen down to {} %, {}.",
                page_name(&page.page),
                count(page.views, "view"),
                duration(page.time_ms),
                rounded(page.max_depth),
                count(page.clicks, "click")
            ),
        )
    }
}

fn of_clicks(place: &crate::analyze::ClickPlace) -> Fact {
    let label = Some(place.label.clone()).filter(|label| !label.is_empty());
    let element = ElementRef { path: place.element.clone(), label, ..ElementRef::default() };
    let name = if element.name().is_empty() { "a place without an element".to_owned() } else { quote(element.name()) };
    Fact {
        page: Some(place.page.clone()),
        element: Some(element),
        at: Some(place.first_at),
        figures: vec![Figure::new(Measure::Clicks, place.clicks as f64)],
        ..Fact::new(
            FactKind::Clicks,
            format!("{} on {name} of {}.", count(place.clicks, "click"), page_name(&place.page)),
        )
    }
}

fn of_episode(episode: &Episode) -> Fact {
    let what = match episode.purpose {
        Purpose::Reading => "read",
        Purpose::Searching => "searched",
        Purpose::Choosing => "chose",
        Purpose::Filling => "filled in",
        Purpose::Paying => "filled in to pay on",
        Purpose::Waiting => "waited on",
        Purpose::Away => "was away from",
    };
    Fact {
        page: Some(episode.page.clone()),
        at: Some(episode.begin),
        figures: vec![Figure::ms(Measure::TimeMs, episode.ms())],
        aftermath: Some(episode.aftermath),
        ..Fact::new(
            FactKind::Episode(episode.purpose),
            format!("The visitor {what} {} for {}.", page_name(&episode.page), duration(episode.ms())),
        )
    }
}

/// Less reading is a glance, in ms.
const READ_MS: Millis = 8_000;

/// The longest stretch of reading on the page of a finding, up to the finding: what came after it did not lead there. A
/// stretch in which something else was clicked first does not count, nor does a glance.
pub(super) fn read_before(report: &Report, finding: &Finding) -> Option<Episode> {
    let at = finding.at();
    let is_reading = |episode: &&Episode| {
        let clicked = |from, to| report.click_places.iter().any(|place| place.first_at > from && place.first_at < to);
        matches!(episode.purpose, Purpose::Reading | Purpose::Choosing)
            && episode.page == finding.page
            && episode.begin < at
            && !clicked(episode.begin, episode.end.min(at))
    };
    let stretches = report.diagnosis.episodes.iter().filter(is_reading);
    let stretches = stretches.map(|episode| Episode { end: episode.end.min(at), ..episode.clone() });
    stretches.max_by_key(Episode::ms).filter(|longest| longest.ms() >= READ_MS)
}

fn of_reading(read: Episode) -> Fact {
    Fact {
        page: Some(read.page.clone()),
        at: Some(read.begin),
        figures: vec![Figure::ms(Measure::TimeMs, read.ms())],
        ..Fact::new(
            FactKind::Episode(Purpose::Reading),
            format!(
                "The visitor had looked at {} for {} before the first finding.",
                page_name(&read.page),
                duration(read.ms())
            ),
        )
    }
}

/// A figure in words, with what is usual.
fn figure(figure: &Figure) -> String {
    let value = |value: f64| match figure.name.unit() {
        Unit::Count => rounded(value),
        Unit::Ms => duration(value as Millis),
        Unit::Px => format!("{} px", rounded(value)),
        Unit::Percent => format!("{} %", rounded(value)),
    };
    let name = match figure.name {
        Measure::Clicks => "clicks",
        Measure::DeadClicks => "clicks without an answer",
        Measure::Misses => "missed clicks",
        Measure::Errors => "errors",
        Measure::Options => "options",
        Measure::Submits => "times sent",
        Measure::Presses => "key presses",
        Measure::Returns => "returns",
        Measure::Shakes => "shakes of the pointer",
        Measure::TimesSeen => "times in view",
        Measure::TimesAway => "times away",
        Measure::PageViews => "page views",
        Measure::Reversals => "changes of scroll direction",
        Measure::SpanMs => "from first to last",
        Measure::WaitMs => "of waiting",
        Measure::TimeMs => "in all",
        Measure::PauseMs => "longest pause",
        Measure::BeforeClickMs => "before the click",
        Measure::AwayMs => "away",
        Measure::CostMs => "lost",
        Measure::DistancePx => "from the target",
        Measure::SizePx => "in size",
        Measure::ScrolledPx => "scrolled",
        Measure::DepthPercent => "deep",
        Measure::ReceivedPercent => "received",
    };
    let usual = figure.usual.map_or(String::new(), |usual| format!(" (usual: {})", value(usual.value)));
    format!("{} {name}{usual}", value(figure.value))
}
