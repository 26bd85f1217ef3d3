//! When things are fetched: keeps what is shown up to date, and hands every answer to the reducer.

use std::{cell::Cell, rc::Rc};

use gloo::{
    events::EventListener,
    timers::future::TimeoutFuture,
    utils::{document, window},
};
use pulse_core::model::SessionId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{Api, now, remembered_token, shown_view};
use crate::{
    route::View,
    state::{Action, PAGE_ROWS, State},
};

/// The list, and a session that is live, are asked for again after this long.
const REFRESH_MS: u32 = 3_000;

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
    let store = use_reducer(|| State::new(shown_view(), remembered_token(), now()));
    use_address(store.dispatcher());
    use_list(&store);
    use_more(&store);
    use_session(&store);
    use_page(&store);
    use_insight(&store);
    store
}

/// Follows the address.
#[hook]
fn use_address(dispatch: Dispatch) {
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            dispatch.dispatch(Action::Navigated(shown_view()));
        });
        move || drop(listener)
    });
}

#[hook]
fn use_list(store: &UseReducerHandle<State>) {
    // How much a refresh covers is read when it begins, and does not begin another one.
    let rows = use_mut_ref(|| 0);
    *rows.borrow_mut() = store.list.refresh_rows();
    let dispatch = store.dispatcher();
    let deps = (store.list.key.clone(), store.access.clone(), store.attempt);
    use_refresh(deps, move |(key, access, _)| {
        let (dispatch, rows) = (dispatch.clone(), *rows.borrow());
        async move {
            if !access.refused {
                let answer = Api::new(access.token).sessions(&key, rows, None).await;
                dispatch.dispatch(Action::ListRefreshed { key, now: now(), answer });
            }
            !access.refused
        }
    });
}

#[hook]
fn use_more(store: &UseReducerHandle<State>) {
    let dispatch = store.dispatcher();
    let deps = (store.list.more.clone(), store.list.key.clone(), store.access.token.clone());
    use_effect_with(deps, move |(more, key, token)| {
        if let Some(cursor) = more.clone() {
            let (key, api) = (key.clone(), Api::new(token.clone()));
            spawn_local(async move {
                let answer = api.sessions(&key, PAGE_ROWS, Some(&cursor)).await;
                dispatch.dispatch(Action::MoreLoaded { key, answer });
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
    use_refresh((view, live, store.access.clone(), store.attempt), move |(view, _, access, _)| {
        let dispatch = dispatch.clone();
        async move {
            let Some(View::Session { id, page }) = view else { return false };
            if access.refused {
                return false;
            }
            let api = Api::new(access.token);
            let (analytics, map) =
                futures_util::future::join(api.analytics(&id), api.session_map(&id, page.as_deref())).await;
            let goes_on = match &analytics {
                Ok(answer) => answer.session.live || map.is_err(),
                Err(failure) => failure.may_pass(),
            };
            let analytics = Box::new(analytics);
            dispatch.dispatch(Action::SessionLoaded { view: View::Session { id, page }, analytics, map });
            goes_on
        }
    });
}

#[hook]
fn use_page(store: &UseReducerHandle<State>) {
    let view = matches!(store.view, View::Pages { .. }).then(|| store.view.clone());
    let dispatch = store.dispatcher();
    use_refresh((view, store.access.clone(), store.attempt), move |(view, access, _)| {
        let dispatch = dispatch.clone();
        async move {
            let Some(View::Pages { page: Some(page) }) = view else { return false };
            if !access.refused {
                let answer = Api::new(access.token).page_map(&page).await;
                let goes_on = answer.as_ref().err().is_some_and(|failure| failure.may_pass());
                dispatch.dispatch(Action::PageLoaded { view: View::Pages { page: Some(page) }, answer });
                return goes_on;
            }
            false
        }
    });
}

#[hook]
fn use_insight(store: &UseReducerHandle<State>) {
    let (dispatch, token) = (store.dispatcher(), store.access.token.clone());
    use_effect_with(store.asked.clone(), move |asked: &Option<(u32, SessionId)>| {
        if let Some((_, id)) = asked.clone() {
            spawn_local(async move {
                let answer = Api::new(token).analyze(&id).await;
                dispatch.dispatch(Action::InsightLoaded { id, answer });
            });
        }
    });
}

/// Runs `task` now, and again and again while it says so, never twice at a time, until `deps` change. Rests while the
/// page is out of sight.
#[hook]
fn use_refresh<D, F>(deps: D, task: impl Fn(D) -> F + 'static)
where
    D: Clone + PartialEq + 'static,
    F: Future<Output = bool> + 'static,
{
    use_effect_with(deps, move |deps| {
        let alive = Rc::new(Cell::new(true));
        let (deps, wanted) = (deps.clone(), alive.clone());
        spawn_local(async move {
            let mut goes_on = true;
            while goes_on && wanted.get() {
                if !document().hidden() {
                    goes_on = task(deps.clone()).await;
                }
                TimeoutFuture::new(REFRESH_MS).await;
            }
        });
        move || alive.set(false)
    });
}
