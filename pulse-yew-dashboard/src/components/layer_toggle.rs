//! Shows or hides a layer, and says which colour it has.

use yew::prelude::*;

use crate::map::Layer;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) layer: Layer,
    pub(super) name: &'static str,
    pub(super) on: bool,
    pub(super) on_toggle: Callback<MouseEvent>,
}

#[component]
pub(super) fn LayerToggle(props: &Props) -> Html {
    let colour = match props.layer {
        Layer::Moves => "move",
        Layer::Clicks => "click",
        Layer::Rage => "rage",
        Layer::Outline => "outline",
    };
    html! {
        <button class={classes!("toggle", colour)} type="button" aria-pressed={props.on.to_string()} onclick={props.on_toggle.clone()}>
            { props.name }
        </button>
    }
}
