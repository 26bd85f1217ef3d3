//! `cargo xtask signals`: writes docs/signals.md from the code, where each signal is defined beside what computes it.
//!
//! Of each the definition is the doc comment of its function, and the thresholds are the constants of its file. A test
//! compares the committed file, so that a changed threshold changes the document.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::workspace;

const OUTPUT: &str = "docs/signals.md";

/// Where a definition stands.
struct Definition {
    title: &'static str,
    /// Below the folder of the analysis.
    file: &'static str,
    /// The function, or another item, whose doc comment it is.
    item: &'static str,
}

const fn of(title: &'static str, file: &'static str, item: &'static str) -> Definition {
    Definition { title, file, item }
}

const SIGNALS: [Definition; 14] = [
    of("Rage click", "rage.rs", "fn rage("),
    of("Suppressed rage", "suppress.rs", "fn suppressed("),
    of("Dead click", "dead.rs", "fn dead("),
    of("Error click", "error_clicks.rs", "fn error_clicks("),
    of("Speed, acceleration", "pointer.rs", "fn pointer("),
    of("Path efficiency", "pointer.rs", "fn paths_to_clicks<"),
    of("Thrashed cursor", "thrash.rs", "fn thrash("),
    of("Hover", "hover.rs", "fn hovers("),
    of("Hesitation", "hesitation.rs", "fn hesitations("),
    of("Scroll depth", "scroll.rs", "fn max_depth("),
    of("Scroll reversal", "scroll.rs", "fn reversals("),
    of("Quick back", "navigation.rs", "fn quick_backs("),
    of("Typing rhythm", "typing.rs", "fn typing("),
    of("Frustration", "frustration.rs", "fn frustration("),
];

/// One for each kind of finding.
const DETECTORS: [Definition; 15] = [
    of("unresponsive", "detect/unresponsive.rs", "fn unresponsive("),
    of("slow_answer", "detect/unresponsive.rs", "fn slow_answer("),
    of("false_affordance", "detect/false_affordance.rs", "fn false_affordance("),
    of("missed_target", "detect/missed_target.rs", "fn missed_target("),
    of("hard_choice", "detect/hard_choice.rs", "fn hard_choice("),
    of("passed_by", "detect/passed_by.rs", "fn passed_by("),
    of("form_effort", "detect/form_effort.rs", "fn form_effort("),
    of("form_refused", "detect/form_refused.rs", "fn form_refused("),
    of("error_after_click", "detect/error_after_click.rs", "fn error_after_click("),
    of("long_wait", "detect/long_wait.rs", "fn long_wait("),
    of("back_and_forth", "detect/back_and_forth.rs", "fn back_and_forth("),
    of("scroll_search", "detect/scroll_search.rs", "fn scroll_search("),
    of("away", "detect/away.rs", "fn away("),
    of("given_up", "detect/given_up.rs", "fn given_up("),
    of("hesitation", "detect/hesitation.rs", "fn hesitation("),
];

const HEAD: &str =
    "<!-- Written by `cargo xtask signals` from the doc comments in pulse-core/src/analyze: change them there. -->

# Signals and findings

What each word of Pulse's figures means. Everything is computed from the stored events when it is asked for, so that a
changed definition holds for old visits, too. Coordinates are CSS pixels of the page; times are milliseconds.

`rage_radius`, `rage_window_ms`, `rage_count` and `dead_after_ms` can be given with `GET /api/analytics/{session_id}`
and `GET /api/heatmap/{session_id}`; the other thresholds are fixed.

## Signals
";

const FINDINGS: &str = "
## Findings

A finding is one situation in one place of one visit; a problem is the same finding over many visits. *Figures* are what
it tells with it, *harm* is what it is ranked by, and *source* is where the definition or its threshold comes from.
";

/// Writes the document.
pub(crate) fn write() -> Result<()> {
    std::fs::write(workspace::root().join(OUTPUT), text()?).with_context(|| format!("cannot write {OUTPUT}"))
}

fn text() -> Result<String> {
    let mut text = HEAD.to_owned();
    for definition in &SIGNALS {
        section(&mut text, definition)?;
    }
    text.push_str(FINDINGS);
    for definition in &DETECTORS {
        section(&mut text, definition)?;
    }
    Ok(text)
}

