//! The rules' answer about a page or the site: what to fix first.
//!
//! Every open problem is one insight with its share, and one thing to do with what that should bring. Nothing is added
//! to fill up: where little goes wrong, little is said.

use super::{
    SiteReport,
    phrases::{Phrases, phrases, telling},
};
use crate::{
    analyze::detect::{FindingKind, Unit},
    insight::{
        Rules,
        words::{count, duration, number, page_name, rounded, sentence},
    },
    model::{
        AnalystKind, Evidence, Insight, MainProblem, Millis, Observation, Recommendation, Severity, Source, Subject,
    },
    wire::{Goals, ProblemRow},
};

/// Most insights.
const INSIGHTS: usize = 6;
/// Most recommendations.
const RECOMMENDATIONS: usize = 4;
/// Moments that a statement cites beside its count.
const MOMENTS: usize = 4;
/// Fewer visits on either side, and outcomes are not compared.
const COMPARED: u64 = 10;

/// The rules' answer, made at `now`.
pub fn site_insight(report: &SiteReport, now: Millis) -> Insight {
    let told: Vec<(&ProblemRow, Phrases)> = report.problems.iter().map(|row| (row, phrases(row))).collect();
    let main_problem = match told.first() {
        Some((row, words)) => MainProblem {
            title: words.title.clone(),
            detail: detail(row, words),
            severity: row.severity,
            evidence: evidence(row),
        },
        None => calm(report),
    };
    let observation = |(row, words): &(&ProblemRow, Phrases)| Observation {
        title: words.title.clone(),
        detail: detail(row, words),
        evidence: evidence(row),
    };
    // The main problem is not told twice; what its visits came to is.
    let course = told.first().and_then(|(row, words)| course(row, words));
    let others = told.iter().skip(1).map(observation);
    let recommendation = |(row, words): &(&ProblemRow, Phrases)| Recommendation {
        action: words.action.clone(),
        rationale: gain(row),
        evidence: evidence(row),
    };
    Insight {
        main_problem,
        insights: course.into_iter().chain(others).take(INSIGHTS).collect(),
        recommendations: told.iter().take(RECOMMENDATIONS).map(recommendation).collect(),
        source: Source { analyst: AnalystKind::Rules, model: Rules::MODEL.to_owned(), reason: None, tokens: None },
        generated_at: now,
        of: report.subject.of().to_owned(),
        answer: None,
    }
}

/// "41 of 210 visits of /pay (20 %, between 15 and 25 %) clicked it, and nothing happened: 4.2 clicks a visit."
pub(super) fn detail(row: &ProblemRow, words: &Phrases) -> String {
    let mut detail = format!(
        "{} of {} of {} ({}) {}",
        number(row.hit),
        count(row.seen, "visit"),
        page_name(&row.page),
        interval(row),
        words.what
    );
    if let Some(measured) = measured(row) {
        detail += &format!(": {measured}");
    }
    detail += ".";
    // That they left is all that giving up says.
    if row.left > 0 && row.kind != FindingKind::GivenUp {
        detail += &format!(" {} ended there.", sentence(&count(row.left, "visit")));
    }
    if row.came_back > 0 {
        detail += &format!(" {} went back.", sentence(&count(row.came_back, "visit")));
    }
    detail
}

/// "20 %, between 15 and 25 %".
pub(super) fn interval(row: &ProblemRow) -> String {
    format!("{}, between {} and {}", percent(row.share.value), bare_percent(row.share.low), percent(row.share.high))
}

/// A share as people read it.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", bare_percent(share))
}

fn bare_percent(share: f64) -> String {
    let percent = share * 100.0;
    // A share that is neither none nor all does not read as such.
    if percent > 0.0 && percent < 10.0 { format!("{percent:.1}") } else { rounded(percent) }
}

/// The mean of the figure that says most, with what is usual.
fn measured(row: &ProblemRow) -> Option<String> {
    let (name, called) = telling(row.kind)?;
    let figure = row.figures.iter().find(|figure| figure.name == name)?;
    let value = |value: f64| match name.unit() {
        Unit::Ms => duration(value.round() as Millis),
        Unit::Percent => format!("{} %", rounded(value)),
        Unit::Px => format!("{} px", rounded(value)),
        Unit::Count if value.fract() == 0.0 => rounded(value),
        Unit::Count => format!("{value:.1}"),
    };
    let usual = figure.usual.map_or(String::new(), |usual| format!(", where {} is usual", value(usual.value)));
    Some(format!("{} {called} on average{usual}", value(figure.mean)))
}

