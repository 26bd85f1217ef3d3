//! When things are fetched: keeps what is shown up to date, and hands every answer to the reducer.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::future::LocalBoxFuture;
use gloo::{
    events::EventListener,
    timers::{callback::Timeout, future::TimeoutFuture},
    utils::{document, window},
};
use pulse_core::model::SessionId;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;
use yew::prelude::*;

use super::{Api, matches_media, now, replace, shown_view, was_signed_in};
use crate::{
    order,
    route::View,
    state::{Action, AskedInsight, Decision, Erase, Failure, Live, Question, State, after},
};

/// While the stream is not followed, the list and a session that is live are asked for again after this long.
const REFRESH_MS: u32 = 3_000;
/// While it is, they are asked for when they change, at most so often ...
const LEAST_MS: u32 = 1_000;
/// ... and all the same after this long, since what is said of the time changes.
const SELDOM_MS: u32 = 15_000;
/// How soon a change is noticed.
const STEP_MS: u32 = 250;
/// Wait before the stream is followed again.
const RECONNECT_MS: u32 = 5_000;
/// Who pauses for so long has typed what is looked for.
const TYPING_MS: u32 = 250;

/// Hands actions to the reducer.
pub type Dispatch = UseReducerDispatcher<State>;

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Self::reduce(&self, action))
    }
}

/// The state, kept up to date.
#[hook]
pub fn use_store() -> UseReducerHandle<State> {
    let store = use_reducer(|| {
        let mut state = State::new(shown_view(), was_signed_in(), now());
        state.reads.on_phone = matches_media("(max-width: 799px)");
        state
    });
    use_address(&store);
    use_reads(&store);
    use_stream(&store);
    use_list(&store);
    use_search(&store);
    use_more(&store);
    use_session(&store);
    use_film(&store);
    use_decision(&store);
    use_erase(&store);
    use_insight(&store);
    store
}

/// Follows the address, and writes into it what was chosen otherwise.
#[hook]
fn use_address(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            dispatch.dispatch(Action::Navigated(shown_view()));
        });
        move || drop(listener)
    });
    use_effect_with(store.view.clone(), |view| {
        if shown_view() != *view {
            replace(view);
        }
    });
}

/// Follows the server's stream; what is shown is asked for anew when it says that it changed.
#[hook]
fn use_stream(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with(store.access.clone(), move |access| {
        let abort = AbortController::new().ok();
        let (signal, access) = (abort.as_ref().map(AbortController::signal), access.clone());
        spawn_local(async move {
            let Some(signal) = signal else { return };
            let api = Api;
            while !access.refused && !signal.aborted() {
                // Why the stream ended does not matter: the reads beside it say what is wrong.
                let _ = api.follow(&signal, |changed| dispatch.dispatch(Action::Changed(changed))).await;
                if !signal.aborted() {
                    dispatch.dispatch(Action::Lost);
                }
                TimeoutFuture::new(RECONNECT_MS).await;
            }
        });
        move || {
            if let Some(abort) = abort {
                abort.abort();
            }
        }
    });
}

#[hook]
fn use_list(store: &UseReducerHandle<State>) {
    // How much a refresh covers is read when it begins, and does not begin another one.
    let rows = use_mut_ref(|| 0);
    *rows.borrow_mut() = store.list.refresh_rows();
    let dispatch = store.dispatcher();
    // Elsewhere it only says whether there is anything at all.
    let wanted = store.view.has_list() || !store.list.known || store.list.is_bare();
    let deps = (store.list.key.clone(), wanted, store.access.clone(), store.attempt);
    use_refresh(deps, Pace::of(&store.live, store.live.changes), move |(key, wanted, access, _)| {
        let (dispatch, rows) = (dispatch.clone(), *rows.borrow());
        Box::pin(async move {
            if access.refused || !wanted {
                return false;
            }
            let answer = Api.sessions(&key.query(rows, now())).await;
            dispatch.dispatch(Action::ListRefreshed { key, now: now(), answer });
            true
        })
    });
}

/// Asks for what is in the search box when nobody types any more.
#[hook]
fn use_search(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with(store.list.words.clone(), move |_| {
        let typed = Timeout::new(TYPING_MS, move || dispatch.dispatch(Action::Searched));
        move || drop(typed)
    });
}

#[hook]
fn use_more(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    let deps = (store.list.more.clone(), store.list.key.clone(), store.access.clone());
    use_effect_with(deps, move |(more, key, _)| {
        if let Some(cursor) = more.clone() {
            let (key, api) = (key.clone(), Api);
            spawn_local(async move {
                let answer = api.sessions(&after(&key, &cursor, now())).await;
                dispatch.dispatch(Action::MoreLoaded { key, answer });
            });
        }
    });
}

