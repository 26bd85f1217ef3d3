//! How to begin: the tag, a check that turns green with the first visit, how to mount Pulse, where data is kept.

use yew::prelude::*;

use super::{copy_button::CopyButton, icon::icon};
use crate::{browser, route::View};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// How many visits there are, once that is known.
    pub(super) visits: Option<u64>,
}

/// What else can be set up: a heading, what it is for, and a command or code.
const MORE: [(&str, &str, &str); 3] = [
    (
        "Your site has another address?",
        "Allow it when Pulse starts, once for each address. Nothing arrives? The server's log names a page that may not send.",
        "pulse-server --allow-origin https://www.example.com\n\n// Inside your own server:\nPulse::builder(store).origins(Origins::listed([\"https://www.example.com\"]))",
    ),
    (
        "Say what success is",
        "A page that means success, or a call in your page's script:",
        "pulse-server --goal /thanks\npulse.track('goal')\n\n// Inside your own server:\nPulse::builder(store).goals(Goals::new([\"/thanks\"]))",
    ),
    (
        "Inside your own server",
        "Pulse is a tower service: mount it beside your routes, and it is served from your own address.",
        "let pulse = Pulse::open(\"sqlite:pulse-data/pulse.db\", Access::loopback()).await?;\nlet app = app.layer(pulse.layer(\"/pulse\"));",
    ),
];

pub(super) fn setup(props: &Props) -> Html {
    let site = browser::site();
    let snippet = site.snippet();
    let text = |text: &str| {
        let text = text.to_owned();
        Callback::from(move |()| text.clone())
    };
    let arrived = props.visits.is_some_and(|visits| visits > 0);
    html! {
        <div class="page setup">
            <h1>{ "Add one line to your site." }</h1>
            <p class="quiet lead">{ "Paste it before the end of the head. The first visit appears within three seconds." }</p>
            <div class="snippet">
                <pre tabindex="0" aria-label="Line to paste"><code>{ &snippet }</code></pre>
                <CopyButton name="Copy" label="Copy the line" text={text(&snippet)} />
            </div>
            <p class={classes!("check", arrived.then_some("on"))} role="status">
                if arrived {
                    { icon("check") }{ "Visits arrive. " }<a href={View::sessions(None).to_string()}>{ "See them" }</a>
                } else {
                    <i></i>{ "Waiting for the first visit" }
                }
            </p>
            if let Some(demo) = site.demo() {
                <p class="quiet">
                    { "No site at hand? Start Pulse with " }<code>{ "cargo demo" }</code>{ " and walk through the " }
                    <a href={demo} target="_blank" rel="noopener">{ "demo shop" }</a>{ "." }
                </p>
            }
            { for MORE.iter().map(part) }
            <h2>{ "Where the data is" }</h2>
            <p class="quiet">{ "In one file beside the server, or in MongoDB, as --store says. Nothing leaves your machines, and no key that is pressed is ever kept." }</p>
        </div>
    }
}

fn part((heading, what, code): &(&'static str, &'static str, &'static str)) -> Html {
    html! {
        <>
            <h2>{ *heading }</h2>
            <p class="quiet">{ *what }</p>
            <pre class="code" tabindex="0"><code>{ *code }</code></pre>
        </>
    }
}
