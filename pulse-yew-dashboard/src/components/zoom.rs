//! Closer, farther, and back to the whole width.

use yew::prelude::*;

use super::icon::icon;
use crate::{
    format,
    map::{Frame, STEP},
};

pub(super) struct Props {
    pub(super) frame: Option<Frame>,
    /// How many times closer; none for the whole width.
    pub(super) on_zoom: Callback<Option<f64>>,
}

pub(super) fn zoom(props: &Props) -> Html {
    let Props { frame, on_zoom } = props;
    let act = |factor: Option<f64>| {
        let on_zoom = on_zoom.clone();
        Callback::from(move |_: MouseEvent| on_zoom.emit(factor))
    };
    let share = frame.map(|frame| format::percent_of(frame.scale)).unwrap_or_default();
    html! {
        <div class="zoom" role="group" aria-label="Zoom of the map">
            <button class="bare" type="button" aria-label="Zoom out" onclick={act(Some(1.0 / STEP))}>{ icon("minus") }</button>
            <button class="bare num small" type="button" aria-label={format!("{share}, show the whole width")} onclick={act(None)}>{ share.clone() }</button>
            <button class="bare" type="button" aria-label="Zoom in" onclick={act(Some(STEP))}>{ icon("plus") }</button>
        </div>
    }
}
