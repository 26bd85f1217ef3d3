//! Where a page of the site is, so that it can be opened.

use pulse_core::{analyze::PageSummary, model::is_page};

use crate::format;

/// The page's own address, if its name is one: a name such as `/product/:id` stands for many addresses.
pub fn own_address(page: &str) -> Option<&str> {
    let (_, rest) = format::link(page)?.split_once("://")?;
    let is_open = |part: &str| part.starts_with(':') || part.contains('*');
    (!rest.split(['/', '?', '=', '&']).any(is_open)).then_some(page)
}

/// An address at which a session visited the page, the latest first. Parts that were masked before they were stored lead
/// nowhere.
pub fn visited_address<'a>(page: &str, visited: &'a [PageSummary]) -> Option<&'a str> {
    visited.iter().rev().filter(|visit| is_page(&visit.page, page)).find_map(|visit| {
        let is_masked = visit.url.contains("***");
        own_address(&visit.url).filter(|_| !is_masked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(url: &str, page: &str) -> PageSummary {
        PageSummary { url: url.into(), page: page.into(), entered_at: 0, time_ms: 0, max_depth: 0.0 }
    }

    #[test]
    fn a_name_that_is_an_address() {
        for page in ["http://shop.test/", "https://shop.test:8443/a/b-1?tab=2", "http://127.0.0.1:80/x:y"] {
            assert_eq!(own_address(page), Some(page));
        }
        for page in [
            "/pay",
            "",
            "javascript:alert(1)",
            "http://a.test/product/:id",
            "http://a.test/docs/*",
            "http://a.test/s?q=:id",
        ] {
            assert_eq!(own_address(page), None, "{page}");
        }
    }

    #[test]
    fn the_latest_address_that_can_be_opened() {
        const NAME: &str = "http://a.test/p/:id";
        let visited = [
            visit("http://a.test/p/17", NAME),
            visit("http://a.test/p/18", NAME),
            visit("http://a.test/p/:id", NAME),
            visit("http://a.test/p/19?mail=***", NAME),
            visit("http://a.test/cart", "http://a.test/cart"),
            visit("javascript:alert(1)", NAME),
        ];
        assert_eq!(visited_address(NAME, &visited), Some("http://a.test/p/18"));
        assert_eq!(visited_address("/cart", &visited), Some("http://a.test/cart"));
        assert_eq!(visited_address("http://a.test/gone", &visited), None);
    }
}
