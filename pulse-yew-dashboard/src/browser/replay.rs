//! The replay: time moves on while a person plays a session.

use std::{cell::Cell, rc::Rc};

use gloo::timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{matches_media, now};
use crate::{
    map::Timeline,
    state::{Viewer, ViewerAction},
};

/// Between two pictures.
const FRAME_MS: u32 = 16;
/// Between two pictures for people who asked for less motion: steps, not movement.
const STEP_MS: u32 = 700;

impl Reducible for Viewer {
    type Action = ViewerAction;

    fn reduce(self: Rc<Self>, action: ViewerAction) -> Rc<Self> {
        Rc::new(Self::reduce(*self, action))
    }
}

/// How a session's maps are looked at; plays by itself when told to.
#[hook]
pub fn use_viewer(line: Timeline) -> UseReducerHandle<Viewer> {
    let viewer = use_reducer_eq(Viewer::default);
    let dispatch = viewer.dispatcher();
    use_effect_with((viewer.playing, line), move |(playing, line)| {
        let alive = Rc::new(Cell::new(*playing));
        let (wanted, line) = (alive.clone(), *line);
        let pause = if matches_media("(prefers-reduced-motion: reduce)") { STEP_MS } else { FRAME_MS };
        spawn_local(async move {
            let mut last = now();
            while wanted.get() {
                TimeoutFuture::new(pause).await;
                let time = now();
                dispatch.dispatch(ViewerAction::Elapsed((time - last) as f64, line));
                last = time;
            }
        });
        move || alive.set(false)
    });
    viewer
}
