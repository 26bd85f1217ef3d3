//! Problems that are ignored or fixed: what has become of them, and the way back.

use std::rc::Rc;

use pulse_core::{analyze::problems::ProblemStatus, model::Millis, wire::ProblemState};
use yew::prelude::*;

use super::time_ago;
use crate::{
    browser::{self, Dispatch},
    format,
    state::{Action, Fixed, Problem},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) decided: Option<Rc<Vec<Problem>>>,
    pub(super) now: Millis,
    /// A decision waits for the server.
    pub(super) busy: bool,
    pub(super) dispatch: Dispatch,
}

pub(super) fn decided(props: &Props) -> Html {
    let Some(decided) = props.decided.as_ref().filter(|decided| !decided.is_empty()) else { return html! {} };
    html! {
        <details class="card decided">
            <summary class="num">{ format!("Ignored and fixed, {}", format::grouped(decided.len() as u64)) }</summary>
            <ul>{ for decided.iter().map(|row| item(row, props)) }</ul>
        </details>
    }
}

fn item(row: &Problem, props: &Props) -> Html {
    let onclick = {
        let (dispatch, id, title) = (props.dispatch.clone(), row.id.clone(), row.title.clone());
        Callback::from(move |_: MouseEvent| {
            let (id, title, status) = (id.clone(), title.clone(), ProblemStatus::Open);
            dispatch.dispatch(Action::ProblemDecided { id, title, status });
        })
    };
    let is_fixed = row.status == ProblemState::Fixed;
    html! {
        <li key={row.id.as_str()}>
            <div>
                <p>{ &row.title }</p>
                <p class="small quiet num">
                    { if is_fixed { "Fixed " } else { "Ignored " } }
                    if let Some(at) = row.status_at { { time_ago::time_ago(&time_ago::Props { at, now: props.now }) } }
                    if let Some(fixed) = Fixed::of(row).filter(|_| is_fixed) { { format!(". {}.", fixed.words()) } }
                    if let Some(at) = row.status_at.filter(|at| is_fixed && Fixed::watched_from(*at) > props.now) {
                        { " Watching from " }{ browser::local_clock(Fixed::watched_from(at)) }{ "." }
                    }
                </p>
            </div>
            <button class="plain small" type="button" disabled={props.busy} aria-label={format!("Undo: {}", row.title)} {onclick}>{ "Undo" }</button>
        </li>
    }
}
