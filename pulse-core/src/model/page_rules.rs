//! What pages are called: many addresses are one page.

use std::{borrow::Cow, fmt};

use super::page_of;

/// Rules that make the name of a page from an address, so that `/product/17?ref=mail` and `/product/18#top` are the
/// page `/product/:id`.
///
/// The fragment goes, and of the query all but the parameters that are to be kept, in the order in which they are named
/// here. The first template that fits the path takes its place. Where none fits, each part of the path that is an id
/// becomes `:id`: digits, a UUID, hexadecimal digits from 16 on, or a token of letters and digits from 20 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRules {
    keep: Vec<String>,
    templates: Vec<Template>,
    fold_ids: bool,
}

/// `/users/:name/*`: text that has to be there, `:name` for any one part, and at the end `*` for any number of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    text: String,
}

/// A template that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTemplate;

impl fmt::Display for InvalidTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page's template is a path, as /users/:name, and * stands only at its end")
    }
}

impl std::error::Error for InvalidTemplate {}

impl Default for PageRules {
    /// Nothing of the query is kept, and ids are folded.
    fn default() -> Self {
        Self { keep: Vec::new(), templates: Vec::new(), fold_ids: true }
    }
}

impl PageRules {
    /// Keeps these query parameters.
    ///
    /// ```
    /// let rules = pulse_core::model::PageRules::default().keep_query(["tab"]);
    /// assert_eq!(rules.name("/users?tab=1&x=2"), "/users?tab=1");
    /// ```
    #[must_use]
    pub fn keep_query(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.keep.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds a template.
    ///
    /// ```
    /// use pulse_core::model::PageRules;
    ///
    /// let rules = PageRules::default().template("/users/:name")?;
    /// assert_eq!(rules.name("/users/ann"), "/users/:name");
    /// assert!(PageRules::default().template("users").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It does not begin with a slash, or has a `*` that is not its last part.
    pub fn template(mut self, text: &str) -> Result<Self, InvalidTemplate> {
        let parts = text.strip_prefix('/').ok_or(InvalidTemplate)?;
        let misplaced = |(place, _): (usize, &str)| place + 1 < parts.len();
        if text.contains(['?', '#']) || parts.match_indices('*').any(misplaced) {
            return Err(InvalidTemplate);
        }
        self.templates.push(Template { text: text.to_owned() });
        Ok(self)
    }

    /// Whether parts of a path that are ids are folded where no template fits.
    ///
    /// ```
    /// use pulse_core::model::PageRules;
    ///
    /// assert_eq!(PageRules::default().name("/order/17"), "/order/:id");
    /// assert_eq!(PageRules::default().fold_ids(false).name("/order/17"), "/order/17");
    /// ```
    #[must_use]
    pub fn fold_ids(mut self, fold: bool) -> Self {
        self.fold_ids = fold;
        self
    }

    /// The name of the page at an address, or at a path that begins with a slash. A name's name is itself.
    pub fn name<'a>(&self, url: &'a str) -> Cow<'a, str> {
        let page = page_of(url);
        let path = super::path_of(page);
        let Some(host) = page.strip_suffix(path).filter(|_| path.starts_with('/')) else { return page.into() };
        let folded = match self.templates.iter().find(|template| template.fits(path)) {
            Some(template) => template.text.as_str().into(),
            None if self.fold_ids => fold_ids(path),
            None => Cow::Borrowed(path),
        };
        let query = self.kept(url);
        match (folded, query.is_empty()) {
            (Cow::Borrowed(same), true) if same == path => page.into(),
            (folded, _) => format!("{host}{folded}{query}").into(),
        }
    }

    /// The part of the query that is kept, with its question mark.
    fn kept(&self, url: &str) -> String {
        let Some((_, query)) = url.split('#').next().and_then(|url| url.split_once('?')) else { return String::new() };
        let mut kept = String::new();
        for name in &self.keep {
            let is_it = |pair: &&str| pair.split('=').next() == Some(name);
            for pair in query.split('&').filter(is_it) {
                kept.push(if kept.is_empty() { '?' } else { '&' });
                kept.push_str(pair);
            }
        }
        kept
    }
}

