//! A choice of one of a few, side by side.

use yew::prelude::*;

pub(super) struct Props {
    pub(super) label: &'static str,
    pub(super) names: Vec<AttrValue>,
    /// Which one is chosen, if any is.
    pub(super) chosen: Option<usize>,
    pub(super) on_choice: Callback<usize>,
}

pub(super) fn segments(props: &Props) -> Html {
    let button = |(i, name): (usize, &AttrValue)| {
        let on_choice = props.on_choice.clone();
        let onclick = Callback::from(move |_: MouseEvent| on_choice.emit(i));
        html! {
            <button type="button" aria-pressed={(Some(i) == props.chosen).to_string()} {onclick}>{ name }</button>
        }
    };
    html! {
        <div class="segments" role="group" aria-label={props.label}>{ for props.names.iter().enumerate().map(button) }</div>
    }
}
