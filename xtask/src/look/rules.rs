//! The rules for style sheets.

use super::css::{Declaration, Sheet};
use super::findings::Finding;
use super::values::{Part, layers};

/// All that may change under the mouse, and all that may take time to change.
const QUIET: [&str; 5] = ["color", "background-color", "border-color", "text-decoration", "opacity"];

/// Longer than this, a page feels slow rather than calm.
const LONGEST_MS: f32 = 150.0;

/// Values that every property has.
const GLOBAL: [&str; 6] = ["none", "inherit", "initial", "unset", "revert", "revert-layer"];

pub(crate) fn check(sheet: &Sheet) -> Vec<Finding> {
    let mut findings: Vec<_> = sheet.unreadable.iter().map(|line| Finding::new(*line, "this is not CSS")).collect();
    for declaration in &sheet.declarations {
        findings.extend(problem(declaration).map(|message| Finding::new(declaration.line, message)));
    }
    for rule in &sheet.at_rules {
        if rule.hover && rule.name.ends_with("keyframes") {
            findings.push(Finding::new(rule.line, "an animation on hover: only colours and opacity may change"));
        }
        if rule.name == "import" && rule.prelude.contains("//") {
            findings
                .push(Finding::new(rule.line, "a style sheet from another host: pages fetch nothing from elsewhere"));
        }
    }
    findings
}

fn problem(declaration: &Declaration) -> Option<String> {
    let Declaration { hover, value, .. } = declaration;
    let property = declaration.property.trim_start_matches("-webkit-").trim_start_matches("-moz-");
    if *hover && !is_quiet(property) {
        return Some(format!("`{property}` on hover: only {} may change", QUIET.join(", ")));
    }
    if fetches(value) {
        return Some(format!("`{property}` fetches from another host"));
    }
    match property {
        "transition" => transition(value),
        "transition-property" => layers(value).iter().find_map(|layer| target(layer)),
        "transition-duration" | "transition-delay" => layers(value).iter().find_map(|layer| duration(layer)),
        "box-shadow" => layers(value).iter().find_map(|layer| shadow(property, 4, layer)),
        "text-shadow" => layers(value).iter().find_map(|layer| shadow(property, 3, layer)),
        "filter" | "backdrop-filter" if value.to_ascii_lowercase().contains("drop-shadow(") => {
            Some("`drop-shadow(`: depth comes from surface colour and spacing".to_owned())
        }
        _ => None,
    }
}

/// One of the quiet properties, or a part of one (`border-top-color`, `text-decoration-thickness`).
fn is_quiet(property: &str) -> bool {
    QUIET.contains(&property)
        || property.starts_with("text-decoration-")
        || (property.starts_with("border-") && property.ends_with("-color"))
}

fn fetches(value: &str) -> bool {
    let value = value.to_ascii_lowercase().replace(['"', '\'', ' '], "");
    ["url(http:", "url(https:", "url(//"].iter().any(|start| value.contains(start))
}

fn transition(value: &str) -> Option<String> {
    layers(value).iter().find_map(
        |layer| {
            if is_global(layer) { None } else { target(layer).or_else(|| duration(layer)) }
        },
    )
}

fn is_global(layer: &[Part]) -> bool {
    matches!(layer, [Part::Word(word)] if GLOBAL.contains(&word.as_str()))
}

/// What a transition is of. One that names nothing is of everything.
fn target(layer: &[Part]) -> Option<String> {
    if is_global(layer) {
        return None;
    }
    let is_timing = |word: &str| {
        word.starts_with("ease") || word.starts_with("step-") || matches!(word, "linear" | "normal" | "allow-discrete")
    };
    let mut words = layer.iter().filter_map(|part| match part {
        Part::Word(word) if !is_timing(word) => Some(word.as_str()),
        _ => None,
    });
    let target = words.next().unwrap_or("all");
    (!is_quiet(target)).then(|| format!("a transition of `{target}`: only {} may take time", QUIET.join(", ")))
}

/// The waiting counts, too.
fn duration(layer: &[Part]) -> Option<String> {
    let mut total = 0.0;
    for part in layer {
        match part {
            Part::Milliseconds(time) => total += time,
            Part::Function(name) if matches!(name.as_str(), "var" | "calc" | "min" | "max" | "clamp" | "env") => {
                return Some(format!("a transition's time is `{name}()`: write it in ms, so that it can be checked"));
            }
            _ => {}
        }
    }
    (total > LONGEST_MS).then(|| format!("a transition of {total} ms: {LONGEST_MS} ms at most"))
}

