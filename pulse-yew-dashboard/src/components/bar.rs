//! The bar on top: what there is to look at.

use std::rc::Rc;

use pulse_core::wire::SitesAnswer;
use yew::prelude::*;

use super::{icon::icon, sign_in::SignOut, site_picker};
use crate::{
    browser::Dispatch,
    route::{Days, Filter, View},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: View,
    /// What the list of sessions was filtered by.
    pub(super) filter: Filter,
    /// The sites of the server, once they are known.
    pub(super) sites: Option<Rc<SitesAnswer>>,
    /// Goes past the bar.
    pub(super) on_skip: Callback<MouseEvent>,
    /// Whoever signed in can sign out.
    pub(super) signed_in: Option<Dispatch>,
}

pub(super) fn bar(props: &Props) -> Html {
    let view = &props.view;
    let link = |to: View, label: &str, on: bool| {
        html! { <a href={to.to_string()} aria-current={on.then_some("page")}>{ label }</a> }
    };
    let pages = matches!(view, View::Pages { .. } | View::Page(_));
    html! {
        <header class="bar">
            <button class="skip" type="button" onclick={props.on_skip.clone()}>{ "Skip to content" }</button>
            <a class="brand" href={View::home().to_string()} aria-label="Pulse, home">{ icon("pulse") }<span>{ "Pulse" }</span></a>
            if let Some(sites) = props.sites.as_deref() {
                { site_picker::site_picker(&site_picker::Props { sites: sites.clone() }) }
            }
            <nav aria-label="Views">
                { link(View::home(), "Fix first", matches!(view, View::Home { .. })) }
                { link(View::Sessions(props.filter.clone()), "Sessions", view.has_list() || matches!(view, View::Visitor { .. })) }
                { link(View::pages(), "Pages", pages) }
                { link(View::Paths { page: None, days: Days::default() }, "Paths", matches!(view, View::Paths { .. })) }
                { link(View::Setup, "Set up", *view == View::Setup) }
            </nav>
            if let Some(dispatch) = props.signed_in.clone() {
                <SignOut {dispatch} />
            }
        </header>
    }
}
