//! Whose session it is: name, device, length, completeness, and the button that asks for insights.

use std::rc::Rc;

use yew::prelude::*;

use super::icon::icon;
use crate::{
    browser, format,
    route::{Filter, View},
    state::Figures,
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) answer: Option<Rc<Figures>>,
    pub(super) back: Filter,
    pub(super) busy: bool,
    /// Insights were generated before.
    pub(super) again: bool,
    pub(super) on_generate: Callback<MouseEvent>,
}

#[component]
pub(super) fn SessionHead(props: &Props) -> Html {
    let Props { answer, back, busy, again, on_generate } = props;
    let label = match (busy, again) {
        (true, _) => "Getting insights",
        (false, true) => "Get insights again",
        (false, false) => "Get insights",
    };
    html! {
        <header class="head">
            <div class="who">
                <a class="back" href={View::Sessions(back.clone()).to_string()}>{ icon("back") }{ "Sessions" }</a>
                if let Some(answer) = answer {
                    { who(answer) }
                } else {
                    <h1 class="pending">{ "Visit" }</h1>
                    <p class="facts small pending">{ "Loading" }</p>
                }
            </div>
            <button type="button" data-testid="generate-insights" onclick={on_generate.clone()}
                disabled={*busy || answer.is_none()}>{ label }</button>
        </header>
    }
}

fn who(answer: &Figures) -> Html {
    let (row, summary) = (&answer.session, &answer.summary);
    let device = match row.viewport {
        Some(size) => format!("{}, {} × {}", format::device(row.device), size.w, size.h),
        None => format::device(row.device).to_owned(),
    };
    let lost = summary
        .completeness
        .filter(|share| *share < 1.0)
        .map(|share| format!("{} of the visit recorded", format::percent(share)));
    html! {
        <>
            <h1>{ format::name(row) }</h1>
            <ul class="facts small quiet num">
                if row.live { <li><span class="live"></span>{ "Live" }</li> }
                <li>{ device }</li>
                <li>{ format::duration(summary.duration_ms) }</li>
                <li>{ format::count(row.pages.len() as u64, "page") }</li>
                if let Some(lost) = lost { <li>{ lost }</li> }
                <li>
                    <time datetime={browser::iso_time(row.started_at)}>{ browser::local_time(row.started_at) }</time>
                </li>
                if let Some(id) = row.visitor_id.clone() {
                    <li><a href={View::Visitor { id, page: None }.to_string()}>{ "This visitor's visits" }</a></li>
                }
            </ul>
        </>
    }
}
