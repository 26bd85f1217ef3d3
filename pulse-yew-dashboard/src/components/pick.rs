//! A choice of one of several, as the browser's own list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) label: AttrValue,
    pub(super) names: Vec<AttrValue>,
    pub(super) chosen: usize,
    pub(super) on_choice: Callback<usize>,
    /// Whether it is set to something else than usual.
    #[prop_or_default]
    pub(super) on: bool,
}

pub(super) fn pick(props: &Props) -> Html {
    let Props { label, names, chosen, on_choice, on } = props;
    let onchange = {
        let on_choice = on_choice.clone();
        Callback::from(move |event: Event| {
            let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
            if let Ok(index) = usize::try_from(index) {
                on_choice.emit(index);
            }
        })
    };
    html! {
        <select class={classes!("pick", on.then_some("on"))} aria-label={label.clone()} {onchange}>
            { for names.iter().enumerate().map(|(i, name)| html! {
                <option key={i} selected={i == *chosen}>{ name }</option>
            }) }
        </select>
    }
}
