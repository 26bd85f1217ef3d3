//! One visitor: all sessions together, and where the pointer was on a page in all of them.

use std::rc::Rc;

use pulse_core::{
    model::{Millis, VisitorId},
    wire::VisitorAnswer,
};
use yew::prelude::*;

use super::{
    icon::icon,
    notice::{self, Notice},
    pick,
    session_item::SessionItem,
    skeleton::skeleton,
    stage::Stage,
};
use crate::{
    browser::{Dispatch, replace},
    format,
    map::Scene,
    page_map::{PageLayer, PageScene},
    route::View,
    state::{Action, Reads},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) id: VisitorId,
    pub(super) page: Option<String>,
    pub(super) reads: Rc<Reads>,
    pub(super) now: Millis,
    pub(super) dispatch: Dispatch,
}

pub(super) fn visitor_view(props: &Props) -> Html {
    let Props { id, page, reads, now, dispatch } = props;
    let (data, failure) = (&reads.visitor.remote.data, &reads.visitor.remote.failure);
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    if failure.as_ref().is_some_and(|failure| !failure.may_pass()) {
        return notice::nowhere("This visitor cannot be shown.", View::sessions(None), "Back to all sessions");
    }
    let Some(answer) = data else {
        return html! {
            <div class="page">
                <h1>{ "Visitor" }</h1>
                if let Some(failure) = failure {
                    <Notice failure={failure.clone()} on_retry={retry} />
                } else {
                    <div class="card">{ skeleton("row", 4) }</div>
                }
            </div>
        };
    };
    let shown = page.as_ref().or(answer.pages.first());
    let chosen = answer.pages.iter().position(|of| Some(of) == shown).unwrap_or(0);
    let on_choice = {
        let (id, pages) = (id.clone(), answer.pages.clone());
        Callback::from(move |i: usize| replace(&View::Visitor { id: id.clone(), page: pages.get(i).cloned() }))
    };
    let names: Vec<AttrValue> = answer.pages.iter().map(|page| format::path_of(page).to_owned().into()).collect();
    html! {
        <div class="page">
            <header class="head">
                <div class="who">
                    <a class="back" href={View::sessions(None).to_string()}>{ icon("back") }{ "Sessions" }</a>
                    <h1>{ "Visitor" }</h1>
                    <p class="facts small quiet num">{ summary(answer) }</p>
                </div>
            </header>
            <section class="card panel" aria-label="Where the pointer was">
                <header>
                    <h2>{ "Movement in all visits" }</h2>
                    { pick::pick(&pick::Props { label: "Page".into(), names, chosen, on_choice, on: false }) }
                </header>
                if let Some(data) = &reads.visitor_map.remote.data {
                    <Stage testid="canvas-visitor" label="Map of all the visitor's movement on the page"
                        scene={Scene::Page(PageScene { data: data.clone(), layer: PageLayer::Moves, outline: true })} />
                } else {
                    { skeleton("stage-wait", 1) }
                }
            </section>
            <section class="card visits" aria-label="Sessions">
                <ul>
                    { for answer.sessions.iter().enumerate().map(|(i, row)| {
                        let (dispatch, id) = (dispatch.clone(), row.session_id.clone());
                        let on_erase = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::EraseAsked(id.clone())));
                        html! {
                            <SessionItem key={row.session_id.as_str()} row={Rc::new(row.clone())} on={false} now={*now}
                                place={(i + 1, answer.total as usize)} {on_erase} />
                        }
                    }) }
                </ul>
            </section>
        </div>
    }
}

fn summary(answer: &VisitorAnswer) -> String {
    let totals = &answer.totals;
    format!(
        "{}, {} in all, {}, {}",
        format::count(answer.total, "visit"),
        format::duration(totals.duration_ms),
        format::count(totals.clicks, "click"),
        format::count(totals.rage_clicks, "rage click")
    )
}
