//! What is shown, as Markdown for a ticket.

use pulse_core::model::{Insight, Millis};

use crate::{
    format,
    route::{PageChoice, View},
    state::{Fixed, Problem},
};

/// A problem, with links to moments of it; `dashboard` is the address before the fragment, `time` writes a time.
pub fn problem(row: &Problem, dashboard: &str, time: impl Fn(Millis) -> String) -> String {
    let mut out = format!(
        "## {}\n\n- Page: {}\n- {}: {} of {} ({}; likely {} to {})\n- Seen from {} to {}\n",
        text(&row.title),
        text(&row.page),
        format::severity(row.severity),
        format::grouped(row.hit),
        format::count(row.seen, "visit"),
        format::percent(row.share.value),
        format::percent(row.share.low),
        format::percent(row.share.high),
        time(row.first_seen),
        time(row.last_seen),
    );
    if let Some(element) = &row.element {
        let name = element.label.as_deref().map(|label| text(label) + ", ").unwrap_or_default();
        out += &format!("- Element: {name}{}\n", text(&element.path));
    }
    if let Some(error) = &row.error {
        out += &format!("- Error: {}\n", text(error));
    }
    if let Some(clicks) = row.figures.iter().find(|figure| figure.name == "clicks") {
        out += &format!("- Clicks: {:.1} a visit, on average\n", clicks.mean);
    }
    if let Some(fixed) = Fixed::of(row) {
        out += &format!("- {}\n", fixed.words());
    }
    if !row.examples.is_empty() {
        out += "\nWatch:\n";
    }
    for example in row.examples.iter().take(Problem::MOMENTS) {
        out += &format!("- {dashboard}{}\n", row.moment(example));
    }
    let map = View::Page(PageChoice { layer: row.layer(), ..PageChoice::new(row.page.clone()) });
    out + &format!("\n{dashboard}{map}\n")
}

/// An insight.
pub fn insight(insight: &Insight, source: &str) -> String {
    let mut out = format!(
        "## {}\n\n{}\n\n{}\n",
        text(&insight.main_problem.title),
        format::severity(insight.main_problem.severity),
        text(&insight.main_problem.detail)
    );
    if let Some(answer) = &insight.answer {
        out += &format!("\n**{}** {}\n", text(&answer.question), text(&answer.text));
    }
    out += "\n### What stands out\n\n";
    for seen in &insight.insights {
        out += &format!("- **{}** {}\n", text(&seen.title), text(&seen.detail));
    }
    out += "\n### What to do\n\n";
    for (n, todo) in insight.recommendations.iter().enumerate() {
        out += &format!("{}. **{}** {}\n", n + 1, text(&todo.action), text(&todo.rationale));
    }
    out + &format!("\n{source}\n")
}

/// Text of a page on one line, in which nothing is markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::analyze::problems::ProblemId;

    use super::*;

    #[test]
    fn text_of_a_page_is_no_markup() {
        assert_eq!(text("a\n# <b>[x](y)*"), "a \\# \\<b\\>\\[x\\](y)\\*");
    }

    #[test]
    fn a_ticket_says_what_whoever_mends_it_looks_for() {
        let row: Problem = serde_json::from_value(serde_json::json!({
            "id": ProblemId::from_bits(1), "kind": "error_after_click", "title": "Pay does nothing",
            "page": "http://s.test/pay", "severity": "high", "weight": 0.1, "hit": 85, "seen": 877,
            "share": {"value": 85.0 / 877.0, "low": 0.079, "high": 0.118}, "times": 300, "first_seen": 1, "last_seen": 2,
            "element": {"path": "#pay", "label": "Pay now"}, "error": "TypeError: total is undefined",
            "figures": [{"name": "clicks", "mean": 3.54, "n": 85}], "examples": [], "status": "open"}))
        .unwrap();
        let ticket = problem(&row, "http://pulse.test/", |at| at.to_string());
        for line in [
            "- High trouble: 85 of 877 visits (9.7 %; likely 7.9 % to 12 %)",
            "- Element: Pay now, \\#pay",
            "- Error: TypeError: total is undefined",
            "- Clicks: 3.5 a visit, on average",
            "http://pulse.test/#/pages?page=http%3A%2F%2Fs.test%2Fpay&layer=errors",
        ] {
            assert!(ticket.lines().any(|other| other == line), "{line} in {ticket}");
        }
    }
}
