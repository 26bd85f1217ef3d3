//! What a statement rests on: moments, elements, or counts. What can be looked at is a way there.

use pulse_core::model::{Evidence, Millis, Subject};
use yew::prelude::*;

use crate::{
    format,
    route::{Filter, View},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) evidence: Vec<Evidence>,
    /// When the session began.
    pub(super) origin: Millis,
    /// What the statement is about.
    pub(super) subject: Subject,
    /// Shows a time of the session that is shown; of others, it is a link.
    pub(super) on_time: Option<Callback<Millis>>,
}

pub(super) fn evidence_chips(props: &Props) -> Html {
    if props.evidence.is_empty() {
        return html! {};
    }
    html! { <ul class="chips" aria-label="Evidence">{ for props.evidence.iter().zip(labels(&props.evidence)).map(|(e, label)| chip(e, &label, props)) }</ul> }
}

/// What each is called. Visits that are called alike are told apart by numbers.
fn labels(evidence: &[Evidence]) -> Vec<String> {
    let mut visits = 0;
    let mut label = |one: &Evidence| {
        let is_alike = evidence.iter().filter(|other| other.label == one.label).count() > 1;
        if is_alike && one.session_id.is_some() {
            visits += 1;
            return format!("Visit {visits}");
        }
        one.label.clone()
    };
    evidence.iter().map(&mut label).collect()
}

fn chip(evidence: &Evidence, label: &str, props: &Props) -> Html {
    let inside = match (evidence.timestamp, &props.on_time) {
        (Some(at), Some(on_time)) => {
            let on_time = on_time.clone();
            let onclick = Callback::from(move |_: MouseEvent| on_time.emit(at));
            html! {
                <button class="chip" type="button" {onclick}>
                    <span class="num">{ format::clock(at - props.origin) }</span>{ " " }{ label }
                </button>
            }
        }
        _ => match target(evidence, &props.subject) {
            Some(view) => html! { <a class="chip" href={view.to_string()}>{ label }</a> },
            None => html! { <span class="chip">{ label }</span> },
        },
    };
    html! { <li>{ inside }</li> }
}

/// Where evidence of many sessions is looked at: the moment, or the sessions that clicked the element.
fn target(evidence: &Evidence, subject: &Subject) -> Option<View> {
    if let Some(id) = evidence.session_id.clone() {
        return Some(View::Session { id, page: None, at: evidence.timestamp, problem: None });
    }
    match (subject, &evidence.element) {
        (Subject::Page(page), Some(element)) => {
            Some(View::Sessions(Filter { element: Some(element.clone()), ..Filter::of_page(Some(page.clone())) }))
        }
        (Subject::Page(page), None) => Some(View::of_page(page.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn evidence_leads_to_a_moment_an_elements_sessions_or_the_page() {
        let evidence = |session: Option<&str>, element: Option<&str>| Evidence {
            label: "x".to_owned(),
            session_id: session.map(|id| id.parse().unwrap()),
            timestamp: session.map(|_| 5),
            element: element.map(str::to_owned),
            count: None,
        };
        let to = |of: &Evidence, subject: &Subject| target(of, subject).map(|view| view.to_string());
        let page = Subject::Page("/pay".to_owned());
        assert_eq!(to(&evidence(Some("session-0001"), None), &Subject::Site).unwrap(), "#/sessions/session-0001?t=5");
        assert_eq!(to(&evidence(None, Some("#pay")), &page).unwrap(), "#/sessions?page=%2Fpay&element=%23pay");
        assert_eq!(to(&evidence(None, None), &page).unwrap(), "#/pages?page=%2Fpay");
        assert_eq!(to(&evidence(None, Some("#pay")), &Subject::Site), None);
    }

    #[test]
    fn visits_that_are_called_alike_have_numbers() {
        let one = |label: &str, session: Option<&str>| Evidence {
            label: label.to_owned(),
            session_id: session.map(|id| id.parse().unwrap()),
            timestamp: None,
            element: None,
            count: None,
        };
        let visits = [Some("session-0001"), Some("session-0002")].map(|id| one("Pay", id));
        let [first, second] = visits;
        let all = [first, one("The page", None), second, one("Last", Some("session-0003"))];
        assert_eq!(labels(&all), ["Visit 1", "The page", "Visit 2", "Last"]);
    }
}