impl Template {
    fn fits(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        for wanted in self.text.split('/') {
            match (wanted, parts.next()) {
                ("*", Some(_)) => return true,
                (wanted, Some(part)) if wanted == part => {}
                (wanted, Some(part)) if wanted.starts_with(':') && !part.is_empty() => {}
                _ => return false,
            }
        }
        parts.next().is_none()
    }
}

fn fold_ids(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(is_id) {
        return path.into();
    }
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(part) { ":id" } else { part }).collect();
    parts.join("/").into()
}

/// Whether a part of a path names one of many things of a kind.
fn is_id(part: &str) -> bool {
    let all = |is: fn(&u8) -> bool| part.bytes().all(|byte| is(&byte));
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit {
        return false;
    }
    all(u8::is_ascii_digit)
        || (part.len() >= 16 && all(u8::is_ascii_hexdigit))
        || (part.len() >= 20 && all(u8::is_ascii_alphanumeric))
        || is_uuid(part)
}

/// 8-4-4-4-12 hexadecimal digits: RFC 9562, section 4.
fn is_uuid(part: &str) -> bool {
    let groups =
        part.split('-').map(|group| if group.bytes().all(|b| b.is_ascii_hexdigit()) { group.len() } else { 0 });
    groups.eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_one_page() {
        let rules = PageRules::default();
        let names = [
            ("http://shop.test/product/17?ref=mail", "http://shop.test/product/:id"),
            ("/product/17", "/product/:id"),
            ("http://shop.test/o/6f1c0a52-1f0e-4b7a-9a52-3f1f3f0f9a11/edit#x", "http://shop.test/o/:id/edit"),
            ("/c/507f1f77bcf86cd799439011", "/c/:id"),
            ("/t/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/t/:id"),
            ("/2026/11", "/:id/:id"),
            ("http://shop.test", "http://shop.test"),
            ("http://10.0.0.1:8080/a", "http://10.0.0.1:8080/a"),
            ("about:blank", "about:blank"),
            ("", ""),
        ];
        for (url, name) in names {
            assert_eq!(rules.name(url), name);
        }
        for kept in
            ["/iphone-17", "/abcdefabcdefabcdef", "/my-post-of-2026-in-many-words", "/v2", "/product/:id", "/a1b2c3"]
        {
            assert_eq!(rules.name(kept), kept);
        }
    }

    #[test]
    fn what_is_kept_of_a_query() {
        let rules = PageRules::default().keep_query(["tab", "q"]);
        assert_eq!(rules.name("/s?x=1&q=a&tab=2#f?tab=9"), "/s?tab=2&q=a");
        assert_eq!(rules.name("/s?x=1"), "/s");
        assert_eq!(rules.name("/s/5?tab="), "/s/:id?tab=");
    }

    #[test]
    fn the_first_template_that_fits() {
        let rules = PageRules::default().template("/users/me").unwrap();
        let rules = rules.template("/users/:name").unwrap().template("/docs/*").unwrap();
        let names = [
            ("http://a.test/users/me", "http://a.test/users/me"),
            ("/users/ann?x", "/users/:name"),
            ("/users/ann/7", "/users/ann/:id"),
            ("/users/", "/users/"),
            ("/docs/a/b", "/docs/*"),
            ("/docs/", "/docs/*"),
            ("/docs", "/docs"),
        ];
        for (url, name) in names {
            assert_eq!(rules.name(url), name);
        }
        for bad in ["users", "", "/a/*/b", "/a?b", "/*x"] {
            assert_eq!(PageRules::default().template(bad), Err(InvalidTemplate), "{bad}");
        }
        assert_eq!(PageRules::default().fold_ids(false).name("/p/1?x"), "/p/1");
    }

    proptest! {
        /// So that a name can be asked for where an address can.
        #[test]
        fn a_name_is_its_own_name(url in "(https?://[a-z.]{1,9})?(/[a-z0-9:*-]{0,24}){0,4}([?#][a-z=&0-9]{0,9})?") {
            let rules = PageRules::default().keep_query(["a"]).template("/x/:y").unwrap().template("/z/*").unwrap();
            let name = rules.name(&url).into_owned();
            prop_assert_eq!(rules.name(&name), name.as_str());
        }
    }
}
