//! A sparkline. The row says the same in words, so it is hidden from screen readers.

use yew::prelude::*;

use crate::map::{SPARK, spark};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) activity: Vec<u32>,
}

#[component]
pub(super) fn Sparkline(props: &Props) -> Html {
    let (width, height) = SPARK;
    html! {
        <svg class="spark" viewBox={format!("0 0 {width} {height}")} width={width.to_string()} height={height.to_string()}
            aria-hidden="true">
            <path d={spark(&props.activity)} />
        </svg>
    }
}
