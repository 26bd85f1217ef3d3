//! Where the log goes, and how it is written: on stderr, in colours on a terminal alone, or as JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::settings::Alone;

/// Starts the log as `PULSE_LOG` and `PULSE_LOG_FORMAT` say.
///
/// # Errors
/// One of them cannot be used.
pub(crate) fn start(settings: &Alone) -> Result<(), String> {
    let filter = match settings.get("PULSE_LOG") {
        Some(text) => EnvFilter::try_new(text)
            .map_err(|_| "PULSE_LOG cannot be used: it is as `info` or `pulse_core=debug,mongodb=warn`".to_owned())?,
        None => EnvFilter::new("info,mongodb=warn"),
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.get("PULSE_LOG_FORMAT").as_deref() {
        Some("json") => log.json().init(),
        Some("text") | None => log.with_ansi(std::io::stderr().is_terminal()).init(),
        Some(_) => return Err("PULSE_LOG_FORMAT is text or json".into()),
    }
    Ok(())
}
