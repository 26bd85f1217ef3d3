//! Flat grey shapes of the final size, while the first answer is on its way.

use yew::prelude::*;

pub(super) fn skeleton(kind: &'static str, count: usize) -> Html {
    let one = |_| html! { <div class={classes!("skeleton", kind)}><i></i><i></i></div> };
    html! { <div class="skeletons" aria-hidden="true">{ for (0..count).map(one) }</div> }
}
