//! What a statement rests on: chips, and those with a time lead there.

use pulse_core::model::{Evidence, Millis};
use yew::prelude::*;

use crate::format;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) evidence: Vec<Evidence>,
    /// When the session began.
    pub(super) origin: Millis,
    pub(super) on_time: Callback<Millis>,
}

#[component]
pub(super) fn EvidenceChips(props: &Props) -> Html {
    if props.evidence.is_empty() {
        return html! {};
    }
    html! { <ul class="chips" aria-label="Evidence">{ for props.evidence.iter().map(|e| chip(e, props)) }</ul> }
}

fn chip(evidence: &Evidence, props: &Props) -> Html {
    let inside = match evidence.timestamp {
        Some(at) => {
            let on_time = props.on_time.clone();
            let onclick = Callback::from(move |_: MouseEvent| on_time.emit(at));
            html! {
                <button class="chip" type="button" {onclick}>
                    <span class="num">{ format::clock(at - props.origin) }</span>{ " " }{ &evidence.label }
                </button>
            }
        }
        None => html! { <span class="chip">{ &evidence.label }</span> },
    };
    html! { <li>{ inside }</li> }
}