/// What the visits that were hit came to, against the others.
fn course(row: &ProblemRow, words: &Phrases) -> Option<Observation> {
    let goals = compared(row)?;
    let fewer = goals.hit.high < goals.not_hit.low;
    let title = match fewer {
        true => "Visits that it hits reach the goal less often",
        false => "Visits that it hits reach the goal about as often as the others",
    };
    let means = match fewer {
        true => "The difference is larger than chance explains.",
        false => "It costs patience more than it costs goals.",
    };
    Some(Observation {
        title: title.to_owned(),
        detail: format!("{}: {} {means}", words.title, against(row, goals)),
        evidence: evidence(row),
    })
}

fn compared(row: &ProblemRow) -> Option<Goals> {
    row.goals.filter(|goals| row.hit >= COMPARED && goals.others >= COMPARED)
}

/// "12 of the 41 visits reached the goal (29 %), and 103 of the 169 others (61 %)."
fn against(row: &ProblemRow, goals: Goals) -> String {
    format!(
        "{} of the {} reached the goal ({}), and {} of the {} ({}).",
        number(goals.hit_reached),
        count(row.hit, "visit"),
        percent(goals.hit.value),
        number(goals.others_reached),
        count(goals.others, "other"),
        percent(goals.not_hit.value)
    )
}

/// What it should bring.
fn gain(row: &ProblemRow) -> String {
    if let Some(goals) = compared(row)
        && goals.hit.high < goals.not_hit.low
    {
        let more = (goals.not_hit.value - goals.hit.value) * row.hit as f64;
        return format!(
            "If the {} hit did as well as the others, some {} more of them would reach the goal ({} instead of {}).",
            count(row.hit, "visit"),
            rounded(more),
            percent(goals.not_hit.value),
            percent(goals.hit.value)
        );
    }
    if row.blocked * 2 >= row.hit {
        return format!("It keeps {} of {} from what they came for.", count(row.blocked, "visit"), number(row.seen));
    }
    let each = row.cost_ms as f64 / row.hit.max(1) as f64;
    if each >= 1000.0 {
        let (each, hit) = (duration(each as Millis), count(row.hit, "visit"));
        return format!("It would spare {hit} of {} some {each} each.", number(row.seen));
    }
    format!("It would spare {} of {} the trouble.", count(row.hit, "visit"), number(row.seen))
}

/// Its count, on its element where it has one, and moments at which it happened.
pub(super) fn evidence(row: &ProblemRow) -> Vec<Evidence> {
    let name = super::phrases::subject(row);
    let kind = row.kind.as_str().replace('_', " ");
    let element = row.element.as_ref().map(|element| element.path.clone()).filter(|path| !path.is_empty());
    let first = row.examples.first();
    let all = Evidence {
        label: format!("{kind}, {name}: {} of {}", number(row.hit), count(row.seen, "visit")),
        session_id: first.map(|first| first.session_id.clone()),
        timestamp: first.map(|first| first.timestamp),
        element: element.clone(),
        count: Some(row.hit),
    };
    let moment = |example: &crate::wire::ProblemExample| Evidence {
        label: format!("{kind}, {name}"),
        session_id: Some(example.session_id.clone()),
        timestamp: Some(example.timestamp),
        element: element.clone(),
        count: None,
    };
    std::iter::once(all).chain(row.examples.iter().skip(1).take(MOMENTS).map(moment)).collect()
}

/// Said when there is nothing to fix.
fn calm(report: &SiteReport) -> MainProblem {
    let of = match &report.subject {
        Subject::Page(page) => format!(" of {}", page_name(page)),
        Subject::Session(_) | Subject::Site => String::new(),
    };
    let detail = match report.visits {
        0 => format!("No visit{of} is recorded."),
        visits => format!("Nothing in {}{of} points to trouble.", count(visits, "visit")),
    };
    MainProblem { title: "Nothing to fix is known".to_owned(), detail, severity: Severity::Low, evidence: Vec::new() }
}
