//! One session: its figures, its maps, what an analyst says of it.

use pulse_core::model::{Insight, Millis, SessionId, Subject};
use web_sys::Element;
use yew::prelude::*;

use super::{
    cards::{Card, Cards},
    clicks_panel::ClicksPanel,
    insight_card::InsightCard,
    notice::Notice,
    page_picker::PagePicker,
    session_head::SessionHead,
    trails_panel::TrailsPanel,
};
use crate::{
    browser::{Dispatch, show, use_viewer},
    map::Timeline,
    route::{Filter, View},
    state::{Action, OpenSession, Remote, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) id: SessionId,
    pub(super) session: OpenSession,
    /// The moment to watch.
    pub(super) at: Option<Millis>,
    pub(super) insight: Remote<Insight>,
    /// What the list is filtered by, to go back to.
    pub(super) back: Filter,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SessionView(props: &Props) -> Html {
    let Props { id, session, at, insight, back, dispatch } = props;
    let (answer, recording) = (session.figures.data.clone(), session.recording.clone());
    let line = recording.as_deref().map(Timeline::of).unwrap_or_default();
    let map = recording.as_deref().map(|recording| &recording.map);
    let viewer = use_viewer(line);
    let (panels, insights) = (use_node_ref(), use_node_ref());
    let act = viewer.dispatcher();
    // When asked for, the insights are brought into view: their skeleton at once, and once more when they are there,
    // since only then the page is long enough.
    let was_busy = use_mut_ref(|| false);
    use_effect_with((insight.busy, insight.data.is_some()), {
        let (insights, was_busy) = (insights.clone(), was_busy.clone());
        move |(busy, _)| {
            if *busy || *was_busy.borrow() {
                into_view(&insights);
            }
            *was_busy.borrow_mut() = *busy;
        }
    });
    // A moment is played when the page on which it happened is there.
    use_effect_with((*at, recording.is_some()), {
        let (act, panels) = (act.clone(), panels.clone());
        move |(at, is_there)| {
            if let (Some(at), true) = (*at, *is_there) {
                act.dispatch(ViewerAction::Watch(at, line));
                into_view(&panels);
            }
        }
    });
    let on_page = {
        let (id, act) = (id.clone(), act.clone());
        Callback::from(move |page: String| {
            act.dispatch(ViewerAction::Whole);
            show(&View::Session { id: id.clone(), page: Some(page), at: None });
        })
    };
    let on_time = {
        let (id, act, panels) = (id.clone(), act.clone(), panels.clone());
        let shown = map.map(|map| map.page.clone());
        let visits = answer.as_ref().map(|answer| answer.summary.pages.clone()).unwrap_or_default();
        Callback::from(move |at: Millis| {
            act.dispatch(ViewerAction::Seek(Some(at)));
            let page = visits.iter().rev().find(|visit| visit.entered_at <= at).map(|visit| &*visit.page);
            if let Some(page) = page.filter(|page| shown.as_deref() != Some(*page)) {
                show(&View::Session { id: id.clone(), page: Some(page.to_owned()), at: None });
            }
            into_view(&panels);
        })
    };
    let generate = {
        let (id, dispatch) = (id.clone(), dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::InsightRequested(Subject::Session(id.clone()), None))
        })
    };
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };

    let failure = session.figures.failure.as_ref();
    if let (None, Some(failure)) = (&answer, failure) {
        return html! {
            <>
                <h1>{ "This session cannot be shown." }</h1>
                <Notice failure={failure.clone()} on_retry={retry} />
                <p><a href={View::Sessions(back.clone()).to_string()}>{ "Back to all sessions" }</a></p>
            </>
        };
    }
    let origin = answer.as_ref().map_or(line.start, |answer| answer.session.started_at);
    let counts = answer.as_ref().map(|answer| answer.summary.counts);
    let cards = vec![
        Card::new("card-clicks", "Total clicks", counts.map(|c| c.click)),
        Card::new("card-rage", "Rage clicks", counts.map(|c| c.rage)).rage(),
        Card::new("card-moves", "Mouse movements", counts.map(|c| c.mousemove)),
        Card::new("card-scrolls", "Scroll events", counts.map(|c| c.scroll)),
    ];
    html! {
        <>
            <SessionHead answer={answer.clone()} back={back.clone()} busy={insight.busy} again={insight.data.is_some()}
                on_generate={generate.clone()} />
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} quiet={true} />
            }
            <Cards {cards} />
            <PagePicker pages={map.map(|map| map.pages.clone()).unwrap_or_default()}
                shown={map.map(|map| map.page.clone())} on_choice={on_page} />
            <div class="duo" ref={panels}>
                <TrailsPanel recording={recording.clone()} viewer={*viewer} {line} {origin} act={act.clone()} />
                <ClicksPanel {recording} viewer={*viewer} {origin} {act} />
            </div>
            <div ref={insights}>
                <InsightCard insight={insight.clone()} {origin} {on_time} on_retry={generate} />
            </div>
        </>
    }
}

fn into_view(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        element.scroll_into_view();
    }
}
