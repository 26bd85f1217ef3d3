//! Where things are, seen from the address that the dashboard is served at.

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
    fn the_tracker_is_beside_the_dashboard() {
        let tag = |src: &str| format!("<script src=\"{src}\" async></script>");
        assert_eq!(site("3000", "/").snippet(), tag("http://localhost:3000/pulse.js"));
        assert_eq!(site("8000", "/pulse/").snippet(), tag("http://localhost:8000/pulse/pulse.js"));
        assert_eq!(site("", "/pulse/index.html").snippet(), tag("http://localhost/pulse/pulse.js"));
        assert_eq!(site("", "/pulse/").demo(), None);
    }
}
