//! The pages that were visited, those of the most sessions first.

use pulse_core::{analyze::page::PageRow, wire::PagesAnswer};
use yew::prelude::*;

use super::{notice::Notice, skeleton::Skeleton};
use crate::{
    browser::Dispatch,
    format,
    route::View,
    state::{Action, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: View,
    pub(super) pages: Remote<PagesAnswer>,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn PageList(props: &Props) -> Html {
    let Props { view, pages: Remote { data, failure, .. }, dispatch } = props;
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    html! {
        <section class="list" aria-label="Pages">
            <h1 class="narrow">{ "Pages" }</h1>
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} quiet={true} />
            }
            <div class="rows" aria-busy={data.is_none().to_string()}>
                if let Some(answer) = data {
                    if answer.pages.is_empty() {
                        <p class="quiet small none">{ "No page was visited yet." }</p>
                    }
                    <ul>{ for answer.pages.iter().map(|row| item(row, view)) }</ul>
                    if answer.shown < answer.total {
                        <p class="quiet small none num">
                            { format!("The first {} of {}.", format::grouped(answer.shown), format::count(answer.total, "page")) }
                        </p>
                    }
                } else if failure.is_none() {
                    <Skeleton kind="row" count={5} />
                }
            </div>
        </section>
    }
}

fn item(row: &PageRow, view: &View) -> Html {
    let page = row.page.clone();
    let on = view.page_shown() == Some(&*page);
    html! {
        <li key={page.clone()}>
            <a class="row" href={View::of_page(page.clone()).to_string()} aria-current={on.then_some("true")} data-testid="page-row">
                <span class="name cut" title={page.clone()}>{ format::path_of(&page) }</span>
                <span class="when num">{ format::count(row.sessions, "session") }</span>
                <span class="facts cut">{ format::host_of(&page).unwrap_or_default() }</span>
            </a>
        </li>
    }
}
