//! What is shown, as Markdown for a ticket.

use pulse_core::model::{Insight, Millis};

use crate::{
    format,
    route::View,
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
        format::share(row.share.value),
        format::share(row.share.low),
        format::share(row.share.high),
        time(row.first_seen),
        time(row.last_seen),
    );
    if let Some(fixed) = Fixed::of(row) {
        out += &format!("- {}\n", fixed.words());
    }
    if !row.examples.is_empty() {
        out += "\nWatch:\n";
    }
    for example in row.examples.iter().take(Problem::MOMENTS) {
        out += &format!("- {dashboard}{}\n", row.moment(example));
    }
    out + &format!("\n{dashboard}{}\n", View::of_page(row.page.clone()))
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
    use super::*;

    #[test]
    fn text_of_a_page_is_no_markup() {
        assert_eq!(text("a\n# <b>[x](y)*"), "a \\# \\<b\\>\\[x\\](y)\\*");
    }
}
