//! The whole page: a sidebar to choose from, and what was chosen.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{
    empty::Empty, overview::Overview, page_view::PageView, session_view::SessionView, sidebar::Sidebar, sign_in::SignIn,
};
use crate::{
    browser::{matches_media, use_store},
    format,
    route::View,
    state::State,
};

/// The dashboard.
#[component]
pub fn App() -> Html {
    let store = use_store();
    use_title(title(&store));
    use_focus(store.view.clone());
    let dispatch = store.dispatcher();
    if store.access.refused {
        return html! { <SignIn {dispatch} /> };
    }
    let pane = if store.view.is_list() && !is_empty(&store) { "list" } else { "detail" };
    let skip = Callback::from(|_: MouseEvent| focus("detail"));
    html! {
        <main class="shell" data-pane={pane}>
            <button class="skip" type="button" onclick={skip}>{ "Skip to content" }</button>
            <Sidebar view={store.view.clone()} list={store.list.clone()} now={store.now} dispatch={dispatch.clone()}
                pages={store.pages.clone()} signed_in={store.access.signed_in} />
            <section class="detail" id="detail" tabindex="-1" aria-label="Details">{ detail(&store) }</section>
        </main>
    }
}

fn detail(store: &UseReducerHandle<State>) -> Html {
    let (dispatch, list) = (store.dispatcher(), store.list.clone());
    match &store.view {
        View::Session { id, at, .. } => html! {
            <SessionView key={id.as_str()} id={id.clone()} at={*at} session={store.session.clone()} {dispatch} back={list.key.page.clone()}
                insight={store.insights.get(id).cloned().unwrap_or_default()} />
        },
        View::Pages { page: Some(page), .. } => html! {
            <PageView key={page.as_str()} page={page.clone()} open={store.page.clone()} {dispatch} />
        },
        View::Home { .. } | View::Sessions { .. } if is_empty(store) => html! { <Empty /> },
        View::Home { page } | View::Sessions { page } => html! {
            <Overview page={page.clone()} overview={store.overview.clone()} to_fix={store.to_fix.clone()} now={store.now} {dispatch} />
        },
        View::Pages { page: None, .. } => html! {
            <div class="hint">
                <h1>{ "Pages" }</h1>
                <p class="quiet">{ "Choose a page to see where everyone moved, clicked and gave up on it." }</p>
            </div>
        },
    }
}

/// Nothing was ever recorded: then how to begin is all there is to say.
fn is_empty(state: &State) -> bool {
    state.view.overview() == Some(None) && state.list.is_bare()
}

fn title(state: &State) -> String {
    let subject = match &state.view {
        View::Session { .. } => {
            state.session.figures.data.as_deref().map(|answer| format::name(&answer.session).to_owned())
        }
        View::Pages { page: Some(page), .. } => Some(format::path_of(page).to_owned()),
        View::Pages { page: None, .. } => Some("Pages".to_owned()),
        View::Home { .. } | View::Sessions { .. } => None,
    };
    subject.map_or_else(|| "Pulse".to_owned(), |subject| format!("{subject} · Pulse"))
}

#[hook]
fn use_title(title: String) {
    use_effect_with(title, |title| document().set_title(title));
}

/// On a narrow screen list and detail take turns: the focus goes along, so that it is never on what is hidden.
#[hook]
fn use_focus(view: View) {
    let before = use_mut_ref(|| None::<View>);
    use_effect_with(view, move |view| {
        let before = before.borrow_mut().replace(view.clone());
        let Some(before) = before.filter(|before| before.is_list() != view.is_list()) else { return };
        if !matches_media("(max-width: 799px)") {
            return;
        }
        match before.session() {
            Some(id) if view.is_list() => focus(&format!("session-{id}")),
            _ if view.is_list() => focus("sidebar"),
            _ => focus("detail"),
        }
    });
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
