//! Puts text on the clipboard, and says whether it is there.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) name: &'static str,
    /// What it copies, for those who do not see beside what it stands.
    pub(super) label: AttrValue,
    /// Makes the text when it is asked for.
    pub(super) text: Callback<(), String>,
}

#[component]
pub(super) fn CopyButton(props: &Props) -> Html {
    let copied = use_state_eq(|| None);
    let onclick = {
        let (text, copied) = (props.text.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, copied) = (text.emit(()), copied.clone());
            spawn_local(async move { copied.set(Some(browser::copy(&text).await)) });
        })
    };
    let name = match *copied {
        None => props.name,
        Some(true) => "Copied",
        Some(false) => "Cannot copy here",
    };
    html! {
        <button class="plain copy" type="button" aria-label={props.label.clone()} {onclick}>
            <span class="now" aria-live="polite">{ name }</span><span class="most" aria-hidden="true">{ props.name }</span>
        </button>
    }
}
