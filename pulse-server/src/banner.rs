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

impl fmt::Display for Banner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nPulse is running.\n")?;
        if let Some(demo) = &self.demo {
            writeln!(f, "  Demo shop   {demo}   open it, look around, try to pay")?;
        }
        let Self { api, dashboard, store, .. } = self;
        writeln!(f, "  Dashboard   {dashboard}   see the visit as it happens")?;
        writeln!(f, "  API         {api}   for your own pages: <script src=\"{api}/pulse.js\" async></script>")?;
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
