//! Which page an address belongs to.

/// The page of an address: the address without query and fragment, so that `/p?id=1` and `/p#top` are one page.
/// Anything that is no http(s) address is a page of its own name.
pub fn page_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// The path of a page: what stands behind the host. A page that has no host is its own path.
pub fn path_of(page: &str) -> &str {
    let Some((_, rest)) = page.split_once("://") else { return page };
    rest.find('/').map_or("/", |at| &rest[at..])
}

/// Whether `page`, the name of a page, is the one asked for: by its name, by its path, which begins with a slash, on
/// any host, or by either with `*` for any text.
pub fn is_page(page: &str, asked: &str) -> bool {
    is_like(page, asked) || (asked.starts_with('/') && is_like(path_of(page), asked))
}

/// Whether a page is like a pattern, in which `*` stands for any text.
pub(crate) fn is_like(page: &str, pattern: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return page == pattern };
    let Some(mut page) = page.strip_prefix(head) else { return false };
    while let Some((part, after)) = rest.split_once('*') {
        // The first place is as good as any: what comes behind has the most room.
        let Some(at) = page.find(part) else { return false };
        (page, rest) = (&page[at + part.len()..], after);
    }
    page.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::{is_page, page_of, path_of};

    #[test]
    fn a_path_is_what_stands_behind_the_host() {
        assert_eq!(path_of("http://shop.test/a/b"), "/a/b");
        assert_eq!(path_of("http://shop.test"), "/");
        assert_eq!(path_of("about:blank"), "about:blank");
    }

    #[test]
    fn a_page_is_named_by_address_or_by_path() {
        for asked in ["http://shop.test/p", "/p", "/*", "*", "http://shop.*", "*/p", "http://*.test/p*", "/p*"] {
            assert!(is_page("http://shop.test/p", asked), "{asked}");
        }
        for asked in [
            "http://shop.test/",
            "http://shop.test/p/",
            "http://other.test/p",
            "/",
            "/p/",
            "p",
            "",
            "//shop.test/p",
            "/*p/",
            "p*",
            "*x*",
            "/p*p",
        ] {
            assert!(!is_page("http://shop.test/p", asked), "{asked}");
        }
        assert!(is_page("http://shop.test", "/"));
        assert!(is_page("/p", "/p"));
        assert!(is_page("", ""));
    }

    #[test]
    fn query_and_fragment_do_not_make_a_page() {
        assert_eq!(page_of("http://shop.test/p?id=1#top"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/p#top?x"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/"), "http://shop.test/");
        assert_eq!(page_of(""), "");
    }
}
