//! Templates: `{{name}}` is replaced by a value. Text is escaped; only what a template made itself is not.

/// Markup. [`render`] is the only thing that makes it, so unescaped text cannot get into a page.
#[derive(Clone, Default)]
pub(crate) struct Html(String);

impl Html {
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl FromIterator<Html> for Html {
    fn from_iter<I: IntoIterator<Item = Html>>(parts: I) -> Self {
        Html(parts.into_iter().map(Html::into_string).collect())
    }
}

/// What may stand in for a `{{name}}`.
pub(crate) enum Value {
    Text(String),
    Html(Html),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Html> for Value {
    fn from(html: Html) -> Self {
        Value::Html(html)
    }
}

/// Fills a template in one pass, so that a value that looks like a placeholder stays what it is. A name without a
/// value is left standing, where a test on every page sees it.
pub(crate) fn render(template: &str, values: &[(&str, Value)]) -> Html {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, (name, after))) = next_placeholder(rest) {
        out.push_str(before);
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, Value::Text(text))) => escape_into(&mut out, text),
            Some((_, Value::Html(html))) => out.push_str(&html.0),
            None => out.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    Html(out)
}

fn next_placeholder(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, opened) = template.split_once("{{")?;
    Some((before, opened.split_once("}}")?))
}

/// Escapes for text and for quoted attributes alike.
fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_markup_is_not() {
        let inner = render("<b>{{x}}</b>", &[("x", "<i a='\"'>&".into())]);
        let outer = render("<p title=\"{{t}}\">{{inner}}</p>", &[("t", "\"".into()), ("inner", inner.into())]);
        assert_eq!(outer.into_string(), "<p title=\"&quot;\"><b>&lt;i a=&#39;&quot;&#39;&gt;&amp;</b></p>");
    }

    #[test]
    fn a_value_is_never_taken_for_a_placeholder() {
        let html = render("{{a}} {{b}}", &[("a", "{{b}}".into()), ("b", "2".into())]);
        assert_eq!(html.into_string(), "{{b}} 2");
    }

    #[test]
    fn what_has_no_value_or_no_end_stays() {
        assert_eq!(render("{{a}} {{b", &[]).into_string(), "{{a}} {{b");
    }
}
