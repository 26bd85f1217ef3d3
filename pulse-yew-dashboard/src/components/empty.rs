//! Nothing is recorded yet: what to do next.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::browser;

#[component]
pub(super) fn Empty() -> Html {
    let copied = use_state(|| None);
    let site = browser::site();
    let snippet = site.snippet();
    let onclick = {
        let (snippet, copied) = (snippet.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (snippet, copied) = (snippet.clone(), copied.clone());
            spawn_local(async move { copied.set(Some(browser::copy(&snippet).await)) });
        })
    };
    let said = match *copied {
        None => "",
        Some(true) => "Copied.",
        Some(false) => "This browser does not let the page copy: select the line and copy it.",
    };
    html! {
        <div class="hint">
            <h1>{ "Add one line to your site." }</h1>
            <p class="quiet">{ "Paste it before the end of the head. The first visit appears here within three seconds." }</p>
            <div class="snippet">
                <pre tabindex="0" aria-label="Line to paste"><code>{ snippet }</code></pre>
                <button type="button" {onclick}>{ "Copy" }</button>
            </div>
            <p class="quiet small" role="status">{ said }</p>
            if let Some(demo) = site.demo() {
                <p class="quiet">
                    { "No site at hand? Start Pulse with " }<code>{ "cargo demo" }</code>{ " and walk through the " }
                    <a href={demo} target="_blank" rel="noopener">{ "demo shop" }</a>{ "." }
                </p>
            }
        </div>
    }
}
