//! One session: its figures, its maps, its replay, what an analyst says of it.

use std::rc::Rc;

use gloo::utils::{document, window};
use pulse_core::{
    analyze::problems::ProblemId,
    model::{Insight, Millis, SessionId, Subject},
};
use web_sys::Element;
use yew::prelude::*;

use super::{
    cards::{self, Card},
    clicks_panel::ClicksPanel,
    film_bar::FilmBar,
    insight_card::InsightCard,
    notice::Notice,
    page_picker::{self, page_picker},
    session_facts::session_facts,
    session_head::SessionHead,
    session_jumps::session_jumps,
    trails_panel::TrailsPanel,
};
use crate::{
    browser::{self, Dispatch, is_own_moment, show, use_moment, use_viewer},
    map::{Film, Recording},
    route::{Filter, View},
    state::{Action, OpenSession, Problem, Remote, Viewer, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) id: SessionId,
    /// The page that was chosen.
    pub(super) page: Option<String>,
    pub(super) session: OpenSession,
    /// The moment to watch.
    pub(super) at: Option<Millis>,
    /// The problem that led here, and what is known of it.
    pub(super) problem: Option<ProblemId>,
    pub(super) watched: Option<Rc<Problem>>,
    pub(super) insight: Remote<Insight>,
    /// What the list is filtered by, to go back to.
    pub(super) back: Filter,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SessionView(props: &Props) -> Html {
    let Props { id, page, session, at, problem, watched, insight, back, dispatch } = props;
    let answer = session.figures.data.clone();
    let film = use_film(session);
    let viewer = use_viewer(film.clone());
    let recording = shown(session, &film, &viewer, page.as_deref());
    let panels = use_node_ref();
    let act = viewer.dispatcher();
    use_top(*at);
    use_watching(*at, answer.is_some(), &film, &act, &panels);
    use_insight_in_view(insight);
    let page_at = viewer.at.and_then(|at| film.act_at(at)).map(|act| act.page.clone());
    let moment =
        View::Session { id: id.clone(), page: page_at.or(page.clone()), at: viewer.at, problem: problem.clone() };
    use_moment(moment.clone());

    // A page, or the one on which the visitor is.
    let on_page = {
        let (id, act, problem) = (id.clone(), act.clone(), problem.clone());
        Callback::from(move |page: Option<String>| {
            act.dispatch(ViewerAction::Whole);
            show(&View::Session { id: id.clone(), page, at: None, problem: problem.clone() });
        })
    };
    let on_time = {
        let (act, panels) = (act.clone(), panels.clone());
        Callback::from(move |at: Millis| {
            act.dispatch(ViewerAction::Seek(Some(at)));
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
                <h1>{ "This visit cannot be shown." }</h1>
                <Notice failure={failure.clone()} on_retry={retry} />
                <p><a href={View::Sessions(back.clone()).to_string()}>{ "Back to all sessions" }</a></p>
            </>
        };
    }
    let origin = answer.as_ref().map_or(film.line.start, |answer| answer.session.started_at);
    let counts = answer.as_ref().map(|answer| answer.summary.counts);
    let cards = vec![
        Card::new("card-clicks", "Total clicks", counts.map(|c| c.click)),
        Card::new("card-rage", "Rage clicks", counts.map(|c| c.rage)).rage(),
        Card::new("card-moves", "Mouse movements", counts.map(|c| c.mousemove)),
        Card::new("card-scrolls", "Scroll events", counts.map(|c| c.scroll)),
    ];
    let map = recording.as_deref().map(|recording| &recording.map);
    let size = map.and_then(|map| map.viewport).map(|size| (size.w, size.h));
    let window = viewer.at.and_then(|at| film.window(at, size));
    let is_live = answer.as_ref().is_some_and(|answer| answer.session.live);
    let link = Callback::from(move |()| browser::site().address() + &moment.to_string());
    html! {
        <>
            { session_jumps() }
            <SessionHead answer={answer.clone()} back={back.clone()} busy={insight.busy} again={insight.data.is_some()}
                on_generate={generate.clone()} />
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} quiet={true} />
            }
            { cards::cards(&cards) }
            { session_facts(answer.as_deref()) }
            { page_picker(&page_picker::Props {
                pages: map.map(|map| map.pages.clone()).unwrap_or_default(),
                shown: map.map(|map| map.page.clone()),
                follows: is_live.then_some(page.is_none() && viewer.at.is_none()),
                on_choice: on_page,
            }) }
            <div class="reel" ref={panels}>
                { watched.as_deref().map(|problem| watched_line(problem, id)) }
                <div class="duo">
                    <TrailsPanel recording={recording.clone()} viewer={*viewer} {origin} {window} act={act.clone()} />
                    <ClicksPanel {recording} viewer={*viewer} {origin} {window} act={act.clone()} />
                </div>
                <FilmBar {film} viewer={*viewer} {origin} {act} {link} />
            </div>
            <div id="insights" tabindex="-1" aria-label="Insights" role="region">
                <InsightCard insight={insight.clone()} {origin} {on_time} on_retry={generate} />
            </div>
        </>
    }
}

