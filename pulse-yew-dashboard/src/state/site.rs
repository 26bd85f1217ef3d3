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
    /// The tag that records a site. The dashboard's own listener (port 3000) serves no tracker: the API's does. Mounted
    /// in an app, the tracker is beside the dashboard.
    pub fn snippet(&self) -> String {
        let script = if self.is_standalone() {
            format!("{}//{}:5001/pulse.js", self.protocol, self.hostname)
        } else {
            let folder = self.path.rfind('/').map_or("/", |slash| &self.path[..=slash]);
            let port = if self.port.is_empty() { String::new() } else { format!(":{}", self.port) };
            format!("{}//{}{port}{folder}pulse.js", self.protocol, self.hostname)
        };
        format!("<script src=\"{script}\" defer></script>")
    }

    /// The demo shop, where one may run.
    pub fn demo(&self) -> Option<String> {
        self.is_standalone().then(|| format!("{}//{}:8080/", self.protocol, self.hostname))
    }

    fn is_standalone(&self) -> bool {
        self.port == "3000" && self.path == "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(port: &str, path: &str) -> Site {
        Site { protocol: "http:".into(), hostname: "localhost".into(), port: port.into(), path: path.into() }
    }

    #[test]
    fn the_tracker_is_on_the_apis_port_or_beside_the_dashboard() {
        let tag = |src: &str| format!("<script src=\"{src}\" defer></script>");
        assert_eq!(site("3000", "/").snippet(), tag("http://localhost:5001/pulse.js"));
        assert_eq!(site("8000", "/pulse/").snippet(), tag("http://localhost:8000/pulse/pulse.js"));
        assert_eq!(site("", "/pulse/index.html").snippet(), tag("http://localhost/pulse/pulse.js"));
        assert_eq!(site("", "/pulse/").demo(), None);
    }
}
