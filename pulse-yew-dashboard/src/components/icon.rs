//! The few icons there are, drawn in the text's colour.

use yew::prelude::*;

pub(super) fn icon(name: &str) -> Html {
    let (path, filled) = match name {
        "pulse" => ("M1 12h4l3-8 5 14 3-6h5", false),
        "play" => ("M7 4.5v13l11-6.5z", true),
        "pause" => ("M6 4h3.6v14H6zM12.4 4H16v14h-3.6z", true),
        "back" => ("M13.5 4.5L7 11l6.5 6.5", false),
        "check" => ("M4.5 11.5l4.5 4.5 8.5-10", false),
        "plus" => ("M11 5v12M5 11h12", false),
        "minus" => ("M5 11h12", false),
        "next" => ("M8.5 4.5L15 11l-6.5 6.5", false),
        "bin" => ("M4 6h14M9 6V4h4v2M6 6l1 12h8l1-12", false),
        _ => ("M6 6l10 10M16 6L6 16", false),
    };
    html! {
        <svg class={classes!("icon", filled.then_some("filled"))} viewBox="0 0 22 22" aria-hidden="true"><path d={path} /></svg>
    }
}