/// Which problem is watched here, and the way to the next visit that it hit.
fn watched_line(problem: &Problem, id: &SessionId) -> Html {
    let Some((at, of)) = problem.place_of(id) else { return html! {} };
    let step = |to: Option<usize>, name: &'static str| {
        let href = to.and_then(|to| problem.examples.get(to)).map(|example| problem.moment(example).to_string());
        href.map(|href| html! { <a {href}>{ name }</a> })
    };
    html! {
        <p class="watched small num">
            <b>{ &problem.title }</b>
            <span class="quiet">{ format!("Visit {} of {of}", at + 1) }</span>
            { step(at.checked_sub(1), "Previous") }
            { step(Some(at + 1).filter(|to| *to < of), "Next") }
        </p>
    }
}

/// The page on which the moment is, else the one that was chosen.
fn shown(session: &OpenSession, film: &Film, viewer: &Viewer, chosen: Option<&str>) -> Option<Rc<Recording>> {
    match viewer.at.and_then(|at| film.act_at(at)) {
        Some(act) => session.recordings.get(&act.page).cloned(),
        None => session.recording(chosen).cloned(),
    }
}

#[hook]
fn use_film(session: &OpenSession) -> Rc<Film> {
    let figures = session.figures.data.clone();
    use_memo((figures, session.beats.clone(), session.recordings.clone()), |(figures, beats, recordings)| {
        let film = |answer: &crate::state::Figures| {
            Film::new(answer.session.started_at, &answer.summary, beats.clone(), recordings)
        };
        figures.as_deref().map(film).unwrap_or_default()
    })
}

/// Another session begins at its top, unless a moment of it is to be watched.
#[hook]
fn use_top(at: Option<Millis>) {
    use_effect_with((), move |()| {
        if at.is_none() {
            if let Some(detail) = document().get_element_by_id("detail") {
                detail.set_scroll_top(0);
            }
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// A moment is watched from a little before, once it is known when the visit began; one that was left is come back to.
#[hook]
fn use_watching(
    at: Option<Millis>,
    is_there: bool,
    film: &Rc<Film>,
    act: &UseReducerDispatcher<Viewer>,
    panels: &NodeRef,
) {
    let (film, act, panels) = (film.clone(), act.clone(), panels.clone());
    use_effect_with((at, is_there), move |(at, is_there)| {
        if let (Some(at), true) = (*at, *is_there) {
            act.dispatch(if is_own_moment() {
                ViewerAction::Seek(Some(at))
            } else {
                ViewerAction::Watch(at, film.line)
            });
            into_view(&panels);
        }
    });
}

/// When asked for, the insights are brought into view: their skeleton at once, and once more when they are there, since
/// only then the page is long enough.
#[hook]
fn use_insight_in_view(insight: &Remote<Insight>) {
    let was_busy = use_mut_ref(|| false);
    use_effect_with((insight.busy, insight.data.is_some()), move |(busy, _)| {
        if (*busy || *was_busy.borrow())
            && let Some(insights) = document().get_element_by_id("insights")
        {
            insights.scroll_into_view();
        }
        *was_busy.borrow_mut() = *busy;
    });
}

fn into_view(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        element.scroll_into_view();
    }
}
