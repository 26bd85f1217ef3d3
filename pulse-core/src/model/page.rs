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

/// Whether `page` is the one that `wanted` names: a whole address, or a path that begins with a slash.
pub fn is_page(page: &str, wanted: &str) -> bool {
    let wanted = page_of(wanted);
    if wanted.starts_with('/') { path_of(page) == wanted } else { page == wanted }
}

#[cfg(test)]
mod tests {
    use super::{is_page, page_of, path_of};

    #[test]
    fn a_page_is_named_by_address_or_path() {
        assert_eq!(path_of("http://shop.test/a/b"), "/a/b");
        assert_eq!(path_of("http://shop.test"), "/");
        assert_eq!(path_of("about:blank"), "about:blank");
        assert!(is_page("http://shop.test/p", "/p?x=1"));
        assert!(is_page("http://shop.test/p", "http://shop.test/p#a"));
        assert!(!is_page("http://shop.test/p", "http://other.test/p"));
    }

    #[test]
    fn query_and_fragment_do_not_make_a_page() {
        assert_eq!(page_of("http://shop.test/p?id=1#top"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/p#top?x"), "http://shop.test/p");
        assert_eq!(page_of("http://shop.test/"), "http://shop.test/");
        assert_eq!(page_of(""), "");
    }
}
