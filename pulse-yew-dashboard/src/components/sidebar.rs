//! The sidebar: what there is to look at.

use std::rc::Rc;

use pulse_core::{model::Millis, wire::PagesAnswer};
use yew::prelude::*;

use super::{icon::Icon, page_list::PageList, session_list::SessionList, sign_in::SignOut};
use crate::{
    browser::Dispatch,
    route::View,
    state::{List, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: View,
    pub(super) list: Rc<List>,
    pub(super) pages: Remote<PagesAnswer>,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
    pub(super) signed_in: bool,
}

#[component]
pub(super) fn Sidebar(props: &Props) -> Html {
    let pages = matches!(props.view, View::Pages { .. });
    let tab = |view: View, label: &str, on: bool| {
        html! { <a href={view.to_string()} aria-current={on.then_some("page")}>{ label }</a> }
    };
    let sessions = View::Sessions { page: props.list.key.page.clone() };
    html! {
        <div class="sidebar" id="sidebar" tabindex="-1">
            <header>
                <a class="brand" href={View::home().to_string()}><Icon name="pulse" />{ "Pulse" }</a>
                <nav class="segments" aria-label="Views">
                    { tab(sessions, "Sessions", !pages) }
                    { tab(View::pages(), "Pages", pages) }
                </nav>
                if props.signed_in {
                    <SignOut dispatch={props.dispatch.clone()} />
                }
            </header>
            if pages {
                <PageList view={props.view.clone()} pages={props.pages.clone()} dispatch={props.dispatch.clone()} />
            } else {
                <SessionList chosen={props.view.session().cloned()} list={props.list.clone()} now={props.now}
                    dispatch={props.dispatch.clone()} />
            }
        </div>
    }
}
