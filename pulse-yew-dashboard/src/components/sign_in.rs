//! Asks for the admin token, when the server wants one, and lets who gave it sign out again.

use pulse_core::wire::ErrorCode;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::icon;
use crate::{
    browser::{Api, Dispatch, note_sign_in},
    state::{Action, Failure},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SignIn(props: &Props) -> Html {
    let field = use_node_ref();
    let wrong = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (field, wrong, dispatch) = (field.clone(), wrong.clone(), props.dispatch.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let token = field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            let token = token.trim().to_owned();
            if token.is_empty() {
                return;
            }
            let (wrong, dispatch) = (wrong.clone(), dispatch.clone());
            spawn_local(async move {
                match Api.sign_in(token).await {
                    Ok(()) => {
                        note_sign_in(true);
                        dispatch.dispatch(Action::SignedIn);
                    }
                    Err(failure) => wrong.set(Some(said(&failure))),
                }
            });
        })
    };
    html! {
        <main class="sign-in">
            <form class="card" {onsubmit}>
                <p class="brand">{ icon("pulse") }{ "Pulse" }</p>
                <h1>{ "Sign in" }</h1>
                <p class="quiet">{ "This server asks for its admin token. You are signed out after half an hour without use." }</p>
                <label for="token">{ "Admin token" }</label>
                <input id="token" type="password" autocomplete="current-password" required={true} ref={field}
                    aria-invalid={wrong.is_some().to_string()} aria-describedby={wrong.is_some().then_some("wrong")} />
                if let Some(wrong) = &*wrong {
                    <p class="wrong" id="wrong" role="alert">{ *wrong }</p>
                }
                <button type="submit">{ "Sign in" }</button>
            </form>
        </main>
    }
}

fn said(failure: &Failure) -> &'static str {
    match failure.code() {
        Some(ErrorCode::Unauthorized) => "The server did not accept this token.",
        Some(ErrorCode::NotFound) => "This app decides who may read. Sign in there, then reload.",
        Some(ErrorCode::TooManyRequests) => "Too many wrong tokens were sent. Wait a minute and try again.",
        _ => failure.title(),
    }
}

/// Makes the cookie worthless and asks for the token again.
#[component]
pub(super) fn SignOut(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let dispatch = dispatch.clone();
        spawn_local(async move {
            // A server that cannot be reached leaves the cookie as it is: then nobody is told that it is gone.
            if Api.sign_out().await.is_ok() {
                note_sign_in(false);
                dispatch.dispatch(Action::SignedOut);
            }
        });
    });
    html! { <button class="plain" type="button" {onclick}>{ "Sign out" }</button> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_with_its_own_login_is_where_to_sign_in() {
        assert!(said(&Failure::of(404, "")).starts_with("This app decides who may read."));
        assert!(said(&Failure::of(401, "")).contains("token"));
    }
}
