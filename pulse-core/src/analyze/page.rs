//! Which pages a caller means.

use crate::model::page_of;

/// Whether `page`, an address without query and fragment, is the one asked for: a full address, of which query and
/// fragment do not matter, or a path that begins with a slash, on any host.
pub fn is_page(page: &str, asked: &str) -> bool {
    let asked = page_of(asked);
    page == asked || (asked.starts_with('/') && path_of(page) == asked)
}

/// The path of a page.
fn path_of(page: &str) -> &str {
    let Some((_, rest)) = page.split_once("://") else { return page };
    rest.find('/').map_or("/", |slash| &rest[slash..])
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn by_address_or_by_path() {
        for asked in ["http://shop.test/p", "http://shop.test/p?id=2#top", "/p", "/p?id=3"] {
            assert!(is_page("http://shop.test/p", asked), "{asked}");
        }
        for asked in ["http://shop.test/", "http://shop.test/p/", "/", "/p/", "p", "shop.test/p", "", "//shop.test/p"] {
            assert!(!is_page("http://shop.test/p", asked), "{asked}");
        }
        assert!(is_page("http://shop.test", "/"));
        assert!(is_page("/p", "/p"));
        assert!(is_page("", ""));
    }
}
