//! Problems: the list, one in full, and its mark.

use super::{
    agent::Agent,
    answer::{Answer, data, day, share, span, time},
    arguments::{ExplainProblem, ListProblems, MarkProblem, Visits, limit},
    definitions::{LIMITS, phrase, uri, where_to_look},
    refusal::Refusal,
};
use crate::{
    analyze::{
        detect::{ElementRef, FindingKind, Measure, Unit},
        problems::{ProblemId, ProblemMark, ProblemStatus, Share95},
    },
    model::Severity,
    wire::{
        MarkRequest, MeanFigure, ProblemAnswer, ProblemDay, ProblemQuery, ProblemRow, ProblemState, ProblemsQuery,
        Query,
    },
};

/// Days that are listed of a problem, the latest.
const DAYS: usize = 14;

/// Visits to look at.
const EXAMPLES: usize = 5;

impl Agent {
    pub(super) async fn list_problems(&self, asked: Result<ListProblems, Refusal>) -> Result<String, Refusal> {
        let asked = asked?;
        let visits = Visits { from: asked.from, to: asked.to, device: asked.device, ..Visits::default() };
        let query = ProblemsQuery {
            page: asked.page,
            visits: visits.query(),
            kind: asked.kind.as_deref().map(kind).transpose()?,
            status: asked.status.as_deref().map(state).transpose()?,
            limit: Some(limit(asked.limit)?),
            cursor: asked.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| {
                Refusal::new("cursor is not a next_cursor of this list. Leave it out to begin at the top.")
            })?,
            ..ProblemsQuery::default()
        };
        query.check()?;
        let found = self.engine.problems(query).await?;
        let problems = if found.total == 1 { "problem" } else { "problems" };
        let heading = format!("{} {problems} over n={} recorded visits, worst first.", found.total, found.visits);
        let mut end = String::new();
        if found.partial {
            end.push_str("Not all visits were counted in time: call again for the rest.\n");
        }
        if let Some(next) = &found.next_cursor {
            end.push_str(&format!("next_cursor: {next}\n"));
        }
        end.push_str("explain_problem with an id gives figures, days, and where to look.\n");
        if found.total == 0 {
            end.push_str("No problem does not mean that all is well: it takes visits to see one.\n");
        }
        let mut answer = Answer::new(&heading, &end);
        for (row, place) in found.problems.iter().zip(1..) {
            answer.add(&format!("{place}. {}", lines(row)));
        }
        Ok(answer.finish())
    }

    pub(super) async fn explain_problem(&self, asked: Result<ExplainProblem, Refusal>) -> Result<String, Refusal> {
        let asked = asked?;
        let id = id(&asked.id)?;
        let visits = Visits { from: asked.from, to: asked.to, device: asked.device, ..Visits::default() };
        let query = ProblemQuery { visits: visits.query() };
        query.check()?;
        let ProblemAnswer { problem, days, visits, partial } = self.engine.problem(&id, query).await?;
        let mut end =
            format!("Where to look: {} Definition: {}\n{LIMITS}\n", where_to_look(problem.kind), uri(problem.kind));
        if partial {
            end.insert_str(0, "Not all visits were counted in time: call again for the rest.\n");
        }
        let mut answer = Answer::new(&format!("Problem {id}, over n={visits} recorded visits."), &end);
        answer.add(&lines(&problem));
        answer.add(&effect(&problem));
        answer.add(&began(&problem, &days));
        for figure in &problem.figures {
            answer.add(&figure_line(figure));
        }
        for example in problem.examples.iter().take(EXAMPLES) {
            answer.add(&format!("see session {} at {}", example.session_id, time(example.timestamp)));
        }
        for ProblemDay { day: at, hit, seen } in days.iter().rev().take(DAYS) {
            answer.add(&format!("day {}: {hit} of n={seen} visits hit", day(*at)));
        }
        Ok(answer.finish())
    }

    pub(super) async fn mark_problem(&self, asked: Result<MarkProblem, Refusal>) -> Result<String, Refusal> {
        let MarkProblem { id: asked, status, note } = asked?;
        let status = ProblemStatus::from_name(&status)
            .ok_or_else(|| Refusal::new("status is open, ignored or fixed. Correct it and call again."))?;
        if note.as_ref().is_some_and(|note| note.chars().count() > ProblemMark::NOTE) {
            return Err(Refusal::new(format!("note has at most {} characters. Shorten it.", ProblemMark::NOTE)));
        }
        let note = note.filter(|note| !note.trim().is_empty());
        let marked = self.engine.set_mark(id(&asked)?, MarkRequest { status, note }).await?;
        let next = match status {
            ProblemStatus::Fixed => " If visits are hit again, its status becomes regressed.",
            _ => "",
        };
        Ok(format!("Problem {} is now {}.{next}\n", marked.id, marked.status.as_str()))
    }
}

