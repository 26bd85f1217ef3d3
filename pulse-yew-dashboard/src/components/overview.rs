//! Home: what to fix first, on all pages or on one, under how many sessions there are.

use pulse_core::model::Millis;
use yew::prelude::*;

use super::{
    cards::{Card, Cards},
    problem_list::ProblemList,
    tracked_link::TrackedLink,
};
use crate::{
    browser::Dispatch,
    route::View,
    state::{Overview as Figures, Remote, ToFix},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) page: Option<String>,
    pub(super) overview: Remote<Figures>,
    pub(super) to_fix: ToFix,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn Overview(props: &Props) -> Html {
    let Props { page, overview, to_fix, now, dispatch } = props;
    let figure = |of: fn(&Figures) -> u64| overview.data.as_deref().map(of);
    let cards = vec![
        Card::new("card-sessions", "Sessions", figure(|of| of.total)),
        Card::new("card-live", "Live now", figure(|of| of.live)),
        Card::new("card-high", "High frustration", figure(|of| of.high)),
    ];
    html! {
        <>
            <nav class="segments ways" aria-label="Lists">
                <a href={View::Sessions { page: page.clone() }.to_string()}>{ "Sessions" }</a>
                <a href={View::pages().to_string()}>{ "Pages" }</a>
            </nav>
            <header class="head">
                <div class="who">
                    <h1>{ "What to fix first" }</h1>
                    if let Some(page) = page {
                        <p class="facts small quiet"><TrackedLink url={page.clone()} /></p>
                    }
                </div>
            </header>
            <div class="quiet-cards"><Cards {cards} /></div>
            <ProblemList to_fix={to_fix.clone()} now={*now} dispatch={dispatch.clone()} />
        </>
    }
}
