//! On which kind of device a page is looked at, with the sessions of each.

use std::rc::Rc;

use pulse_core::{model::Device, wire::dashboard::DEVICES};
use yew::prelude::*;

use super::segments::Segments;
use crate::{browser::show, format, route::View, state::DeviceSessions};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) page: String,
    pub(super) shown: Option<Device>,
    pub(super) sessions: Option<Rc<DeviceSessions>>,
}

#[component]
pub(super) fn DevicePicker(props: &Props) -> Html {
    let Props { page, shown, sessions } = props;
    // A device that nobody used is offered only where its numbers are not known, or its address was given.
    let is_used = |device: &Device| sessions.as_ref().is_none_or(|of| of.on(*device) > 0) || Some(*device) == *shown;
    let devices: Vec<Device> = DEVICES.into_iter().filter(is_used).collect();
    let name = |device: &Device| match sessions {
        Some(sessions) => format!("{} {}", format::device(*device), format::grouped(sessions.on(*device))).into(),
        None => format::device(*device).into(),
    };
    let names: Vec<AttrValue> = devices.iter().map(name).collect();
    let chosen = devices.iter().position(|device| Some(*device) == *shown);
    let on_choice = {
        let (page, devices) = (page.clone(), devices.clone());
        Callback::from(move |i: usize| show(&View::Pages { page: Some(page.clone()), device: devices.get(i).copied() }))
    };
    if devices.is_empty() {
        return html! {};
    }
    html! { <div class="picker num"><Segments label="Sessions by device" {names} {chosen} {on_choice} /></div> }
}
