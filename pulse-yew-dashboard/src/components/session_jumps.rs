//! Ways for a keyboard past what is of no interest: a step to each part of a session.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// The parts, by their ids.
const PARTS: [(&str, &str); 4] =
    [("trails", "Mouse trails"), ("clicks", "Clicks"), ("film", "Replay"), ("insights", "Insights")];

pub(super) fn session_jumps() -> Html {
    let jump = |(id, name): (&'static str, &'static str)| {
        let onclick = Callback::from(move |_: MouseEvent| {
            let part = document().get_element_by_id(id).and_then(|part| part.dyn_into::<HtmlElement>().ok());
            // A part that is not there yet cannot take the focus.
            let _ = part.map(|part| part.focus());
        });
        html! { <button class="skip" type="button" {onclick}>{ format!("Go to {name}") }</button> }
    };
    html! { <nav class="jumps" aria-label="Parts of the session">{ for PARTS.map(jump) }</nav> }
}
