//! What a person reads when the server has started.

use std::{fmt, net::SocketAddr};

/// Who makes insights.
pub(crate) enum Insights {
    Gemini,
    Rules,
}

/// Where everything is, and what to do next.
pub(crate) struct Banner {
    pub(crate) api: String,
    pub(crate) dashboard: String,
    pub(crate) demo: Option<String>,
    pub(crate) store: String,
    pub(crate) insights: Insights,
}

/// The address as a browser on this machine wants it.
pub(crate) fn url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() || address.ip() == std::net::Ipv4Addr::LOCALHOST {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
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
        writeln!(f, "  API         {api}   for your own pages: <script src=\"{api}/pulse.js\" async></script>")?;
        writeln!(f, "\n  Store       {store}")?;
        match self.insights {
            Insights::Gemini => writeln!(f, "  Insights    Gemini, and the built-in rules when it fails")?,
            Insights::Rules => writeln!(f, "  Insights    built-in rules; set GEMINI_API_KEY for Gemini")?,
        }
        write!(f, "\n  Ctrl-C stops it.\n")
    }
}
