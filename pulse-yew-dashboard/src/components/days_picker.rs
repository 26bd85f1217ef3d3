//! How far back is looked.

use yew::prelude::*;

use super::segments::{self, segments};
use crate::{
    browser::replace,
    route::{Days, View},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) days: Days,
    /// The view with other days.
    pub(super) view: Callback<Days, View>,
}

pub(super) fn days_picker(props: &Props) -> Html {
    let names = Days::ALL.map(|(_, name, _)| name.into()).to_vec();
    let chosen = Days::ALL.iter().position(|(days, ..)| *days == props.days);
    let view = props.view.clone();
    let on_choice = Callback::from(move |i: usize| {
        if let Some((days, ..)) = Days::ALL.get(i) {
            replace(&view.emit(*days));
        }
    });
    html! { <div class="days num">{ segments(&segments::Props { label: "Time", names, chosen, on_choice }) }</div> }
}