/// Asks for what the view shows.
#[hook]
fn use_reads(store: &UseReducerHandle<State>) {
    // A hook is not called in a loop.
    let [one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve] =
        store.reads.questions(&store.to_fix);
    use_read(store, one);
    use_read(store, two);
    use_read(store, three);
    use_read(store, four);
    use_read(store, five);
    use_read(store, six);
    use_read(store, seven);
    use_read(store, eight);
    use_read(store, nine);
    use_read(store, ten);
    use_read(store, eleven);
    use_read(store, twelve);
}

/// Asks a question while there is one: until there is an answer, or again and again.
#[hook]
fn use_read(store: &UseReducerHandle<State>, question: Option<Question>) {
    // What is large and changes little is asked for once, or seldom.
    let (pace, again) = match question {
        Some(Question::Overview(_) | Question::Visitor(_)) => (Pace::of(&store.live, store.live.changes), true),
        Some(Question::Problems(..) | Question::Decided(..) | Question::Pages(_) | Question::Paths(_)) => {
            (Pace::slow(), true)
        }
        _ => (Pace::default(), false),
    };
    let dispatch = store.dispatcher();
    use_refresh((question, store.access.clone(), store.attempt), pace, move |(question, access, _)| {
        let dispatch = dispatch.clone();
        Box::pin(async move {
            let Some(question) = question.filter(|_| !access.refused) else { return false };
            let round = match question {
                Question::Problems(_, round, _) | Question::Decided(_, round) => Some(round),
                _ => None,
            };
            let read = Api.answer(question).await;
            let goes_on = read.failure().map_or(again, Failure::may_pass);
            let (read, now) = (Box::new(read), now());
            dispatch.dispatch(match round {
                Some(round) => Action::ProblemsAnswered { round, now, read },
                None => Action::Answered(read, now),
            });
            goes_on
        })
    });
}

#[hook]
fn use_decision(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with(store.to_fix.asked.clone(), move |asked: &Option<Decision>| {
        if let Some(Decision { number, id, status, .. }) = asked.clone() {
            spawn_local(async move {
                let answer = Api.mark(id, status).await;
                dispatch.dispatch(Action::ProblemSettled { number, answer });
            });
        }
    });
}

/// Waits while an erasure can be undone, and then asks for it.
#[hook]
fn use_erase(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with(store.erase.pending.clone(), {
        let dispatch = dispatch.clone();
        move |pending: &Option<SessionId>| {
            let timeout =
                pending.is_some().then(|| Timeout::new(Erase::UNDO_MS, move || dispatch.dispatch(Action::EraseDue)));
            move || drop(timeout)
        }
    });
    use_effect_with(store.erase.due.clone(), move |due: &Option<(u32, SessionId)>| {
        if let Some((_, id)) = due.clone() {
            spawn_local(async move {
                let answer = Api.erase(id.clone()).await;
                dispatch.dispatch(Action::Erased { id, answer });
            });
        }
    });
}

#[hook]
fn use_session(store: &UseReducerHandle<State>) {
    let view = matches!(store.view, View::Session { .. }).then(|| store.view.clone());
    // A session that becomes live again, or ends, is asked for once more.
    let live = store.view.session().and_then(|id| store.list.row(id)).is_some_and(|row| row.live);
    let dispatch = store.dispatcher();
    let deps = (view, live, store.access.clone(), store.attempt);
    use_refresh(deps, Pace::of(&store.live, store.live.of_shown), move |(view, _, access, _)| {
        let dispatch = dispatch.clone();
        Box::pin(async move {
            let Some(view @ View::Session { .. }) = view else { return false };
            let View::Session { id, page, .. } = &view else { return false };
            if access.refused {
                return false;
            }
            // Where no page is chosen, it is that where a live visitor is.
            let answer = Api.session(id, page.as_deref()).await;
            let goes_on = match &answer {
                Ok(opened) => opened.session.live,
                Err(failure) => failure.may_pass(),
            };
            dispatch.dispatch(Action::SessionLoaded { view, answer: Box::new(answer) });
            goes_on
        })
    });
}

