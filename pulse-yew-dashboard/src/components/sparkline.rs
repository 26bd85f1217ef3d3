//! A sparkline. The row says the same in words, so it is hidden from screen readers.

use yew::prelude::*;

use crate::map::{SPARK, spark};

pub(super) fn sparkline(activity: &[u32]) -> Html {
    let (width, height) = SPARK;
    html! {
        <svg class="spark" viewBox={format!("0 0 {width} {height}")} width={width.to_string()} height={height.to_string()}
            aria-hidden="true">
            <path d={spark(activity)} />
        </svg>
    }
}
