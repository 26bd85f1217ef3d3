//! Flat grey shapes of the final size, while the first answer is on its way.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) kind: &'static str,
    #[prop_or(1)]
    pub(super) count: usize,
}

#[component]
pub(super) fn Skeleton(props: &Props) -> Html {
    let one = |_| html! { <div class={classes!("skeleton", props.kind)}><i></i><i></i></div> };
    html! { <div class="skeletons" aria-hidden="true">{ for (0..props.count).map(one) }</div> }
}
