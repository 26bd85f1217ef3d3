//! What is pointed at, in words, and buttons that step from one thing to the next.

use yew::prelude::*;

use super::icon::icon;
use crate::route::View;

pub(super) struct Props {
    pub(super) said: String,
    /// The visits that are behind it.
    pub(super) link: Option<View>,
    /// Whether screen readers speak it: when it was stepped to, not while a pointer passes.
    pub(super) aloud: bool,
    /// Whether there is anything to step to.
    pub(super) steps: bool,
    pub(super) on_step: Callback<bool>,
}

pub(super) fn readout(props: &Props) -> Html {
    let button = |forward: bool, label: &'static str, name: &str| {
        let on_step = props.on_step.clone();
        let onclick = Callback::from(move |_: MouseEvent| on_step.emit(forward));
        html! {
            <button class="bare" type="button" aria-label={label} disabled={!props.steps} {onclick}>{ icon(name) }</button>
        }
    };
    html! {
        <div class="readout">
            { button(false, "Previous mark", "back") }
            { button(true, "Next mark", "next") }
            <p class="small num" aria-live={if props.aloud { "polite" } else { "off" }}>
                if let Some(link) = &props.link {
                    <a href={link.to_string()}>{ &props.said }{ " · see their visits" }</a>
                } else {
                    { &props.said }
                }
            </p>
        </div>
    }
}
