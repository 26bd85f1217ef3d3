//! Where the log goes, and how it is written: on stderr, in colours on a terminal alone, or as JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts the log as `PULSE_LOG` and `PULSE_LOG_FORMAT` say.
///
/// # Errors
/// One of them cannot be used.
pub(crate) fn start() -> Result<(), String> {
    let filter = match std::env::var("PULSE_LOG") {
        Ok(text) if !text.trim().is_empty() => EnvFilter::try_new(text)
            .map_err(|_| "PULSE_LOG cannot be used: it is as `info` or `pulse_core=debug,mongodb=warn`".to_owned())?,
        _ => EnvFilter::new("info,mongodb=warn"),
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match std::env::var("PULSE_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().init(),
        Ok("text" | "") | Err(_) => log.with_ansi(std::io::stderr().is_terminal()).init(),
        Ok(_) => return Err("PULSE_LOG_FORMAT is text or json".into()),
    }
    Ok(())
}
