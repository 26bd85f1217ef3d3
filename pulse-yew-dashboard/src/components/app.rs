//! The whole page: the bar, the list of sessions where it helps, and what was chosen.

use std::rc::Rc;

use gloo::{
    events::EventListener,
    utils::{document, window},
};
use pulse_core::model::Subject;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{
    bar, home, notice, page_table, page_view, paths_view, session_list::SessionList, session_view::SessionView, setup,
    sign_in::SignIn, status, visitor_view,
};
use crate::{
    browser::{matches_media, use_store},
    format,
    route::View,
    state::{State, Stretch},
};

/// The dashboard.
#[component]
pub fn App() -> Html {
    let store = use_store();
    use_title(title(&store));
    use_focus(store.view.clone());
    use_heading(store.view.clone());
    let dispatch = store.dispatcher();
    if store.access.refused {
        return html! { <SignIn {dispatch} /> };
    }
    let is_list = store.view.is_list() && !is_empty(&store);
    let has_list = store.view.has_list() && !is_empty(&store);
    let skip = Callback::from(move |_: MouseEvent| focus(if is_list { "list" } else { "detail" }));
    let view = match (is_list, has_list) {
        (true, _) => "list",
        (_, true) => "both",
        _ => "detail",
    };
    html! {
        <div class="shell" data-view={view}>
            { bar::bar(&bar::Props {
                view: store.view.clone(),
                filter: store.list.key.clone(),
                sites: store.reads.sites.remote.data.clone(),
                on_skip: skip,
                signed_in: store.access.signed_in.then(|| dispatch.clone()),
            }) }
            <main class="panes">
                if has_list {
                    <div class="sidebar" id="list" tabindex="-1">
                        <SessionList chosen={store.view.session().cloned()} list={store.list.clone()} erase={store.erase.clone()}
                            wide={is_list} now={store.now} dispatch={dispatch.clone()} />
                    </div>
                }
                if !is_list {
                    <section class="detail" id="detail" tabindex="-1" aria-label="Details">{ detail(&store) }</section>
                }
                { status::status(&status::Props {
                    trouble: store.trouble().cloned(),
                    erasing: store.erase.pending.is_some(),
                    dispatch,
                }) }
            </main>
        </div>
    }
}

fn detail(store: &UseReducerHandle<State>) -> Html {
    let (dispatch, list, reads) = (store.dispatcher(), store.list.clone(), Rc::new(store.reads.clone()));
    let now = store.now;
    let insight = |subject: Subject| store.insights.get(&subject).cloned().unwrap_or_default();
    if is_empty(store) {
        return html! { { setup::setup(&setup::Props { visits: list.known.then_some(0) }) } };
    }
    match &store.view {
        View::Session { id, page, at, problem } => html! {
            <SessionView key={id.as_str()} id={id.clone()} page={page.clone()} at={*at} session={store.session.clone()} {dispatch} back={list.key.clone()}
                problem={problem.clone()} watched={problem.as_ref().and_then(|id| reads.problem(id)).cloned()}
                insight={insight(Subject::Session(id.clone()))} />
        },
        View::Home { page, days } => {
            let insight = insight(page.clone().map_or(Subject::Site, Subject::Page));
            html! { { home::home(&home::Props { of: Stretch { page: page.clone(), days: *days }, reads, to_fix: store.to_fix.clone(), insight, now, dispatch }) } }
        }
        View::Pages { days, sort } => html! {
            { page_table::page_table(&page_table::Props { days: *days, sort: *sort, pages: reads.pages.remote.clone(), dispatch }) }
        },
        View::Page(choice) => {
            let insight = insight(Subject::Page(choice.page.clone()));
            html! { { page_view::page_view(&page_view::Props { choice: choice.clone(), reads, insight, dispatch }) } }
        }
        View::Paths { page, days } => html! {
            { paths_view::paths_view(&paths_view::Props { of: Stretch { page: page.clone(), days: *days }, paths: reads.paths.remote.clone(), dispatch }) }
        },
        View::Visitor { id, page } => html! {
            { visitor_view::visitor_view(&visitor_view::Props { id: id.clone(), page: page.clone(), reads, now, dispatch }) }
        },
        View::Setup => html! { { setup::setup(&setup::Props { visits: list.known.then_some(list.total) }) } },
        View::Sessions(_) => html! {},
        View::Nowhere => notice::nowhere("This page does not exist.", View::home(), "Back to Fix first"),
    }
}

/// Nothing was ever recorded: then how to begin is all there is to say.
fn is_empty(state: &State) -> bool {
    state.list.is_bare() && matches!(state.view, View::Home { page: None, .. } | View::Sessions(_))
}

fn title(state: &State) -> String {
    let subject = match &state.view {
        View::Session { .. } => {
            state.session.figures.data.as_deref().map(|answer| format::name(&answer.session).to_owned())
        }
        View::Page(choice) => Some(format::path_of(&choice.page).to_owned()),
        View::Sessions(_) => Some("Sessions".to_owned()),
        View::Pages { .. } => Some("Pages".to_owned()),
        View::Paths { .. } => Some("Paths".to_owned()),
        View::Visitor { .. } => Some("Visitor".to_owned()),
        View::Setup => Some("Set up".to_owned()),
        View::Home { .. } | View::Nowhere => None,
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
            _ if view.is_list() => focus("list"),
            _ => focus("detail"),
        }
    });
}

/// After a link was followed by keyboard, the focus is on the heading of what it led to. The rows of the list keep it, so
/// that one goes on to the next.
#[hook]
fn use_heading(view: View) {
    let by_key = use_mut_ref(|| false);
    use_effect_with((), {
        let by_key = by_key.clone();
        move |()| {
            let listener = EventListener::new(&document(), "click", move |event| {
                let link = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let link = link.and_then(|link| link.closest("a[href^='#']:not([data-session])").ok().flatten());
                // A key clicks without a button.
                let is_key = event.dyn_ref::<MouseEvent>().is_some_and(|event| event.detail() == 0);
                *by_key.borrow_mut() = is_key && link.is_some();
            });
            move || drop(listener)
        }
    });
    let before = use_mut_ref(|| None);
    use_effect_with(view, move |view| {
        // Another kind of view begins at its top; a session knows by itself where to begin.
        let kind = Some(std::mem::discriminant(view));
        let is_other = before.replace(kind).is_some_and(|before| Some(before) != kind);
        if is_other
            && view.session().is_none()
            && let Some(detail) = document().get_element_by_id("detail")
        {
            detail.set_scroll_top(0);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        if by_key.take() {
            let find = |selector: &str| document().query_selector(selector).ok().flatten();
            let heading = find("#detail h1:not(.pending)").or_else(|| find("#detail, #list"));
            if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
                // A heading that cannot take the focus leaves it where it is.
                let _ = heading.set_attribute("tabindex", "-1");
                let _ = heading.focus();
            }
        }
    });
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