/// A problem in some lines: what, where, how much.
pub(super) fn lines(row: &ProblemRow) -> String {
    let mut text = format!("[{}] {}: {}", row.id, row.kind.as_str(), phrase(row.kind));
    text.push_str(&format!("\n   page {}", data(&row.page)));
    match (&row.element, row.place) {
        (Some(of), _) => text.push_str(&format!(", element {}", element(of))),
        (None, Some((x, y))) => text.push_str(&format!(", no element, at x={x} y={y} of the page")),
        (None, None) => {}
    }
    if let Some(other) = &row.other {
        text.push_str(&format!("\n   with the other element {}", element(other)));
    }
    if let Some(other) = &row.other_page {
        text.push_str(&format!("\n   with the other page {}", data(other)));
    }
    if let Some(error) = &row.error {
        text.push_str(&format!("\n   script error {}", data(error)));
    }
    text.push_str(&format!(
        "\n   {} visits that saw the page were hit, {} times; severity {}, status {}",
        share(row.hit, row.seen),
        row.times,
        severity(row.severity),
        status(row.status),
    ));
    text.push_str(&format!("\n   first seen {}, last seen {}", time(row.first_seen), time(row.last_seen)));
    text
}

fn effect(row: &ProblemRow) -> String {
    let of = row.hit;
    let mut text = format!(
        "Effect, of the n={of} visits hit: {} blocked from their goal, {} ended there, {} tried something else, {} went \
         back; it cost {} altogether.",
        row.blocked,
        row.left,
        row.gave_up,
        row.came_back,
        span(row.cost_ms as f64),
    );
    if let Some(goals) = &row.goals {
        let hit = share(goals.hit_reached, row.hit);
        text.push_str(&format!(
            "\nGoal reached by {hit} of those hit, and by {} of the other visits.",
            share(goals.others_reached, goals.others)
        ));
    }
    if let Some(note) = &row.note {
        text.push_str(&format!("\nNote of who set the status: {}", data(note)));
    }
    text
}

/// Since when it is there, and whether it was not there before.
fn began(row: &ProblemRow, days: &[ProblemDay]) -> String {
    let first = days.iter().position(|day| day.hit > 0).unwrap_or(days.len());
    let (before, since) = days.split_at(first);
    let seen: u64 = before.iter().map(|day| day.seen).sum();
    let (hit, of) = since.iter().fold((0, 0), |(hit, of), day| (hit + day.hit, of + day.seen));
    let mut text = format!("Began {}.", time(row.first_seen));
    if before.is_empty() {
        text.push_str(" It is there since the first recorded day of this page, so it may be older.");
    } else if Share95::new(0, seen).high < Share95::new(hit, of).low {
        text.push_str(&format!(
            " Before, n={seen} visits on {} days saw the page and none was hit, which chance does not explain: look at \
             what changed then.",
            before.len()
        ));
    } else {
        text.push_str(&format!(
            " Before, n={seen} visits on {} days saw the page and none was hit, which may be chance.",
            before.len()
        ));
    }
    text
}

fn figure_line(MeanFigure { name, mean, n, usual }: &MeanFigure) -> String {
    let mut text = format!("figure {}: mean {} (n={n})", measure(*name), value(*name, *mean));
    if let Some(usual) = usual {
        text.push_str(&format!(", usual {} (n={})", value(*name, usual.value), usual.n));
    }
    text
}

pub(super) fn value(name: Measure, value: f64) -> String {
    match name.unit() {
        Unit::Count => format!("{value:.1}"),
        Unit::Ms => span(value),
        Unit::Px => format!("{value:.0} px"),
        Unit::Percent => format!("{value:.0} %"),
    }
}

pub(super) fn measure(name: Measure) -> String {
    serde_json::to_value(name).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// An element: what it is called, what it is, where it is found.
pub(super) fn element(of: &ElementRef) -> String {
    let sort = serde_json::to_value(of.sort).ok().and_then(|sort| sort.as_str().map(str::to_owned)).unwrap_or_default();
    let label = of.label.as_deref().map_or_else(|| "without a label".to_owned(), data);
    match of.path.as_str() {
        "" => format!("{label} ({sort}), path not known"),
        path => format!("{label} ({sort}), path {}", data(path)),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
    }
}

fn status(state: ProblemState) -> &'static str {
    match state {
        ProblemState::Open => "open",
        ProblemState::Ignored => "ignored",
        ProblemState::Fixed => "fixed",
        ProblemState::Regressed => "regressed (it was fixed, and is back)",
    }
}

fn state(name: &str) -> Result<ProblemState, Refusal> {
    match name {
        "open" => Ok(ProblemState::Open),
        "ignored" => Ok(ProblemState::Ignored),
        "fixed" => Ok(ProblemState::Fixed),
        "regressed" => Ok(ProblemState::Regressed),
        _ => Err(Refusal::new("status is open, ignored, fixed or regressed. Correct it and call again.")),
    }
}

fn kind(name: &str) -> Result<FindingKind, Refusal> {
    FindingKind::from_name(name).ok_or_else(|| {
        let kinds: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Refusal::new(format!("kind is one of {}. Correct it and call again.", kinds.join(", ")))
    })
}

fn id(text: &str) -> Result<ProblemId, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new("id is 16 hexadecimal digits in lower case; list_problems lists the ids there are."))
}
