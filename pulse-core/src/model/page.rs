//! Which page an address belongs to.

/// The page of an address: the address without query and fragment, so that `/p?id=1` and `/p#top` are one page.
/// Anything that is no http(s) address is a page of its own name.
pub fn page_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn query_and_fragment_do_not_make_a_page() {
        assert_eq!(page_of("http://shop.test/p?id=1#top"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/p#top?x"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/"), "http://shop.test/");
        assert_eq!(page_of(""), "");
    }
}