/// Fetches the rest of a session, once what is in front is there: its events, then its other pages, one by one.
#[hook]
fn use_film(store: &UseReducerHandle<State>) {
    let behind = use_mut_ref(|| store.session.behind.clone());
    behind.borrow_mut().clone_from(&store.session.behind);
    let dispatch = store.dispatcher();
    let of = store.view.session().zip(store.session.figures.data.as_ref()).map(|(id, figures)| {
        let mut pages: Vec<String> = figures.summary.pages.iter().map(|view| view.page.clone()).collect();
        order::sort_by(&mut pages, String::cmp);
        pages.dedup();
        (id.clone(), pages, figures.summary.counts)
    });
    use_effect_with((of, store.access.clone()), move |(of, _)| {
        let alive = Rc::new(Cell::new(true));
        if let Some((id, pages, _)) = of.clone() {
            let (wanted, api) = (alive.clone(), Api);
            spawn_local(async move {
                let answer = api.beats(&id).await;
                dispatch.dispatch(Action::BeatsLoaded { id: id.clone(), answer });
                for page in pages {
                    if !wanted.get() {
                        return;
                    }
                    if !behind.borrow().contains(&page) {
                        continue;
                    }
                    let answer = Box::new(api.session(&id, Some(&page)).await);
                    dispatch.dispatch(Action::PageRecorded { id: id.clone(), answer });
                }
            });
        }
        move || alive.set(false)
    });
}

#[hook]
fn use_insight(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    use_effect_with(store.asked.clone(), move |asked: &Option<AskedInsight>| {
        if let Some(asked) = asked.clone() {
            spawn_local(async move {
                let subject = asked.subject.clone();
                let on_rules = |insight| {
                    let insight = Box::new(insight);
                    dispatch.dispatch(Action::InsightDrafted { subject: subject.clone(), insight });
                };
                let answer = Box::new(Api.analyze(asked, on_rules).await);
                dispatch.dispatch(Action::InsightLoaded { subject, answer });
            });
        }
    });
}

/// When to ask again.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// What the stream has counted; none when it is not followed, and everything is asked for from time to time.
    changes: Option<u64>,
    slow: bool,
}

impl Pace {
    /// When the count changes, while the stream is followed.
    fn of(live: &Live, changes: u64) -> Self {
        Self { changes: live.following.then_some(changes), slow: false }
    }

    /// Seldom: what is asked for is large, and changes little.
    fn slow() -> Self {
        Self { changes: None, slow: true }
    }

    /// Whether to ask again so long after an answer, before which the pace was `before`.
    fn is_due(self, before: Self, rested: u32) -> bool {
        let longest = if self.slow || self.changes.is_some() { SELDOM_MS } else { REFRESH_MS };
        let changed = self.changes.is_some() && self.changes != before.changes && rested >= LEAST_MS;
        changed || rested >= longest
    }
}

/// Runs `task` now, and again and again while it says so, never twice at a time, until `deps` change. Rests while the
/// page is out of sight.
#[hook]
fn use_refresh<D: Clone + PartialEq + 'static>(deps: D, pace: Pace, task: impl Fn(D) -> Task + 'static) {
    let latest = use_mut_ref(|| pace);
    *latest.borrow_mut() = pace;
    use_effect_with(deps, move |deps| {
        let alive = Rc::new(Cell::new(true));
        let deps = deps.clone();
        refresh(latest, alive.clone(), Box::new(move || task(deps.clone())));
        move || alive.set(false)
    });
}

/// Something to do; whether it is to be done again. Boxed, so that what repeats it is compiled once.
type Task = LocalBoxFuture<'static, bool>;

fn refresh(latest: Rc<RefCell<Pace>>, wanted: Rc<Cell<bool>>, task: Box<dyn Fn() -> Task>) {
    spawn_local(async move {
        let mut goes_on = true;
        while goes_on && wanted.get() {
            if document().hidden() {
                TimeoutFuture::new(STEP_MS).await;
                continue;
            }
            let before = *latest.borrow();
            goes_on = task().await;
            let mut rested = 0;
            while wanted.get() && !latest.borrow().is_due(before, rested) {
                TimeoutFuture::new(STEP_MS).await;
                rested += STEP_MS;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_followed_is_asked_for_when_it_changes() {
        let followed = |changes| Pace { changes: Some(changes), slow: false };
        assert!(!followed(1).is_due(followed(1), REFRESH_MS));
        assert!(followed(2).is_due(followed(1), LEAST_MS) && !followed(2).is_due(followed(1), LEAST_MS - STEP_MS));
        assert!(followed(1).is_due(followed(1), SELDOM_MS));
        assert!(Pace::default().is_due(followed(1), REFRESH_MS), "the stream is lost");
        assert!(!Pace::slow().is_due(Pace::slow(), REFRESH_MS) && Pace::slow().is_due(Pace::slow(), SELDOM_MS));
    }
}
