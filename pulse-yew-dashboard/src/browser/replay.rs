//! The replay: time moves on while a person plays a session, and the address names the moment.

use std::{cell::Cell, rc::Rc};

use gloo::{
    timers::{callback::Timeout, future::TimeoutFuture},
    utils::window,
};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use super::{matches_media, now, shown_view};
use crate::{
    map::Film,
    route::View,
    state::{Viewer, ViewerAction},
};

/// Between two pictures for people who asked for less motion: steps, not movement.
const STEP_MS: u32 = 700;
/// No step is longer: a tab that was out of sight goes on where it was.
const LONGEST_MS: f64 = 1_000.0;
/// The address follows when the moment rests for so long; browsers allow only so many changes a second.
const REST_MS: u32 = 300;

impl Reducible for Viewer {
    type Action = ViewerAction;

    fn reduce(self: Rc<Self>, action: ViewerAction) -> Rc<Self> {
        Rc::new(Self::reduce(*self, action))
    }
}

/// How a session's maps are looked at; plays by itself when told to.
#[hook]
pub fn use_viewer(film: Rc<Film>) -> UseReducerHandle<Viewer> {
    let viewer = use_reducer_eq(Viewer::default);
    let dispatch = viewer.dispatcher();
    let latest = use_mut_ref(|| film.clone());
    *latest.borrow_mut() = film;
    use_effect_with(viewer.playing, move |playing| {
        let alive = Rc::new(Cell::new(*playing));
        let wanted = alive.clone();
        let is_still = matches_media("(prefers-reduced-motion: reduce)");
        spawn_local(async move {
            let mut last = now();
            while wanted.get() {
                if is_still {
                    TimeoutFuture::new(STEP_MS).await
                } else {
                    next_frame().await
                }
                let time = now();
                let elapsed = ((time - last) as f64).min(LONGEST_MS);
                dispatch.dispatch(ViewerAction::Elapsed(elapsed, latest.borrow().clone()));
                last = time;
            }
        });
        move || alive.set(false)
    });
    viewer
}

/// Waits until the browser is about to paint.
async fn next_frame() {
    let frame = Promise::new(&mut |resolve, _| {
        // It fails only in a window that is closed.
        let _ = window().request_animation_frame(&resolve);
    });
    let _ = JsFuture::from(frame).await;
}

/// Keeps the moment that is shown in the address, so that a link, a reload and the way back lead to it.
#[hook]
pub fn use_moment(view: View) {
    use_effect_with(view, |view| {
        let (address, view) = (view.to_string(), view.clone());
        let written = Timeout::new(REST_MS, move || {
            // The address may lead elsewhere already, which is told to this page a moment later.
            if shown_view().session() != view.session() {
                return;
            }
            // The mark tells a moment that was left from a link to one, which is watched from a little before.
            if let Ok(history) = window().history()
                && window().location().hash().ok().as_ref() != Some(&address)
            {
                let _ = history.replace_state_with_url(&JsValue::TRUE, "", Some(&address));
            }
        });
        move || drop(written)
    });
}

/// Whether the address was written by [`use_moment`].
pub fn is_own_moment() -> bool {
    window().history().and_then(|history| history.state()).is_ok_and(|state| state.is_truthy())
}
