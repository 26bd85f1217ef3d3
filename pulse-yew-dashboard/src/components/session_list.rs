//! The sessions list: filters, rows, more of them. Only rows in sight are in the page, however many there are.

use std::rc::Rc;

use gloo::utils::document;
use pulse_core::{
    model::{Millis, SessionId},
    wire::SessionRow,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{filters::Filters, notice::Notice, save_menu, session_item::SessionItem, skeleton::skeleton};
use crate::{
    browser::{Dispatch, iso_time, use_size},
    state::{Action, Erase, List},
    table::{Cell, Table},
};

/// Height of a row in px, as the style sheet has it.
const ROW: f64 = 84.0;
/// The same where the list has the whole window.
const LINE: f64 = 60.0;
/// Rows beyond what is in sight, above and below.
const BEYOND: usize = 8;
/// More rows are asked for when so few are left below.
const AHEAD: usize = 20;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) chosen: Option<SessionId>,
    pub(super) list: Rc<List>,
    pub(super) erase: Erase,
    pub(super) now: Millis,
    /// Whether it has the whole window.
    pub(super) wide: bool,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn SessionList(props: &Props) -> Html {
    let Props { chosen, list, erase, now, wide, dispatch } = props;
    let rows = use_node_ref();
    let top = use_state_eq(|| 0.0);
    let height = use_size(rows.clone()).map_or(900.0, |(_, height)| height);
    let line = if *wide && height > 0.0 && is_wide() { LINE } else { ROW };
    // Another list begins at its top.
    use_effect_with(list.key.clone(), {
        let rows = rows.clone();
        move |_| {
            if let Some(rows) = rows.cast::<Element>() {
                rows.set_scroll_top(0);
            }
        }
    });
    let shown: Vec<&Rc<SessionRow>> = list.rows.iter().filter(|row| !erase.hides(&row.session_id)).collect();
    let window = Window::new(*top, height, line, shown.len());
    // The session that is shown is in sight.
    let at = chosen.as_ref().and_then(|id| shown.iter().position(|row| row.session_id == *id));
    use_effect_with((chosen.clone(), at.is_some(), line.to_bits(), height.to_bits()), {
        let rows = rows.clone();
        move |_| {
            if let (Some(at), Some(rows)) = (at, rows.cast::<Element>()) {
                let (y, seen) = (at as f64 * line, f64::from(rows.scroll_top()));
                if y < seen || y + line > seen + height {
                    rows.set_scroll_top((y + line / 2.0 - height / 2.0).max(0.0) as i32);
                }
            }
        }
    });
    let onscroll = {
        let (top, rows) = (top.clone(), rows.clone());
        Callback::from(move |_: Event| {
            if let Some(rows) = rows.cast::<Element>() {
                // In steps of a row, so that not every pixel draws anew.
                top.set((f64::from(rows.scroll_top()) / line).floor() * line);
            }
        })
    };
    let needs_more = list.next_cursor.is_some() && list.more.is_none() && window.end + AHEAD > shown.len();
    use_effect_with((needs_more, shown.len()), {
        let dispatch = dispatch.clone();
        move |(needs_more, _)| {
            if *needs_more {
                dispatch.dispatch(Action::MoreRequested);
            }
        }
    });
    let onkeydown = {
        let ids: Vec<SessionId> = shown.iter().map(|row| row.session_id.clone()).collect();
        let (rows, dispatch, chosen) = (rows.clone(), dispatch.clone(), chosen.clone());
        Callback::from(move |event: KeyboardEvent| {
            let from = focused().or_else(|| chosen.as_ref().map(ToString::to_string));
            let at = from.and_then(|id| ids.iter().position(|known| known.as_str() == id));
            let to = match (event.key().as_str(), at) {
                ("ArrowDown", at) => at.map_or(0, |at| at + 1),
                ("ArrowUp", Some(at)) => at.saturating_sub(1),
                ("Home", _) => 0,
                ("End", _) => ids.len().saturating_sub(1),
                ("Delete", Some(at)) => {
                    if let Some(id) = ids.get(at) {
                        dispatch.dispatch(Action::EraseAsked(id.clone()));
                    }
                    at + 1
                }
                _ => return,
            };
            event.prevent_default();
            if let (Some(id), Some(rows)) = (ids.get(to), rows.cast::<Element>()) {
                // The row has to be in the page before it can have the focus.
                let (y, seen) = (to as f64 * line, f64::from(rows.scroll_top()));
                if y < seen || y + line > seen + height {
                    rows.set_scroll_top(if y < seen { y } else { y + line - height } as i32);
                }
                focus_soon(id.clone());
            }
        })
    };
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let table = {
        let list = list.clone();
        Callback::from(move |()| table(&list))
    };
    let item = |i: usize| {
        let row = shown.get(i).copied()?.clone();
        let id = row.session_id.clone();
        let on_erase = {
            let dispatch = dispatch.clone();
            Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::EraseAsked(id.clone())))
        };
        let (key, on) = (row.session_id.to_string(), chosen.as_ref() == Some(&row.session_id));
        let place = (i + 1, list.total as usize);
        Some(html! { <SessionItem {key} {row} {on} now={*now} {place} {on_erase} /> })
    };
    html! {
        <section class="list" aria-label="Sessions">
            <header>
                <h1>{ "Sessions" }</h1>
                <p class="quiet num small" role="status" data-testid="sessions-total">{ counted(list, erase) }</p>
                { save_menu::save_menu(&save_menu::Props { table, on_picture: None }) }
            </header>
            <Filters list={list.clone()} dispatch={dispatch.clone()} />
            <div class="rows" ref={rows} aria-busy={(!list.known).to_string()} {onscroll} {onkeydown}>
                if list.known || !list.rows.is_empty() {
                    if shown.is_empty() {
                        <p class="quiet none">{ "No visit matches." }</p>
                    }
                    <div class="room">
                        { spacer(&SpacerProps { rows: window.start, line }) }
                        <ul>{ for (window.start..window.end).filter_map(item) }</ul>
                        { spacer(&SpacerProps { rows: shown.len() - window.end, line }) }
                    </div>
                    if list.next_cursor.is_some() {
                        <button class="plain more small" type="button" disabled={list.more.is_some()}
                            onclick={let dispatch = dispatch.clone(); move |_: MouseEvent| dispatch.dispatch(Action::MoreRequested)}>
                            { if list.more.is_some() { "Loading" } else { "Load more" } }
                        </button>
                    }
                } else if let Some(failure) = &list.failure {
                    <Notice failure={failure.clone()} on_retry={retry} />
                } else {
                    { skeleton("row", 8) }
                }
            </div>
        </section>
    }
}

