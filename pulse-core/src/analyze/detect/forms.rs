//! Which fields were filled in, and how.

use super::{ElementRef, Sort};
use crate::{
    analyze::PageView,
    model::{Element, EventKind, Millis, VisibilityState, path_of},
};

/// Most stays in fields of a session that are looked at.
const MOST: usize = 2_000;
/// Words in the path of a page that one enters to bring something to an end.
const TASKS: [&str; 8] = ["checkout", "payment", "billing", "/pay", "signup", "sign-up", "register", "booking"];

/// Roles of fields in which something is chosen.
const CHOOSERS: [&str; 8] = ["checkbox", "radio", "switch", "range", "color", "file", "select-one", "select-multiple"];

/// One stay in one field.
#[derive(Debug, Clone)]
pub(super) struct FieldStay<'a> {
    pub(super) view: usize,
    /// The field, when it was entered by a click.
    pub(super) element: Option<&'a Element>,
    /// Its kind as key presses tell it; empty before the first.
    pub(super) kind: &'a str,
    pub(super) begin: Millis,
    pub(super) end: Millis,
    pub(super) presses: u32,
    /// Longest time without a press, with the tab in sight.
    pub(super) pause_ms: Millis,
    /// Time with the tab out of sight.
    hidden_ms: Millis,
}

impl FieldStay<'_> {
    /// What tells the field from the others of its page.
    pub(super) fn id(&self) -> &str {
        self.element.map_or(self.kind, |element| &element.path)
    }

    /// Time in the field with the tab in sight.
    pub(super) fn ms(&self) -> Millis {
        self.end.saturating_sub(self.begin).saturating_sub(self.hidden_ms).max(0)
    }

    /// The field, as findings name it.
    pub(super) fn element_ref(&self) -> ElementRef {
        match self.element {
            Some(element) => ElementRef::from(element),
            None => {
                let label = Some(self.kind.to_owned()).filter(|kind| !kind.is_empty());
                ElementRef { path: String::new(), label, sort: Sort::Field }
            }
        }
    }

    /// Whether text is typed into it: not so for boxes to tick, lists to choose from, and sliders.
    pub(super) fn takes_text(&self) -> bool {
        let chooses = |role: &str| CHOOSERS.contains(&role);
        self.presses > 0
            || self
                .element
                .is_none_or(|element| element.tag != "select" && !element.role.as_deref().is_some_and(chooses))
    }

    /// Whether it takes free text, which no form refuses: a message, a comment.
    pub(super) fn is_free_text(&self) -> bool {
        self.kind == "textarea" || self.element.is_some_and(|element| element.tag == "textarea")
    }

    /// Whether it is for searching: what is typed there is no form.
    pub(super) fn is_search(&self) -> bool {
        self.kind == "search" || self.element.is_some_and(is_for_search)
    }
}

/// Whether a field says that it is for searching.
pub(super) fn is_for_search(element: &Element) -> bool {
    let says = |text: &str| text.to_lowercase().contains("search");
    Sort::of(element) == Sort::Field
        && (says(&element.path)
            || element.role.as_deref().is_some_and(says)
            || element.label.as_deref().is_some_and(says))
}

/// The stays in fields, by page view and time.
///
/// A stay begins with a click on a field, or with a key press in a field of another kind, or after which the tracker knows
/// no interval (the field is a new one). It ends with the next stay, with a click on anything else, or with the page view.
pub(super) fn field_stays<'a>(views: &[PageView<'a>]) -> Vec<FieldStay<'a>> {
    let mut found = Vec::new();
    for (number, view) in views.iter().copied().enumerate() {
        of_view(number, view, &mut found);
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

fn of_view<'a>(number: usize, view: PageView<'a>, found: &mut Vec<FieldStay<'a>>) {
    let mut present: Option<FieldStay<'a>> = None;
    // When it was pressed or shown last, and when it was hidden.
    let (mut last, mut hidden): (Millis, Option<Millis>) = (view.entered_at(), None);
    for event in view.acts() {
        let at = event.timestamp;
        match &event.kind {
            EventKind::Click(click) => {
                let field = click.element.as_deref().filter(|element| Sort::of(element) == Sort::Field);
                if let (Some(stay), Some(field)) = (&present, field)
                    && stay.element.is_some_and(|element| element.path == field.path)
                {
                    continue;
                }
                close(&mut present, at, last, found);
                if let Some(field) = field {
                    present = Some(begin(number, Some(field), "", at));
                    last = at;
                }
            }
            EventKind::Keypress(press) if press.field != "page" && !press.field.is_empty() => {
                let fits = present
                    .as_ref()
                    .is_some_and(|stay| stay.presses == 0 || (stay.kind == press.field && press.interval_ms.is_some()));
                if !fits {
                    close(&mut present, at, last, found);
                    last = at;
                }
                let stay = present.get_or_insert_with(|| begin(number, None, &press.field, at));
                stay.kind = &press.field;
                stay.presses += 1;
                stay.pause_ms = stay.pause_ms.max(at.saturating_sub(last));
                last = at;
            }
            EventKind::Visibility(visibility) => match visibility.state {
                VisibilityState::Hidden => {
                    if let Some(stay) = &mut present {
                        stay.pause_ms = stay.pause_ms.max(at.saturating_sub(last));
                    }
                    hidden = hidden.or(Some(at));
                }
                VisibilityState::Visible => {
                    if let (Some(stay), Some(from)) = (&mut present, hidden.take()) {
                        stay.hidden_ms = stay.hidden_ms.saturating_add(at.saturating_sub(from));
                    }
                    last = at;
                }
            },
            _ => {}
        }
    }
    // A tab that is out of sight is not being filled in.
    close(&mut present, hidden.unwrap_or(view.left_at()), last, found);
}

fn begin<'a>(view: usize, element: Option<&'a Element>, kind: &'a str, at: Millis) -> FieldStay<'a> {
    FieldStay { view, element, kind, begin: at, end: at, presses: 0, pause_ms: 0, hidden_ms: 0 }
}

fn close<'a>(present: &mut Option<FieldStay<'a>>, at: Millis, last: Millis, found: &mut Vec<FieldStay<'a>>) {
    if let Some(mut stay) = present.take() {
        stay.end = at.max(stay.begin);
        stay.pause_ms = stay.pause_ms.max(at.saturating_sub(last));
        found.push(stay);
    }
}

/// Whether the path of a page says that something is brought to an end there: a purchase, a registration.
pub(super) fn is_task(page: &str) -> bool {
    let path = path_of(page).to_lowercase();
    TASKS.iter().any(|word| path.contains(word))
}
