//! The sessions list: filter, order, rows, more of them.

use std::rc::Rc;

use pulse_core::{
    model::{Millis, SessionId},
    wire::SessionSort,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{icon::Icon, notice::Notice, segments::Segments, session_item::SessionItem, skeleton::Skeleton};
use crate::{
    browser::Dispatch,
    format,
    route::View,
    state::{Action, List},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) chosen: Option<SessionId>,
    pub(super) list: Rc<List>,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SessionList(props: &Props) -> Html {
    let Props { chosen, list, now, dispatch } = props;
    let send = |make: fn(String) -> Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            dispatch.dispatch(make(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let act = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let on_sort = {
        let dispatch = dispatch.clone();
        Callback::from(move |i| {
            let sort = if i == 0 { SessionSort::Recent } else { SessionSort::Frustration };
            dispatch.dispatch(Action::Sorted(sort));
        })
    };
    html! {
        <section class="list" aria-label="Sessions">
            <h1 class="narrow">{ "Sessions" }</h1>
            <div class="find">
                <input type="search" aria-label="Search sessions" placeholder="Search by page, title, device"
                    value={list.words.clone()} oninput={send(Action::Filtered)} />
            </div>
            <div class="order">
                <p class="quiet num" role="status">{ counted(list) }</p>
                <Segments label="Order" names={vec!["Recent".into(), "Frustration".into()]} on_choice={on_sort}
                    chosen={usize::from(list.key.sort == SessionSort::Frustration)} />
            </div>
            if let Some(page) = &list.key.page {
                <p class="tag">
                    <span class="cut" title={page.clone()}>{ format::path_of(page) }</span>
                    <a href={View::Sessions { page: None }.to_string()} aria-label="Show sessions of all pages"><Icon name="close" /></a>
                </p>
            }
            if let Some(failure) = &list.failure {
                <Notice failure={failure.clone()} on_retry={act(Action::Retried)} quiet={true} />
            }
            <div class="rows" aria-busy={(!list.known).to_string()}>
                if list.known || !list.rows.is_empty() {
                    if list.rows.is_empty() {
                        <p class="quiet small none">{ "No session matches." }</p>
                    }
                    <ul>
                        { for list.rows.iter().cloned().map(|row| {
                            let on = chosen.as_ref() == Some(&row.session_id);
                            let key = row.session_id.to_string();
                            html! { <SessionItem {key} {row} {on} now={*now} /> }
                        }) }
                    </ul>
                } else if list.failure.is_none() {
                    <Skeleton kind="row" count={8} />
                }
                if list.next_cursor.is_some() {
                    <button class="plain more" type="button" disabled={list.more.is_some()} onclick={act(Action::MoreRequested)}>
                        { if list.more.is_some() { "Loading" } else { "Load more" } }
                    </button>
                }
            </div>
        </section>
    }
}

/// How many there are; said aloud only when it changes.
fn counted(list: &List) -> String {
    if list.known || !list.rows.is_empty() { format::count(list.total, "session") } else { String::new() }
}
