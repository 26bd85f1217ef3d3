//! Styles and sources in pages: `<style>` elements, `style` attributes, `src` attributes.

use super::findings::Finding;
use super::{css, rules};

/// A page or template.
pub(crate) fn check_page(content: &str) -> Vec<Finding> {
    let mut findings = check_styles(content);
    for (at, source) in attributes(content, "src") {
        if is_elsewhere(source) {
            findings.push(Finding::new(
                line_of(content, at),
                "a source on another host: pages fetch nothing from elsewhere",
            ));
        }
    }
    findings
}

/// A page, or code with pieces of pages in it.
pub(crate) fn check_styles(content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |at: usize, sheet: &css::Sheet| {
        let first = line_of(content, at) - 1;
        findings.extend(rules::check(sheet).into_iter().map(|found| Finding::new(first + found.line, found.message)));
    };
    for (at, style) in elements(content) {
        add(at, &css::parse(&filled_in(style)));
    }
    for (at, style) in attributes(content, "style") {
        add(at, &css::parse_attribute(&filled_in(style)));
    }
    findings
}

/// What stands in each `<style>` element, and where.
fn elements(content: &str) -> Vec<(usize, &str)> {
    let starts = content.match_indices("<style").filter_map(|(at, _)| Some(at + content[at..].find('>')? + 1));
    starts.filter_map(|start| Some((start, &content[start..start + content[start..].find("</style")?]))).collect()
}

/// The values of `name="..."` (also with single or escaped quotes), and where they are.
fn attributes<'c>(content: &'c str, name: &str) -> Vec<(usize, &'c str)> {
    let named = content.match_indices(name).filter(|(at, _)| content[..*at].ends_with(char::is_whitespace));
    let values = named.filter_map(|(at, _)| {
        let rest = &content[at + name.len()..];
        let quoted = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = ["\\\"", "\"", "'"].into_iter().find(|quote| quoted.starts_with(quote))?;
        let value = &quoted[quote.len()..];
        let start = content.len() - value.len() - (content.len() - at - name.len() - rest.len());
        Some((start, &value[..value.find(quote)?]))
    });
    values.collect()
}

/// Places that a template fills in stand for a zero: `{{width}}px` is a length, whatever it will be.
fn filled_in(style: &str) -> String {
    let mut text = String::new();
    let mut rest = style;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        text.push_str(&rest[..start]);
        text.push('0');
        rest = &rest[start + length + 2..];
    }
    text + rest
}

/// Another host than this machine's own; a template's places are its own affair.
fn is_elsewhere(source: &str) -> bool {
    let host = ["https://", "http://", "//"].iter().find_map(|scheme| source.strip_prefix(scheme));
    host.is_some_and(|host| !["localhost", "127.0.0.1", "[::1]", "{"].iter().any(|own| host.starts_with(own)))
}

fn line_of(content: &str, at: usize) -> usize {
    content[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_in_pages_keep_the_rules_of_style_sheets() {
        for bad in [
            "<style>\na:hover { top: 1px }</style>",
            "<style media=\"all\">\na { transition: left 1s }</style>",
            "<p>\n<b style=\"box-shadow: 0 9px 9px red\">",
            "<p>\n<b style='transition: all 1s'>",
            "\nformat!(\"<b style=\\\"transition: all 1s\\\">\")",
        ] {
            let findings = check_styles(bad);
            assert_eq!(findings.len(), 1, "{bad}");
            assert_eq!(findings[0].line, 2, "{bad}");
        }
    }

    #[test]
    fn what_a_template_fills_in_is_passed() {
        assert_eq!(check_page("<b style=\"width: {{width}}px; --i: {{index}}\" class=\"style\"></b>"), []);
        assert_eq!(check_page("<style>.a { width: {{width}}px }</style>"), []);
    }

    #[test]
    fn sources_are_on_this_host() {
        for bad in ["<img src=\"https://example.org/a.png\">", "<script src='//example.org/a.js'></script>"] {
            assert_eq!(check_page(bad).len(), 1, "{bad}");
        }
        for good in [
            "<img src=\"/a.png\">",
            "<script src=\"http://localhost:5001/pulse.js\" async></script>",
            "<script src=\"{{tracker}}\"></script>",
            "<a href=\"https://example.org\">elsewhere</a>",
        ] {
            assert_eq!(check_page(good), [], "{good}");
        }
    }
}