/// A definition with its thresholds. Those of a file with two definitions stand under the first.
fn section(text: &mut String, definition: &Definition) -> Result<()> {
    let Definition { title, file, item } = definition;
    let path = format!("pulse-core/src/analyze/{file}");
    let code = std::fs::read_to_string(workspace::root().join(&path)).with_context(|| format!("cannot read {path}"))?;
    let definition = comment_of(&code, item).with_context(|| format!("{path} has no documented {item}"))?;
    let is_first = !text.contains(&format!("]({})", link(file)));
    write!(text, "\n### {title}\n\n{definition}\n\nIn [{file}]({}).\n", link(file))?;
    let thresholds = thresholds(&code);
    if is_first && !thresholds.is_empty() {
        text.push_str("\n| threshold | value | |\n| --- | --- | --- |\n");
        for (name, value, why) in thresholds {
            writeln!(text, "| `{name}` | {value} | {why} |")?;
        }
    }
    Ok(())
}

fn link(file: &str) -> String {
    format!("../pulse-core/src/analyze/{file}")
}

/// The doc comment before an item, as Markdown that stands by itself.
fn comment_of(code: &str, item: &str) -> Option<String> {
    let lines: Vec<&str> = code.lines().collect();
    let starts = |line: &str| line.trim_start_matches("pub(super) ").trim_start_matches("pub ").starts_with(item);
    let at = lines.iter().position(|line| starts(line))?;
    let first = lines[..at].iter().rposition(|line| !line.starts_with("///")).map_or(0, |before| before + 1);
    let text: Vec<&str> = lines[first..at].iter().map(|line| line.trim_start_matches("///").trim_start()).collect();
    (first < at).then(|| without_item_links(&text.join("\n")))
}

/// Links to items of the code mean nothing outside its documentation: their text alone stays.
fn without_item_links(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("[`") {
        let Some(end) = rest[start..].find("`]").map(|end| start + end) else { break };
        out.push_str(&rest[..start]);
        out.push_str(&rest[start + 1..=end]);
        rest = &rest[end + 2..];
        if rest.starts_with('(')
            && let Some(close) = rest.find(')')
        {
            rest = &rest[close + 1..];
        }
    }
    out + rest
}

/// Name, value and reason of the numbers in a file. What bounds memory (`MOST...`) is no part of a definition.
fn thresholds(code: &str) -> Vec<(String, String, String)> {
    let mut why = Vec::new();
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in code.lines() {
        if let Some(comment) = line.strip_prefix("/// ") {
            why.push(comment);
            continue;
        }
        let reason = std::mem::take(&mut why).join(" ");
        let constant = line.trim_start_matches("pub(super) ").strip_prefix("const ");
        if let Some((name, rest)) = constant.and_then(|constant| constant.split_once(": "))
            && let Some((_, value)) = rest.trim_end_matches(';').split_once(" = ")
            && value.starts_with(|first: char| first.is_ascii_digit())
            && !name.starts_with("MOST")
        {
            found.push((name.to_owned(), value.replace('_', " "), without_item_links(&reason).replace('|', "\\|")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_says_what_the_code_does() {
        let committed = std::fs::read_to_string(workspace::root().join(OUTPUT)).unwrap();
        assert!(committed == text().unwrap(), "{OUTPUT} is older than the code: run `cargo xtask signals`");
    }

    #[test]
    fn every_kind_of_finding_is_in_it() {
        let kinds = std::fs::read_to_string(workspace::root().join("pulse-core/src/analyze/detect/kind.rs")).unwrap();
        let names = kinds.lines().filter_map(|line| line.strip_suffix("\",")?.split_once(" \"").map(|(_, name)| name));
        let names: Vec<&str> = names.collect();
        assert_eq!(names.len(), DETECTORS.len());
        for name in names {
            assert!(DETECTORS.iter().any(|detector| detector.title == name), "{name}");
        }
    }

    #[test]
    fn a_definition_is_a_comment_with_its_numbers() {
        let code = "/// Least px.\nconst LEAST_PX: f64 = 1_000.5;\n/// Bounded.\nconst MOST: usize = 9;\n\n\
                    /// As [`other`](super::other) and [`this`] say:\n/// far.\npub(super) fn it(x: u32) {}\n";
        assert_eq!(comment_of(code, "fn it(").unwrap(), "As `other` and `this` say:\nfar.");
        assert_eq!(comment_of(code, "fn other("), None);
        assert_eq!(thresholds(code), [("LEAST_PX".into(), "1 000.5".into(), "Least px.".into())]);
    }
}
