//! Asks for the admin token, when the server wants one.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::Icon;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// A token was given, and the server did not accept it.
    pub(super) again: bool,
    pub(super) on_token: Callback<String>,
}

#[component]
pub(super) fn SignIn(props: &Props) -> Html {
    let field = use_node_ref();
    let onsubmit = {
        let (field, on_token) = (field.clone(), props.on_token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let token = field.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            if !token.trim().is_empty() {
                on_token.emit(token.trim().to_owned());
            }
        })
    };
    html! {
        <main class="sign-in">
            <form class="card" {onsubmit}>
                <p class="brand"><Icon name="pulse" />{ "Pulse" }</p>
                <h1>{ "Sign in" }</h1>
                <p class="quiet">{ "This server asks for its admin token. It is kept in this tab only." }</p>
                <label for="token">{ "Admin token" }</label>
                <input id="token" type="password" autocomplete="current-password" required={true} ref={field}
                    aria-invalid={props.again.to_string()} aria-describedby={props.again.then_some("wrong")} />
                if props.again {
                    <p class="wrong" id="wrong" role="alert">{ "The server did not accept this token." }</p>
                }
                <button type="submit">{ "Sign in" }</button>
            </form>
        </main>
    }
}