/// At most a hairline: no length over 1 px, no blur. `most` lengths belong to the shadow.
fn shadow(property: &str, most: usize, layer: &[Part]) -> Option<String> {
    if is_global(layer) {
        return None;
    }
    let lengths: Vec<_> =
        layer.iter().filter_map(|part| if let Part::Pixels(px) = part { Some(*px) } else { None }).collect();
    let is_written_out = (2..=most).contains(&lengths.len()) && !layer.contains(&Part::Other);
    let is_sharp = lengths.get(2).is_none_or(|blur| *blur == 0.0);
    let is_thin = lengths.iter().all(|px| px.abs() <= 1.0);
    (!(is_written_out && is_sharp && is_thin))
        .then(|| format!("`{property}` is more than one hairline: lengths in px, 1 at most, and no blur"))
}

#[cfg(test)]
mod tests {
    use super::super::css::parse;
    use super::*;

    fn finds(css: &str) -> usize {
        check(&parse(css)).len()
    }

    #[test]
    fn on_hover_only_colours_decoration_and_opacity_change() {
        for bad in [
            "a:hover { transform: translateY(-2px) }",
            ".tile:hover { box-shadow: 0 1px 0 red }",
            ".tile:hover img { scale: 1.05 }",
            "a:hover { background: red }",
            "a:hover { --lift: 2px }",
            "a:hover { filter: brightness(1.2) }",
            "a:hover { transition: color 100ms }",
            "a:hover { animation: pulse 1s }",
            "a { &:hover { margin-top: -1px } }",
            "a:not(:hover) { padding: 1px }",
            "@media (hover: hover) { a:hover { font-weight: 600 } }",
            "a:hover { -webkit-transform: rotate(1deg) }",
            "a:hover { color: red; cursor: grab }",
        ] {
            assert_eq!(finds(bad), 1, "{bad}");
        }
        for good in [
            "a:hover { color: red; background-color: blue; border-color: green; opacity: 0.9; text-decoration: underline }",
            "a:hover { border-bottom-color: red; text-decoration-thickness: 1px }",
            "@media (hover: hover) { a { padding: 4px } }",
        ] {
            assert_eq!(finds(good), 0, "{good}");
        }
    }

    #[test]
    fn no_animation_starts_on_hover() {
        assert_eq!(finds("a:hover { @keyframes wobble { from { left: 0 } } }"), 2, "the animation and what it moves");
        assert_eq!(finds("@keyframes wait { from { opacity: 0.5 } }"), 0);
    }

    #[test]
    fn transitions_are_short_and_of_quiet_properties() {
        for bad in [
            "a { transition: transform 100ms }",
            "a { transition: 100ms }",
            "a { transition: all 100ms ease }",
            "a { transition: color 100ms, width 100ms }",
            "a { transition: color 0.2s }",
            "a { transition: color 100ms 100ms }",
            "a { transition: color var(--time) }",
            "a { -webkit-transition: left 10ms }",
            "a { transition-property: color, height }",
            "a { transition-duration: 100ms, 151ms }",
        ] {
            assert_eq!(finds(bad), 1, "{bad}");
        }
        for good in [
            "a { transition: color 150ms ease-in-out, opacity .1s cubic-bezier(0, 1, 0, 1) }",
            "* { transition: none !important }",
            "a { transition: inherit }",
            "a { transition-property: background-color; transition-duration: 120ms }",
            "a { transition-property: none }",
        ] {
            assert_eq!(finds(good), 0, "{good}");
        }
    }

    #[test]
    fn shadows_are_hairlines() {
        for bad in [
            "a { box-shadow: 0 4px 12px rgb(0 0 0 / 10%) }",
            "a { box-shadow: 0 1px 1px red }",
            "a { box-shadow: 0 0 0 3px red }",
            "a { box-shadow: 0 1px red, 0 20px red }",
            "a { box-shadow: var(--shadow) }",
            "a { box-shadow: 0 0.5vw red }",
            "a { -webkit-box-shadow: 0 9px red }",
            "a { text-shadow: 0 0 8px red }",
            "a { filter: drop-shadow(0 1px 8px red) }",
        ] {
            assert_eq!(finds(bad), 1, "{bad}");
        }
        for good in
            ["a { box-shadow: none }", "a { box-shadow: inset 0 -1px 0 var(--hairline), 0 0 0 1px rgb(0 0 0 / 10%) }"]
        {
            assert_eq!(finds(good), 0, "{good}");
        }
    }

    #[test]
    fn nothing_comes_from_another_host() {
        assert_eq!(finds("@import 'https://example.org/a.css';"), 1);
        assert_eq!(finds("a { background-image: url( \"//example.org/a.png\" ) }"), 1);
        assert_eq!(finds("@font-face { src: url(https://example.org/a.woff2) }"), 1);
        assert_eq!(finds("@import 'tokens.css'; a { background-image: url(/a.png) }"), 0);
    }

    #[test]
    fn what_cannot_be_read_is_not_passed_over() {
        assert_eq!(finds("a { color red; }"), 1);
    }
}
