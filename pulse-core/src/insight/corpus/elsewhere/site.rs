//! Pages of any site, from a list of what stands on them.

use super::super::hand::{Play, drawn, element};
use crate::model::{Element, LayoutBox, NavigationKind};

/// A kind of thing, what it is called, and its box on a page that is 1,280 px wide.
pub(super) type Thing<'a> = (&'a str, &'a str, [f64; 4]);

/// Loads a page, and gives back what stands on it, in order.
pub(super) fn page<const N: usize>(p: &mut Play, path: &str, height: f64, things: [Thing<'_>; N]) -> [Element; N] {
    let made = made(p, things);
    let title = path.trim_start_matches('/').replace(['/', '-'], " ");
    p.load(path, &title, height, outline(&made));
    made
}

/// The same without a load: a step within an application.
pub(super) fn view<const N: usize>(p: &mut Play, path: &str, things: [Thing<'_>; N]) -> [Element; N] {
    let made = made(p, things);
    p.step(path, NavigationKind::Push, outline(&made));
    made
}

/// The page shows something else in place.
pub(super) fn redraw<const N: usize>(p: &mut Play, things: [Thing<'_>; N]) -> [Element; N] {
    let made = made(p, things);
    p.redraw(outline(&made));
    made
}

fn made<const N: usize>(p: &Play, things: [Thing<'_>; N]) -> [Element; N] {
    let mut place = 0;
    things.map(|(kind, name, [x, y, w, h])| {
        place += 1;
        thing(kind, name, place, p.rect(x, y, w, h))
    })
}

/// An element as the tracker describes it: fields have their type as role, and seldom a label.
fn thing(kind: &str, name: &str, place: usize, rect: [f64; 4]) -> Element {
    let slug: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let (tag, path, label, role) = match kind {
        "button" => ("button", format!("#{slug}"), name, None),
        "switch" => ("button", format!("[data-testid=\"{slug}\"]"), name, Some("switch")),
        "tab" => ("button", format!("#tabs>button[role=\"tab\"]:nth-of-type({place})"), name, Some("tab")),
        "link" => ("a", format!("main>a:nth-of-type({place})"), name, None),
        "image" => ("img", format!("main>div:nth-of-type({place})>img"), "", None),
        "heading" => ("h2", format!("main>h2:nth-of-type({place})"), "", None),
        "text" => ("p", format!("article>p:nth-of-type({place})"), "", None),
        "area" => ("textarea", format!("form>label:nth-of-type({place})>textarea"), "", Some("textbox")),
        "select" => ("select", format!("form>label:nth-of-type({place})>select"), name, Some("select-one")),
        "canvas" | "video" | "td" | "pre" | "div" => (kind, format!("main>{kind}:nth-of-type({place})"), "", None),
        "checkbox" | "radio" => ("input", format!("form>label:nth-of-type({place})>input"), "", Some(kind)),
        _ => ("input", format!("form>label:nth-of-type({place})>input"), "", Some("textbox")),
    };
    let interactive = matches!(tag, "button" | "a" | "input" | "select" | "textarea");
    Element { interactive, role: role.map(str::to_owned), ..element(tag, &path, label, rect) }
}

fn outline(things: &[Element]) -> Vec<LayoutBox> {
    let kind = |element: &Element| match element.tag.as_str() {
        "button" => "button",
        "a" => "link",
        "input" | "select" | "textarea" => "input",
        "img" | "canvas" | "video" => "image",
        "h2" => "heading",
        _ => "text",
    };
    let boxed = |element: &Element| {
        let label = matches!(element.tag.as_str(), "button" | "a").then_some(element.label.as_deref()).flatten();
        drawn(kind(element), element.rect.unwrap_or_default(), label.unwrap_or_default())
    };
    things.iter().map(boxed).collect()
}

/// Clicks a field of a type and types into it.
pub(super) fn fill(p: &mut Play, field: &Element, kind: &str, presses: usize) {
    p.click(field);
    p.wait(450.0);
    p.keys(presses, kind);
    p.wait(300.0);
}

/// Clicks several times, this far apart in ms, and as often nothing answers.
pub(super) fn press(p: &mut Play, element: &Element, times: usize, every_ms: f64, dead: bool) {
    p.go(element);
    for _ in 0..times {
        p.wait(every_ms);
        p.click_here(Some(element));
        if dead {
            p.dead();
        }
    }
}

/// Clicks beside an element, this far below its lower edge (or above its upper one), on what lies behind it.
pub(super) fn miss(p: &mut Play, element: &Element, off: f64, behind: &Element) {
    let [x, y, w, h] = element.rect.unwrap_or_default();
    let y = if off < 0.0 { y + off } else { y + h + off };
    p.click_at(x + w / 2.0, y, behind);
}

/// Looks away from a thing and around: the pointer goes to each of these, for so long.
pub(super) fn look(p: &mut Play, things: &[&Element], ms_each: f64) {
    for thing in things {
        p.go(thing);
        p.rest(ms_each);
    }
}
