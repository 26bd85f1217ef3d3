//! Fast clicking that is no rage.

use super::view::TimedClick;
use crate::model::Element;

/// Labels of controls that are made to be clicked repeatedly.
const STEPPERS: &[&str] = &[
    "+",
    "-",
    "\u{2212}",
    "\u{2013}",
    "next",
    "previous",
    "prev",
    "<",
    ">",
    "‹",
    "›",
    "«",
    "»",
    "←",
    "→",
    "↑",
    "↓",
    "▲",
    "▼",
    "undo",
    "redo",
    "zoom in",
    "zoom out",
    "volume up",
    "volume down",
    "add one",
    "remove one",
    "backspace",
    "delete",
];
/// First words of such labels, before one more: "Next image", "Increase quantity". The ARIA patterns name spin buttons and
/// carousels so.
const STEPS: &[&str] = &["next", "previous", "prev", "increase", "decrease", "increment", "decrement"];
/// Signs on the keys of a calculator, beside digits and letters.
const KEYS: &str = "+-*/=.,%\u{d7}÷√⌫#";
/// Letters that close a window, and are no keys.
const CROSSES: &str = "xX\u{d7}";

/// Roles of fields that take text.
const TEXT_ROLES: &[&str] = &["textbox", "searchbox", "combobox", "spinbutton"];

/// Tags of elements that answer in pixels or sound: what a click does there, such as a stroke of a drawing, a move in a
/// game or a stop of a film, leaves no trace in the document.
const DRAWN: &[&str] = &["canvas", "video", "audio", "object", "embed", "iframe"];

/// Why a burst of clicks is not rage, if it is not: the first element clicked carries `data-pulse-no-rage`, is
/// text-editable, is a canvas or video, or is a stepper, pager or key by its label; the clicks went to several controls,
/// none of which took more than half of them (boxes that are ticked, stars that are given); or text was selected (a double
/// or triple click does that).
pub(super) fn suppressed(clicks: &[TimedClick<'_>]) -> Option<&'static str> {
    let element = clicks.first().and_then(|first| first.click.element.as_deref());
    let is = |what: fn(&Element) -> bool| element.is_some_and(what);
    if is(|element| element.no_rage) {
        Some("opted out")
    } else if is(is_editable) {
        Some("text field")
    } else if is(is_drawn) {
        Some("canvas or video")
    } else if is(is_stepper) {
        Some("stepper or pager")
    } else if is(is_key) {
        Some("key of a keypad")
    } else if are_several(clicks) {
        Some("several controls")
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

/// Whether it answers in pixels or sound.
pub(super) fn is_drawn(element: &Element) -> bool {
    DRAWN.contains(&element.tag.as_str())
}

fn is_stepper(element: &Element) -> bool {
    let label = element.label.as_deref().unwrap_or_default().trim().to_lowercase();
    let is_step = |(first, more): (&str, &str)| STEPS.contains(&first) && !more.contains(' ');
    STEPPERS.contains(&label.as_str()) || label.split_once(' ').is_some_and(is_step)
}

/// A single sign as a label; a cross closes something, and is none.
fn is_key(element: &Element) -> bool {
    let label = element.label.as_deref().unwrap_or_default().trim();
    let mut signs = label.chars();
    let is_sign = |sign: char| (sign.is_alphanumeric() || KEYS.contains(sign)) && !CROSSES.contains(sign);
    signs.next().is_some_and(is_sign) && signs.next().is_none()
}

/// Whether the clicks went to several controls, none of which took more than half of them.
fn are_several(clicks: &[TimedClick<'_>]) -> bool {
    let mut paths: Vec<&str> = Vec::new();
    for click in clicks {
        match click.click.element.as_deref() {
            Some(element) if element.interactive => paths.push(&element.path),
            _ => return false,
        }
    }
    paths.sort_unstable();
    paths.chunk_by(|a, b| a == b).all(|same| same.len() * 2 <= clicks.len())
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
        for label in
            ["+", "-", "Next", " previous ", "<", ">", "\u{2212}", "Next image", "Increase quantity", "Undo", "Zoom in"]
        {
            assert_eq!(
                why(element("button", None, Some(label)), false).as_deref(),
                Some("stepper or pager"),
                "{label}"
            );
        }
        for label in ["", "Pay", "Next steps in payment", "+1", "Undone", "Increase"] {
            assert_eq!(why(element("button", None, Some(label)), false), None, "{label}");
        }
    }

    #[test]
    fn keys_and_drawn_things() {
        for label in ["7", "=", "÷", " a "] {
            assert_eq!(why(element("button", None, Some(label)), false).as_deref(), Some("key of a keypad"), "{label}");
        }
        for label in ["x", "X", "\u{d7}", "77", "?"] {
            assert_eq!(why(element("button", None, Some(label)), false), None, "{label}");
        }
        for tag in ["canvas", "video"] {
            assert_eq!(why(element(tag, None, None), false).as_deref(), Some("canvas or video"), "{tag}");
        }
        assert_eq!(why(element("img", None, None), false), None);
    }

    #[test]
    fn clicks_on_several_controls() {
        let star = |n: i64| Element { interactive: true, ..Element::from_selector(format!("#star-{n}")) };
        let burst = |stars: &[i64]| {
            let clicks =
                stars.iter().enumerate().map(|(i, n)| click_on(i as i64 * 200, 5.0 + *n as f64, 5.0, &star(*n)));
            rage(&visit(clicks), &thresholds())[0].suppressed.clone()
        };
        assert_eq!(burst(&[1, 2, 3]).as_deref(), Some("several controls"));
        assert_eq!(burst(&[1, 2, 1, 2]).as_deref(), Some("several controls"), "half of them");
        assert_eq!(burst(&[1, 1, 2]), None);
        assert_eq!(burst(&[1, 1, 1]), None);
    }

    #[test]
    fn selection_and_opting_out() {
        assert_eq!(why(element("p", None, None), true).as_deref(), Some("text selected"));
        let game = Element { no_rage: true, ..element("button", None, Some("Hit")) };
        assert_eq!(why(game, false).as_deref(), Some("opted out"));
    }
}
