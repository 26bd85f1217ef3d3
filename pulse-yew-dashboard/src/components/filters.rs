//! Which sessions are listed: search, conditions and order, all of them in the address.

use std::rc::Rc;

use pulse_core::model::Device;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{icon::icon, pick};
use crate::{
    browser::Dispatch,
    format,
    route::{Days, Filter},
    state::{Action, List},
};

/// The kinds of devices to choose from.
const DEVICES: [Device; 3] = [Device::Desktop, Device::Tablet, Device::Mobile];

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) list: Rc<List>,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn Filters(props: &Props) -> Html {
    let Props { list, dispatch } = props;
    let key = &list.key;
    let oninput = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            dispatch.dispatch(Action::Typed(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let choose = |change: fn(&mut Filter, usize)| {
        let (dispatch, key) = (dispatch.clone(), key.clone());
        Callback::from(move |i: usize| {
            let mut filter = key.clone();
            change(&mut filter, i);
            dispatch.dispatch(Action::Filtered(filter));
        })
    };
    let any = |first: &'static str, names: Vec<&'static str>| -> Vec<AttrValue> {
        std::iter::once(first).chain(names).map(AttrValue::from).collect()
    };
    let place = |index: Option<usize>| index.map_or(0, |i| i + 1);
    let device = place(DEVICES.iter().position(|device| Some(*device) == key.device));
    let tier = place(Filter::TIERS.iter().position(|(tier, _)| Some(*tier) == key.tier));
    let days = Days::ALL.iter().position(|(days, ..)| *days == key.days).unwrap_or(Days::ALL.len() - 1);
    let sort = Filter::SORTS.iter().position(|(sort, ..)| *sort == key.sort).unwrap_or(0);
    let remove = |change: fn(&mut Filter)| {
        let (dispatch, key) = (dispatch.clone(), key.clone());
        Callback::from(move |_: MouseEvent| {
            let mut filter = key.clone();
            change(&mut filter);
            dispatch.dispatch(Action::Filtered(filter));
        })
    };
    html! {
        <search class="filters">
            <input type="search" aria-label="Search sessions" placeholder="Search page, title, device" value={list.words.clone()} {oninput} />
            <details class="conditions" open=true>
                <summary class="small">{ if key.conditions() > 0 { format!("Filter, {} set", key.conditions()) } else { "Filter".to_owned() } }</summary>
                <div class="picks">
                    { pick::pick(&pick::Props { label: "Order".into(), names: Filter::SORTS.map(|(_, name, _)| name.into()).to_vec(), chosen: sort, on_choice: choose(|filter, i| filter.sort = Filter::SORTS.get(i).map_or(filter.sort, |(sort, ..)| *sort)), on: false }) }
                    { pick::pick(&pick::Props { label: "Time".into(), names: Days::ALL.map(|(_, name, _)| if name == "All" { "Any time".into() } else { format!("Last {name}").into() }).to_vec(), chosen: days, on: key.days != Days::Ever, on_choice: choose(|filter, i| filter.days = Days::ALL.get(i).map_or(filter.days, |(days, ..)| *days)) }) }
                    { pick::pick(&pick::Props { label: "Device".into(), names: any("Any device", DEVICES.map(format::device).to_vec()), chosen: device, on: device > 0, on_choice: choose(|filter, i| filter.device = i.checked_sub(1).and_then(|i| DEVICES.get(i).copied())) }) }
                    { pick::pick(&pick::Props { label: "Trouble".into(), names: any("Any trouble", vec!["Some trouble", "Medium or more", "High trouble"]), chosen: tier, on: tier > 0, on_choice: choose(|filter, i| filter.tier = i.checked_sub(1).and_then(|i| Filter::TIERS.get(i).map(|(tier, _)| *tier))) }) }
                    { for Filter::MARKS.iter().enumerate().map(|(i, (_, name))| {
                        let is_on = key.marks.get(i).copied().unwrap_or_default();
                        let toggle = choose(|filter, i| if let Some(mark) = filter.marks.get_mut(i) { *mark = !*mark });
                        let onclick = Callback::from(move |_: MouseEvent| toggle.emit(i));
                        html! { <button class="pick" type="button" aria-pressed={is_on.to_string()} {onclick}>{ *name }</button> }
                    }) }
                </div>
            </details>
            if let Some(page) = &key.page {
                { tag(format::path_of(page), "Show visits of all pages", remove(|filter| *filter = Filter { page: None, ..filter.clone().anywhere() })) }
            }
            if let Some(place) = key.place() {
                { tag(&place, "Show visits whatever they clicked", remove(|filter| *filter = filter.clone().anywhere())) }
            }
        </search>
    }
}

fn tag(text: &str, label: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <p class="tag">
            <span class="cut" title={text.to_owned()}>{ text }</span>
            <button class="bare" type="button" aria-label={label} {onclick}>{ icon("close") }</button>
        </p>
    }
}
