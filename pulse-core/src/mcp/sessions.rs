//! Visits: those that match, and one in full.

use super::{
    agent::Agent,
    answer::{Answer, data, span, time},
    arguments::{ExplainSession, FindSessions, limit},
    definitions::{LIMITS, phrase},
    pages::named,
    problems::{element, measure, value},
    refusal::Refusal,
};
use crate::{
    analyze::{Report, detect::Finding},
    model::{Exclusion, SessionId},
    wire::{Query, SessionRow, SessionSort, SessionsQuery},
};

/// Page views of a visit.
const VIEWS: usize = 25;

/// Findings of a visit, the gravest first.
const FINDINGS: usize = 12;

impl Agent {
    pub(super) async fn find_sessions(&self, asked: Result<FindSessions, Refusal>) -> Result<String, Refusal> {
        let asked = asked?;
        let sort = match asked.sort.as_deref() {
            None | Some("recent") => SessionSort::Recent,
            Some("started") => SessionSort::Started,
            Some("frustration") => SessionSort::Frustration,
            Some(_) => {
                return Err(Refusal::new("sort is recent, started or frustration. Correct it and call again."));
            }
        };
        let query = SessionsQuery {
            limit: Some(limit(asked.limit)?),
            cursor: asked.cursor,
            page: asked.page,
            q: asked.words,
            from: asked.from.map(|time| time.0),
            to: asked.to.map(|time| time.0),
            device: asked.device,
            min_frustration: asked.min_frustration,
            has_rage: asked.has_rage,
            has_errors: asked.has_errors,
            sort,
            ..SessionsQuery::default()
        };
        // As a query of an address it is checked to the letter.
        let query = SessionsQuery::parse(&query.to_query_string())?;
        let found = self.engine.sessions(query).await?;
        let mut end = String::new();
        if let Some(next) = &found.next_cursor {
            end.push_str(&format!("next_cursor: {next}\n"));
        }
        end.push_str("explain_session with an id tells what happened in it.\n");
        let mut answer = Answer::new(&format!("{} visits match.", found.total), &end);
        found.sessions.iter().for_each(|row| answer.add(&row_line(row)));
        Ok(answer.finish())
    }

    pub(super) async fn explain_session(&self, asked: Result<ExplainSession, Refusal>) -> Result<String, Refusal> {
        let id: SessionId = asked?.session_id.parse().map_err(|_| {
            Refusal::new("session_id is 8 to 64 letters, digits, - and _; find_sessions lists the ids there are.")
        })?;
        let report = self.engine.report(&id).await?;
        let Report { summary, diagnosis, .. } = &report;
        let mut answer = Answer::new(&format!("Visit {id}, of n=1."), &format!("{LIMITS}\n"));
        answer.add(&format!(
            "started {}, on {}, {} long, active {}; {} clicks, {} rage bursts, {} dead clicks, {} clicks into an error; \
             frustration {}",
            time(report.started_at),
            report.device.as_str(),
            span(summary.duration_ms as f64),
            span(summary.active_ms as f64),
            summary.counts.click,
            summary.counts.rage,
            summary.counts.dead,
            summary.counts.error_click,
            summary.frustration.score,
        ));
        if let Some(completeness) = summary.completeness.filter(|received| *received < 1.0) {
            answer.add(&format!("only {:.0}% of the recording was received", completeness * 100.0));
        }
        answer.add(&match &diagnosis.outcome.reached {
            Some(goal) => format!("reached its goal on {} at {}", data(&goal.page), time(goal.at)),
            None => format!("reached no goal; left from {}", data(&diagnosis.outcome.left_from)),
        });
        diagnosis.findings.iter().take(FINDINGS).for_each(|finding| answer.add(&finding_line(finding)));
        for view in summary.pages.iter().take(VIEWS) {
            answer.add(&format!(
                "{} page {} for {}, scrolled to {:.0}%",
                time(view.entered_at),
                data(&view.page),
                span(view.time_ms as f64),
                view.max_depth
            ));
        }
        for burst in summary.rage.iter().filter(|burst| burst.suppressed.is_none()).take(FINDINGS) {
            let on = burst.element.as_ref().map_or_else(|| "no element".to_owned(), named);
            answer.add(&format!("{} rage: {} clicks on {on}", time(burst.start), burst.count));
        }
        for hesitation in summary.hesitations.iter().take(FINDINGS) {
            let ms = span(hesitation.ms as f64);
            answer.add(&format!("{} hesitated {ms} before {}", time(hesitation.at), named(&hesitation.element)));
        }
        Ok(answer.finish())
    }
}

fn row_line(row: &SessionRow) -> String {
    format!(
        "{}: started {}, {} long, {}, first page {}, {} pages, {} clicks, {} rage bursts, {} script errors, frustration \
         {}{}{}",
        row.session_id,
        time(row.started_at),
        span(row.duration_ms as f64),
        row.device.as_str(),
        data(&row.page_url),
        row.pages.len(),
        row.clicks,
        row.rage_clicks,
        row.errors,
        row.frustration,
        if row.live { ", live now" } else { "" },
        match row.excluded {
            Some(Exclusion::Bot) => ", not counted: a bot",
            Some(_) => ", not counted: one address too many times",
            None => "",
        },
    )
}

fn finding_line(finding: &Finding) -> String {
    let mut text = format!("{} {}: {}", time(finding.at()), finding.kind.as_str(), phrase(finding.kind));
    text.push_str(&format!("\n   page {}", data(&finding.page)));
    if let Some(of) = &finding.element {
        text.push_str(&format!(", element {}", element(of)));
    }
    if let Some(of) = &finding.other {
        text.push_str(&format!(", with {}", element(of)));
    }
    if let Some(error) = &finding.error {
        text.push_str(&format!(", script error {}", data(error)));
    }
    text.push_str(&format!("\n   {} times, cost {}", finding.count, span(finding.cost_ms as f64)));
    for figure in &finding.figures {
        text.push_str(&format!(", {} {}", measure(figure.name), value(figure.name, figure.value)));
        if let Some(usual) = figure.usual {
            text.push_str(&format!(" (usual {}, n={})", value(figure.name, usual.value), usual.n));
        }
    }
    text
}
