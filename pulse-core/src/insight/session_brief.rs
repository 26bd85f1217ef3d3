//! What an analyst is told of one session.

use super::{
    Rules,
    brief::{Brief, Citable, Course, FigureUnit},
    fact::{Fact, FactKind, facts},
    words::{count, duration, element_name, page_name, quote, rounded, times},
};
use crate::{
    analyze::{
        Report,
        detect::{Aftermath, ElementRef, Figure, Sort, Unit},
    },
    model::{Evidence, Millis, Subject},
};

/// The facts of a session, with the rules' answer as of `now`.
pub fn session_brief(report: &Report, question: Option<String>, now: Millis) -> Brief {
    let findings = &report.diagnosis.findings;
    let mut all: Vec<Citable> = facts(report).iter().map(|fact| citable(fact, report)).collect();
    // They lead, in the order in which the detectors rank them.
    for (fact, finding) in all.iter_mut().zip(findings) {
        fact.severity = Some(finding.severity());
    }
    all.extend(signals(report));
    for (number, fact) in all.iter_mut().enumerate() {
        fact.id = format!("F{}", number + 1);
    }
    Brief {
        subject: Subject::Session(report.session_id.clone()),
        facts: all,
        rules: Rules::new().analyze(report, now),
        question,
    }
}

fn citable(fact: &Fact, report: &Report) -> Citable {
    let kind = match fact.kind {
        FactKind::Visit => "visit".to_owned(),
        FactKind::Outcome => "outcome".to_owned(),
        FactKind::Page => "page".to_owned(),
        FactKind::Clicks => "clicks".to_owned(),
        FactKind::Recording => "recording".to_owned(),
        FactKind::Episode(purpose) => name_of(&purpose),
        FactKind::Finding(kind) => kind.as_str().to_owned(),
    };
    let mut citable = Citable::new(&*fact.id, kind, &*fact.text, fact.evidence(report));
    citable.time = fact.at.map(|at| into_visit(at, report));
    citable.page = fact.page.as_deref().map(page_name);
    citable.element = fact.element.as_ref().filter(|element| !element.name().is_empty()).map(element);
    citable.names.extend(citable.page.clone());
    if let Some(ElementRef { path, label, .. }) = &fact.element {
        citable.names.extend(label.iter().chain([path]).filter(|name| !name.is_empty()).cloned());
    }
    for figure in &fact.figures {
        let (name, unit) = slot(figure);
        citable = citable.figure(&*name, figure.value, unit);
        if let Some(usual) = figure.usual {
            citable = citable.figure(format!("usual_{name}"), usual.value, unit);
        }
    }
    let is_outcome = fact.kind == FactKind::Outcome;
    citable.outcome = match (is_outcome, &report.diagnosis.outcome.reached, fact.aftermath) {
        (true, Some(_), _) => vec![Course::ReachedGoal],
        (true, None, _) | (_, _, Some(Aftermath::Left | Aftermath::GaveUp)) => vec![Course::Left],
        (_, _, Some(Aftermath::CameBack)) => vec![Course::CameBack],
        _ => Vec::new(),
    };
    citable
}

/// A name as JSON has it.
fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The slot of a figure: its name without its unit, which comes with the value.
fn slot(figure: &Figure) -> (String, FigureUnit) {
    let name = name_of(&figure.name);
    let name = ["_ms", "_px", "_percent"].iter().find_map(|unit| name.strip_suffix(unit)).unwrap_or(&name);
    let unit = match figure.name.unit() {
        Unit::Ms => FigureUnit::Ms,
        Unit::Px => FigureUnit::Px,
        Unit::Percent => FigureUnit::Percent,
        Unit::Count => FigureUnit::Count(match name {
            "clicks" | "dead_clicks" => "click",
            "misses" => "missed click",
            "errors" => "error",
            "options" => "option",
            "presses" => "key press",
            "returns" => "return",
            "page_views" => "page view",
            "reversals" => "change of direction",
            _ => "time",
        }),
    };
    // `time` is when it happened.
    (if name == "time" { "time_spent".to_owned() } else { name.to_owned() }, unit)
}

fn into_visit(at: Millis, report: &Report) -> String {
    match at.saturating_sub(report.started_at) {
        ..500 => "at the start of the visit".to_owned(),
        after => format!("{} into the visit", duration(after)),
    }
}

/// As people see it: the “Pay” button; without a label, what it is.
fn element(element: &ElementRef) -> String {
    if element.label.is_none() {
        return element_name(element);
    }
    let name = quote(element.name());
    let sort = match element.sort {
        Sort::Button => "button",
        Sort::Link => "link",
        Sort::Field => "field",
        Sort::Image => "image",
        Sort::Heading => "heading",
        Sort::Text => "text",
        Sort::Element => return name,
    };
    format!("the {name} {sort}")
}

