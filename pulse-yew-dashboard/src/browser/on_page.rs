//! "On your page": opens a page of the site in a tab, and hands the tracker's overlay there the tickets that it asks for.
//!
//! The overlay asks by `postMessage`, and is answered only when it is the tab that was opened last, with a page of the
//! origin that was opened. What is answered goes to that very origin: a tab that has left it hears nothing.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::{events::EventListener, utils::window};
use js_sys::{Object, Reflect};
use pulse_core::wire::{OverlayRequest, dashboard::Span};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Url, Window};

use super::Api;
use crate::{site_page::own_address, state::Failure};

thread_local! {
    /// Answers the tab that was opened last.
    static DESK: RefCell<Option<EventListener>> = const { RefCell::new(None) };
}

/// Why no page is shown.
#[derive(Debug, Clone, PartialEq)]
pub enum NotShown {
    /// The browser opened no tab.
    NoTab,
    /// No address of the page is known.
    NoAddress,
    /// The server did not help.
    Failed(Failure),
}

/// Opens the page and waits until it is on its way. It has to be called while a click is handled: later, a browser takes
/// the new tab for a pop-up that nobody wants, and blocks it.
pub fn open_on_page(page: String, span: Span) -> impl Future<Output = Result<(), NotShown>> {
    // No `noopener`: the overlay asks its opener for the ticket. The tab is sent to sites alone that may send events, which
    // the server checks, and the overlay is all that the site gets to read.
    let tab = window().open_with_url_and_target("", "_blank").ok().flatten();
    async move {
        let tab = tab.ok_or(NotShown::NoTab)?;
        let sent = send_to(&tab, &page, span).await;
        if sent.is_err() {
            // A tab that was closed already stays closed.
            let _ = tab.close();
        }
        sent
    }
}

async fn send_to(tab: &Window, page: &str, span: Span) -> Result<(), NotShown> {
    let address = match own_address(page) {
        Some(address) => address.to_owned(),
        None => Api.visited_address(page).await.map_err(NotShown::Failed)?.ok_or(NotShown::NoAddress)?,
    };
    let url = Url::new(&address).map_err(|_| NotShown::NoAddress)?;
    let without_fragment = |address: String| address.split('#').next().unwrap_or_default().to_owned();
    let desk = Desk { tab: tab.clone(), origin: url.origin(), span };
    // Also tells whether the site is one that may be opened.
    let page = without_fragment(url.href());
    let first = desk.ticket(&page).await.map_err(NotShown::Failed)?;
    desk.open(page, first);
    let own = window().location().origin().map_err(|_| NotShown::NoTab)?;
    // The overlay's own mark comes last: a router's address may be a fragment, too.
    tab.location().replace(&format!("{}#pulse.overlay={own}", url.href())).map_err(|_| NotShown::NoTab)
}

/// Answers one tab.
#[derive(Clone)]
struct Desk {
    tab: Window,
    origin: String,
    span: Span,
}

impl Desk {
    async fn ticket(&self, page: &str) -> Result<String, Failure> {
        let Span { from, to } = self.span;
        let request = OverlayRequest { origin: self.origin.clone(), page: page.to_owned(), from, to };
        Ok(Api.open_overlay(&request).await?.ticket)
    }

    /// Answers from now on, and no other tab any more. The ticket at hand is for `page`; others are asked for.
    fn open(self, page: String, first: String) {
        let first = Rc::new(Cell::new(Some((page, first))));
        let listener = EventListener::new(&window(), "message", move |event| {
            let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
            let Some(page) = self.asked(event) else { return };
            let (desk, at_hand) = (self.clone(), first.take().filter(|(of, _)| *of == page));
            spawn_local(async move {
                let ticket = match at_hand {
                    Some((_, ticket)) => Some(ticket),
                    None => desk.ticket(&page).await.ok(),
                };
                desk.answer(&page, ticket.as_deref());
            });
        });
        DESK.set(Some(listener));
    }

    /// The page that a message asks for, if it is one of this tab's and of this origin.
    fn asked(&self, event: &MessageEvent) -> Option<String> {
        let is_ours =
            event.source().is_some_and(|source| Object::is(&source, &self.tab)) && event.origin() == self.origin;
        let text = |name: &str| Reflect::get(&event.data(), &name.into()).ok()?.as_string();
        (is_ours && text("pulse")? == "overlay").then(|| text("page"))?
    }

    /// Without a ticket the answer is no.
    fn answer(&self, page: &str, ticket: Option<&str>) {
        let message = Object::new();
        let parts = [("pulse", Some("ticket")), ("page", Some(page)), ("ticket", ticket)];
        for (name, text) in parts {
            let text = text.map_or(JsValue::NULL, JsValue::from_str);
            // A new object takes any property.
            let _ = Reflect::set(&message, &name.into(), &text);
        }
        // A tab that has been closed needs no answer.
        let _ = self.tab.post_message(&message, &self.origin);
    }
}
