//! Shows or hides a layer, and says which colour it has.

use yew::prelude::*;

use crate::map::Layer;

pub(super) fn layer_toggle(layer: Layer, name: &'static str, on: bool, on_toggle: Callback<MouseEvent>) -> Html {
    let colour = match layer {
        Layer::Moves => "move",
        Layer::Clicks => "click",
        Layer::Rage => "rage",
        Layer::Outline => "outline",
    };
    html! {
        <button class={classes!("toggle", colour)} type="button" aria-pressed={on.to_string()} onclick={on_toggle}>
            { name }
        </button>
    }
}
