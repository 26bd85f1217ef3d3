//! The pages that the sessions loaded have visited.

use std::rc::Rc;

use yew::prelude::*;

use super::skeleton::Skeleton;
use crate::{format, route::View, state::List};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: View,
    pub(super) list: Rc<List>,
}

#[component]
pub(super) fn PageList(props: &Props) -> Html {
    let Props { view, list } = props;
    let pages = list.pages();
    html! {
        <section class="list" aria-label="Pages">
            <h1 class="narrow">{ "Pages" }</h1>
            <div class="rows" aria-busy={(!list.known).to_string()}>
                if !list.known {
                    <Skeleton kind="row" count={5} />
                } else if pages.is_empty() {
                    <p class="quiet small none">{ "No page was visited yet." }</p>
                }
                <ul>{ for pages.into_iter().map(|(page, sessions)| item(page, sessions, view)) }</ul>
            </div>
        </section>
    }
}

fn item(page: String, sessions: u64, view: &View) -> Html {
    let target = View::Pages { page: Some(page.clone()) };
    html! {
        <li key={page.clone()}>
            <a class="row" href={target.to_string()} aria-current={(target == *view).then_some("true")} data-testid="page-row">
                <span class="name cut" title={page.clone()}>{ format::path_of(&page) }</span>
                <span class="when num">{ format::count(sessions, "session") }</span>
                <span class="facts cut">{ format::host_of(&page).unwrap_or_default() }</span>
            </a>
        </li>
    }
}
