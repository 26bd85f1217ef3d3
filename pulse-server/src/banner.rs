//! What a person reads when the server has started.

use std::fmt;

use pulse_core::model::{AnalystKind, SiteKey};

/// Where everything is, and what to do next.
pub(crate) struct Banner {
    pub(crate) api: String,
    pub(crate) dashboard: String,
    pub(crate) demo: Option<String>,
    pub(crate) store: String,
    /// Further sites.
    pub(crate) sites: Vec<SiteKey>,
    /// The model that insights are asked from, by service and name.
    pub(crate) insights: Option<(AnalystKind, String)>,
}

impl Banner {
    /// The same as one line of the log.
    pub(crate) fn log(&self) {
        let Self { api, dashboard, store, .. } = self;
        let (demo, version) = (self.demo.as_deref(), env!("CARGO_PKG_VERSION"));
        let sites = self.sites.iter().map(SiteKey::as_str).collect::<Vec<_>>().join(",");
        tracing::info!(version, api, dashboard, demo, store, sites, "Pulse is running");
    }
}

impl fmt::Display for Banner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nPulse is running.\n")?;
        if let Some(demo) = &self.demo {
            writeln!(f, "  Demo shop   {demo}   open it, look around, try to pay")?;
        }
        let Self { api, dashboard, store, .. } = self;
        writeln!(f, "  Dashboard   {dashboard}   see the visit as it happens")?;
        if api.starts_with("unix:") {
            writeln!(
                f,
                "  API         {api}   for a proxy: its address with /pulse.js goes into your pages' script tag"
            )?;
        } else {
            writeln!(f, "  API         {api}   for your own pages: <script src=\"{api}/pulse.js\" async></script>")?;
        }
        for site in &self.sites {
            writeln!(f, "  Site        {dashboard}/sites/{site}/   data-site=\"{site}\" in the script of its pages")?;
        }
        writeln!(f, "\n  Store       {store}")?;
        match &self.insights {
            Some((AnalystKind::OpenAi, model)) => {
                writeln!(f, "  Insights    {model} at PULSE_OPENAI_URL, and the built-in rules")?
            }
            Some((_, model)) => writeln!(f, "  Insights    Gemini ({model}), and the built-in rules")?,
            None => writeln!(f, "  Insights    built-in rules; set GEMINI_API_KEY or PULSE_OPENAI_URL for a model")?,
        }
        write!(f, "\n  Ctrl-C stops it.\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Banner;

    #[test]
    fn a_socket_is_no_address_for_a_script() {
        let of = |api: &str| {
            let dashboard = "http://localhost:3000".to_owned();
            Banner {
                api: api.to_owned(),
                dashboard,
                demo: None,
                store: String::new(),
                sites: Vec::new(),
                insights: None,
            }
        };
        assert!(of("http://localhost:5001").to_string().contains("<script src=\"http://localhost:5001/pulse.js\""));
        assert!(!of("unix:/run/pulse/api.sock").to_string().contains("<script"));
    }
}
