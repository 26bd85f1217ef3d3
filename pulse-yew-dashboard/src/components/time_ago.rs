//! How long ago, with the full time behind it.

use pulse_core::model::Millis;
use yew::prelude::*;

use crate::{browser, format};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) at: Millis,
    pub(super) now: Millis,
}

pub(super) fn time_ago(props: &Props) -> Html {
    let Props { at, now } = *props;
    html! {
        <time datetime={browser::iso_time(at)} title={browser::local_time(at)}>{ format::ago(now, at) }</time>
    }
}
