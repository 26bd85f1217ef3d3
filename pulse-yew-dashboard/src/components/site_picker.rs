//! Which site is shown, where the server has several.

use pulse_core::{model::SiteKey, wire::SitesAnswer};
use yew::prelude::*;

use super::pick;
use crate::{browser::leave_for, state::site_address};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) sites: SitesAnswer,
}

pub(super) fn site_picker(props: &Props) -> Html {
    let SitesAnswer { site, sites, .. } = &props.sites;
    if sites.len() < 2 {
        return html! {};
    }
    let names = sites.iter().map(|row| row.key.as_ref().map_or("Main site", SiteKey::as_str).to_owned().into());
    let chosen = sites.iter().position(|row| row.key == *site).unwrap_or_default();
    let addresses: Vec<String> = sites.iter().map(|row| site_address(site.as_ref(), row.key.as_ref())).collect();
    let on_choice = Callback::from(move |i: usize| {
        if let Some(address) = addresses.get(i) {
            leave_for(address);
        }
    });
    pick::pick(&pick::Props { label: "Site".into(), names: names.collect(), chosen, on_choice, on: false })
}
