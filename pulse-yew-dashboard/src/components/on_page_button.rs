//! Opens the page itself, with its map over it.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    browser::{NotShown, now, open_on_page},
    route::Days,
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) page: String,
    pub(super) days: Days,
}

#[component]
pub(super) fn OnPageButton(props: &Props) -> Html {
    let trouble = use_state_eq(|| None);
    let onclick = {
        let (page, days, trouble) = (props.page.clone(), props.days, trouble.setter());
        Callback::from(move |_: MouseEvent| {
            let (opening, trouble) = (open_on_page(page.clone(), days.span(now())), trouble.clone());
            spawn_local(async move { trouble.set(opening.await.err()) });
        })
    };
    html! {
        <>
            <button class="plain" type="button" {onclick} title="Opens the page in a new tab, with what was clicked drawn on it">{ "On your page" }</button>
            <span class="bad" role="status">{ trouble.as_ref().map(words).unwrap_or_default() }</span>
        </>
    }
}

fn words(trouble: &NotShown) -> &str {
    match trouble {
        NotShown::NoTab => "The browser did not open a tab. Allow pop-ups for this address.",
        NotShown::NoAddress => "No address is known that leads to this page.",
        NotShown::Failed(failure) => failure.title(),
    }
}
