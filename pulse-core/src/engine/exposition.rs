//! The text format of Prometheus.

use std::fmt::{Display, Write as _};

/// What `/metrics` answers, as far as it is written. All lines of a metric come together, as the format asks for.
#[derive(Debug, Default)]
pub(crate) struct Exposition(String);

impl Exposition {
    /// Begins a metric: `counter`, `gauge` or `histogram`.
    pub(crate) fn metric(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One value of a metric, of a site where there are several; labels without a value are left out.
    pub(crate) fn value(&mut self, name: &str, site: Option<&str>, labels: &[(&str, &str)], value: impl Display) {
        let site = ("site", site.unwrap_or_default());
        let all = std::iter::once(&site).chain(labels).filter(|(_, value)| !value.is_empty());
        let all: Vec<String> = all.map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// All of it.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}
