//! Where things are, seen from the address that the dashboard is served at.

use pulse_core::model::SiteKey;

/// The dashboard of one site, seen from that of another. Each is a document of its own, so that nothing of one can be
/// shown as the other's, and the address says which it is.
pub fn site_address(from: Option<&SiteKey>, to: Option<&SiteKey>) -> String {
    match (from, to) {
        (None, None) => "./".to_owned(),
        (None, Some(key)) => format!("sites/{key}/"),
        (Some(_), None) => "../../".to_owned(),
        (Some(_), Some(key)) => format!("../{key}/"),
    }
}

/// The parts of the dashboard's own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `http:` or `https:`.
    pub protocol: String,
    /// Without the port.
    pub hostname: String,
    /// Empty when it is the usual one.
    pub port: String,
    /// Ends with a slash, or with a file's name.
    pub path: String,
}

impl Site {
    /// The tag that records a site: whatever serves the dashboard serves the tracker beside it.
    pub fn snippet(&self) -> String {
        let folder = self.path.rfind('/').map_or("/", |slash| &self.path[..=slash]);
        let port = if self.port.is_empty() { String::new() } else { format!(":{}", self.port) };
        format!("<script src=\"{}//{}{port}{folder}pulse.js\" async></script>", self.protocol, self.hostname)
    }

    /// The dashboard's address, before the fragment.
    pub fn address(&self) -> String {
        let port = if self.port.is_empty() { String::new() } else { format!(":{}", self.port) };
        format!("{}//{}{port}{}", self.protocol, self.hostname, self.path)
    }

    /// The demo shop, where one may run: `cargo demo` puts it beside a dashboard on port 3000.
    pub fn demo(&self) -> Option<String> {
        let standalone = self.port == "3000" && self.path == "/";
        standalone.then(|| format!("{}//{}:8080/", self.protocol, self.hostname))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(port: &str, path: &str) -> Site {
        Site { protocol: "http:".into(), hostname: "localhost".into(), port: port.into(), path: path.into() }
    }

    #[test]
    fn a_site_is_reached_from_every_other() {
        let [shop, blog] = ["shop", "blog"].map(|key| key.parse::<SiteKey>().expect("a key"));
        for (from, to, address) in [
            (None, Some(&shop), "sites/shop/"),
            (Some(&shop), Some(&blog), "../blog/"),
            (Some(&shop), Some(&shop), "../shop/"),
            (Some(&shop), None, "../../"),
            (None, None, "./"),
        ] {
            assert_eq!(site_address(from, to), address);
        }
    }

    #[test]
    fn the_tracker_is_beside_the_dashboard() {
        let tag = |src: &str| format!("<script src=\"{src}\" async></script>");
        assert_eq!(site("3000", "/").snippet(), tag("http://localhost:3000/pulse.js"));
        assert_eq!(site("8000", "/pulse/").snippet(), tag("http://localhost:8000/pulse/pulse.js"));
        assert_eq!(site("", "/pulse/index.html").snippet(), tag("http://localhost/pulse/pulse.js"));
        assert_eq!(site("", "/sites/shop/").snippet(), tag("http://localhost/sites/shop/pulse.js"));
        assert_eq!(site("", "/pulse/").demo(), None);
    }
}