/// The rows that are in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    start: usize,
    end: usize,
}

impl Window {
    fn new(top: f64, height: f64, line: f64, rows: usize) -> Self {
        let start = ((top / line).floor() as usize).saturating_sub(BEYOND).min(rows);
        let end = (((top + height) / line).ceil() as usize).saturating_add(BEYOND).clamp(start, rows);
        Self { start, end }
    }
}

#[derive(Properties, PartialEq)]
struct SpacerProps {
    rows: usize,
    line: f64,
}

/// The height of rows that are out of sight.
fn spacer(props: &SpacerProps) -> Html {
    let height = (props.rows as f64 * props.line).to_string();
    html! { <svg class="spacer" width="1" {height} aria-hidden="true"></svg> }
}

/// How many there are; said aloud only when it changes.
fn counted(list: &List, erase: &Erase) -> String {
    if list.known || !list.rows.is_empty() { list.counted(erase) } else { String::new() }
}

/// What is loaded of the list.
fn table(list: &List) -> Table {
    let row = |row: &Rc<SessionRow>| -> Vec<Cell> {
        vec![
            row.session_id.as_str().into(),
            iso_time(row.started_at).into(),
            row.page_url.as_str().into(),
            row.title.clone().unwrap_or_default().into(),
            row.pages.join(" ").into(),
            row.device.as_str().into(),
            (row.duration_ms as f64).into(),
            row.clicks.into(),
            row.rage_clicks.into(),
            row.errors.into(),
            row.mousemoves.into(),
            row.scrolls.into(),
            f64::from(row.frustration).into(),
            u64::from(row.goal).into(),
        ]
    };
    Table {
        name: "sessions".to_owned(),
        head: vec![
            "session_id",
            "started_at",
            "page_url",
            "title",
            "pages",
            "device",
            "duration_ms",
            "clicks",
            "rage_clicks",
            "errors",
            "mousemoves",
            "scrolls",
            "trouble",
            "goal",
        ],
        rows: list.rows.iter().map(row).collect(),
    }
}

/// The session whose row has the focus.
fn focused() -> Option<String> {
    document().active_element()?.get_attribute("data-session")
}

/// Gives a row the focus: at once, so that the next key goes on from it, or when it has come into the page.
fn focus_soon(id: SessionId) {
    if focus(&id) {
        return;
    }
    wasm_bindgen_futures::spawn_local(async move {
        for _ in 0..20 {
            gloo::timers::future::TimeoutFuture::new(16).await;
            if focus(&id) {
                break;
            }
        }
    });
}

/// Whether the row is in the page. One that cannot take the focus leaves it where it is.
fn focus(id: &SessionId) -> bool {
    let row = document().get_element_by_id(&format!("session-{id}"));
    row.and_then(|row| row.dyn_into::<HtmlElement>().ok()).map(|row| row.focus()).is_some()
}

fn is_wide() -> bool {
    crate::browser::matches_media("(min-width: 900px)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_in_the_page() {
        assert_eq!(Window::new(0.0, 840.0, 84.0, 1000), Window { start: 0, end: 18 });
        assert_eq!(Window::new(8400.0, 840.0, 84.0, 1000), Window { start: 92, end: 118 });
        assert_eq!(Window::new(84_000.0, 840.0, 84.0, 100), Window { start: 100, end: 100 }, "scrolled past the end");
        assert_eq!(Window::new(0.0, 840.0, 84.0, 3), Window { start: 0, end: 3 });
        assert_eq!(Window::new(0.0, 0.0, 84.0, 0), Window { start: 0, end: 0 });
    }
}