/// What the pointer, the scrolling and the keys tell of the visit as a whole, as far as there was any.
fn signals(report: &Report) -> Vec<Citable> {
    let summary = &report.summary;
    let (pointer, typing, scroll) = (&summary.pointer, &summary.typing, &summary.scroll);
    let mut facts = Vec::new();
    if pointer.points > 0 {
        let speed = &pointer.speed_px_s;
        let text = format!(
            "The pointer moved at a median speed of {} px/s, and at {} px/s in its fastest movements.",
            rounded(speed.median),
            rounded(speed.p95)
        );
        let fact = whole("pointer", text, report)
            .figure("speed", speed.median, FigureUnit::PxPerSecond)
            .figure("fast", speed.p95, FigureUnit::PxPerSecond)
            .figure("mean_speed", speed.mean, FigureUnit::PxPerSecond)
            .figure("distance", pointer.distance_px, FigureUnit::Px);
        facts.push(match pointer.efficiency {
            Some(share) => fact.figure("directness", share * 100.0, FigureUnit::Percent),
            None => fact,
        });
    }
    facts.extend(hovers(report));
    if scroll.max_depth > 0.0 {
        let turned = match scroll.reversals {
            0 => "its direction did not change".to_owned(),
            n => format!("its direction changed {}", times(n)),
        };
        let text = format!("The deepest scroll reached {} %, and {turned}.", rounded(scroll.max_depth));
        facts.push(whole("scroll", text, report).figure("depth", scroll.max_depth, FigureUnit::Percent).figure(
            "reversals",
            scroll.reversals as f64,
            FigureUnit::Count("change of direction"),
        ));
    }
    if typing.presses > 0 {
        let text = format!("The visitor typed, with {}.", count(typing.presses, "key press"));
        facts.push(
            whole("typing", text, report)
                .figure("presses", typing.presses as f64, FigureUnit::Count("key press"))
                .figure("longest_pause", typing.interval_ms.max, FigureUnit::Ms),
        );
    }
    facts
}

/// The longest rests of the pointer.
fn hovers(report: &Report) -> impl Iterator<Item = Citable> {
    const MOST: usize = 3;
    let mut hovers: Vec<_> = report.summary.hovers.iter().collect();
    hovers.sort_by_key(|hover| std::cmp::Reverse(hover.duration_ms));
    hovers.into_iter().take(MOST).map(|hover| {
        let on = hover.element.as_deref().map_or_else(|| "one place".to_owned(), quote);
        let text = format!("The pointer rested on {on} for {}.", duration(hover.duration_ms));
        let mut fact = whole("hover", text, report).figure("rest", hover.duration_ms as f64, FigureUnit::Ms);
        fact.evidence.timestamp = Some(hover.start);
        fact.evidence.element = hover.element.clone();
        fact.time = Some(into_visit(hover.start, report));
        fact.element = hover.element.as_deref().map(quote);
        fact.names.extend(hover.element.clone());
        fact
    })
}

/// A fact of the whole visit: it leads to its start.
fn whole(kind: &str, text: String, report: &Report) -> Citable {
    let evidence = Evidence {
        label: text.trim_end_matches('.').to_owned(),
        session_id: Some(report.session_id.clone()),
        timestamp: Some(report.started_at),
        element: None,
        count: None,
    };
    Citable::new("", kind, text, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::fixtures;

    #[test]
    fn facts_have_ids_of_their_own_and_lead_to_moments() {
        let report = fixtures::rage();
        let brief = session_brief(&report, None, 1);
        let ids: std::collections::BTreeSet<&str> = brief.facts.iter().map(|fact| fact.id.as_str()).collect();
        assert_eq!(ids.len(), brief.facts.len());
        assert!(brief.facts.iter().all(|fact| fact.evidence.session_id.as_ref() == Some(&report.session_id)));
        let pointer = brief.facts.iter().find(|fact| fact.kind == "pointer").map(|fact| fact.text.as_str());
        assert_eq!(
            pointer,
            Some("The pointer moved at a median speed of 388 px/s, and at 1,302 px/s in its fastest movements.")
        );
        assert_eq!(brief.rules.of, report.session_id.as_str());
    }

    #[test]
    fn a_visit_without_events_has_facts_too() {
        let brief = session_brief(&fixtures::empty(), None, 1);
        assert!(!brief.facts.is_empty() && brief.facts.iter().all(|fact| fact.severity.is_none()));
    }
}
