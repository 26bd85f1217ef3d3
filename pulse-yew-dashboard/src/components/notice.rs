//! An error: what happened, what is safe, what to do.

use yew::prelude::*;

use crate::{route::View, state::Failure};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) failure: Failure,
    pub(super) on_retry: Callback<MouseEvent>,
    /// Beside data that is still shown.
    #[prop_or_default]
    pub(super) quiet: bool,
}

#[component]
pub(super) fn Notice(props: &Props) -> Html {
    let Props { failure, on_retry, quiet } = props;
    html! {
        <div class={classes!("notice", quiet.then_some("quiet-notice"))} role="alert">
            <p class="what">{ failure.title() }</p>
            <p class="quiet">{ failure.advice() }</p>
            if failure.may_pass() {
                <button class="plain" type="button" onclick={on_retry.clone()}>{ "Try again" }</button>
            }
        </div>
    }
}

/// An address that leads to nothing: what it was to be, and where to go on.
pub(super) fn nowhere(title: &'static str, to: View, name: &'static str) -> Html {
    html! {
        <div class="page">
            <h1>{ title }</h1>
            <Notice failure={Failure::of(404, "")} on_retry={Callback::noop()} />
            <p><a href={to.to_string()}>{ name }</a></p>
        </div>
    }
}
