//! A sparkline. The row says the same in words, so it is hidden from screen readers.

use yew::prelude::*;

use crate::map::{SPARK, spark};

pub(super) fn sparkline(activity: &[u32], so_far: bool) -> Html {
    let (width, height) = SPARK;
    let path = spark(activity);
    // The last bar is hollow where it may still grow.
    let (path, last) = path.split_at(if so_far { path.rfind('M').unwrap_or_default() } else { path.len() });
    html! {
        <svg class="spark" viewBox={format!("0 0 {width} {height}")} width={width.to_string()} height={height.to_string()}
            aria-hidden="true">
            <path d={path.to_owned()} />
            if so_far { <path class="so-far" d={last.to_owned()} /> }
        </svg>
    }
}
