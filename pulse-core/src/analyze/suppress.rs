//! Fast clicking that is no rage.

use super::view::TimedClick;
use crate::model::Element;

/// Labels of controls that are made to be clicked repeatedly.
const STEPPERS: &[&str] =
    &["+", "-", "\u{2212}", "\u{2013}", "next", "previous", "prev", "<", ">", "‹", "›", "«", "»", "←", "→"];

/// Roles of fields that take text.
const TEXT_ROLES: &[&str] = &["textbox", "searchbox", "combobox", "spinbutton"];

/// Why a burst of clicks is not rage, if it is not: text was selected (a double or triple click does that), or the first
/// element clicked carries `data-pulse-no-rage`, is text-editable, or is a stepper or pager by its label.
pub(super) fn suppressed(clicks: &[TimedClick<'_>]) -> Option<&'static str> {
    let element = clicks.first().and_then(|first| first.click.element.as_deref());
    let is = |what: fn(&Element) -> bool| element.is_some_and(what);
    if is(|element| element.no_rage) {
        Some("opted out")
    } else if is(is_editable) {
        Some("text field")
    } else if is(is_stepper) {
        Some("stepper or pager")
    } else if clicks.iter().any(|c| c.click.selected) {
        Some("text selected")
    } else {
        None
    }
}

/// Whether text can be typed into it. An input says by its role if it is of another kind.
fn is_editable(element: &Element) -> bool {
    let role = element.role.as_deref();
    match element.tag.as_str() {
        "textarea" => true,
        "select" => false,
        "input" => role.is_none_or(|role| TEXT_ROLES.contains(&role)),
        _ => role.is_some_and(|role| TEXT_ROLES.contains(&role)),
    }
}

fn is_stepper(element: &Element) -> bool {
    element.label.as_deref().is_some_and(|label| STEPPERS.contains(&label.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analyze::{
            rage::rage,
            summarize,
            testing::{click_on, thresholds, visit},
        },
        model::EventKind,
    };

    fn why(element: Element, selected: bool) -> Option<String> {
        let clicks = (0..3).map(|i| {
            let mut event = click_on(i * 100, 5.0, 5.0, &element);
            if let EventKind::Click(click) = &mut event.kind {
                click.selected = selected && i == 2;
            }
            event
        });
        let timeline = visit(clicks);
        let found = rage(&timeline, &thresholds());
        assert_eq!(found.len(), 1, "a suppressed burst is kept");
        let counted = u64::from(found[0].suppressed.is_none());
        assert_eq!(summarize(&timeline, &thresholds()).counts.rage, counted, "and not counted");
        found[0].suppressed.clone()
    }

    fn element(tag: &str, role: Option<&str>, label: Option<&str>) -> Element {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Element { tag: tag.into(), role: owned(role), label: owned(label), ..Element::from_selector("#it") }
    }

    #[test]
    fn text_fields() {
        for (tag, role) in [("textarea", None), ("input", None), ("input", Some("searchbox")), ("div", Some("textbox"))]
        {
            assert_eq!(why(element(tag, role, None), false).as_deref(), Some("text field"), "{tag} {role:?}");
        }
        for (tag, role) in
            [("input", Some("button")), ("input", Some("checkbox")), ("select", Some("combobox")), ("div", None)]
        {
            assert_eq!(why(element(tag, role, None), false), None, "{tag} {role:?}");
        }
    }

    #[test]
    fn steppers_and_pagers() {
        for label in ["+", "-", "Next", " previous ", "<", ">", "\u{2212}"] {
            assert_eq!(
                why(element("button", None, Some(label)), false).as_deref(),
                Some("stepper or pager"),
                "{label}"
            );
        }
        for label in ["", "Pay", "Next steps in payment", "+1"] {
            assert_eq!(why(element("button", None, Some(label)), false), None, "{label}");
        }
    }

    #[test]
    fn selection_and_opting_out() {
        assert_eq!(why(element("p", None, None), true).as_deref(), Some("text selected"));
        let game = Element { no_rage: true, ..element("button", None, Some("Hit")) };
        assert_eq!(why(game, false).as_deref(), Some("opted out"));
    }
}
