//! Where the log goes, and how it is written: on stderr, in colours on a terminal alone, or as JSON. In a build with the
//! feature `otel`, traces go where OpenTelemetry's variables say.

use std::io::IsTerminal as _;

#[cfg(feature = "otel")]
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::settings::Alone;

/// What has to live as long as the program.
#[cfg(feature = "otel")]
pub(crate) type Open = Option<crate::traces::Exporting>;
#[cfg(not(feature = "otel"))]
pub(crate) struct Open;

/// What a bare word may be. A target without a level is refused: it is nearly always a level that is misspelt, such as
/// `warning`, and it would silence everything else.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

fn filter(text: &str) -> Result<EnvFilter, String> {
    let is_level = |word: &str| LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level));
    // `[` begins the name of a span.
    let is_known = |word: &str| word.contains(['=', '[']) || is_level(word);
    if let Some(word) = text.split(',').map(str::trim).find(|word| !word.is_empty() && !is_known(word)) {
        return Err(format!("PULSE_LOG: {word:?} is no level; levels are {}", LEVELS.join(", ")));
    }
    EnvFilter::try_new(text).map_err(|_| {
        let levels = LEVELS.join(", ");
        format!("PULSE_LOG is as `info` or `pulse_core=debug,mongodb=warn`; levels are {levels}")
    })
}

/// Starts the log as `PULSE_LOG` and `PULSE_LOG_FORMAT` say.
///
/// # Errors
/// One of them cannot be used.
pub(crate) fn start(settings: &Alone) -> Result<Open, String> {
    let filter = match settings.get("PULSE_LOG") {
        Some(text) => filter(&text)?,
        None => EnvFilter::new("info,mongodb=warn"),
    };
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match settings.get("PULSE_LOG_FORMAT").as_deref() {
        Some("json") => log.json().boxed(),
        Some("text") | None => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        Some(_) => return Err("PULSE_LOG_FORMAT is text or json".into()),
    };
    #[cfg(feature = "otel")]
    {
        let (traces, exporting) = crate::traces::layer()?.unzip();
        let log = log.with_filter(filter.and(filter_fn(|of| of.target() != crate::traces::TARGET)));
        tracing_subscriber::registry().with(traces).with(log).init();
        Ok(exporting)
    }
    #[cfg(not(feature = "otel"))]
    {
        tracing_subscriber::registry().with(filter).with(log).init();
        if crate::settings::variable("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
            tracing::warn!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this build sends no traces: it lacks the feature `otel`"
            );
        }
        Ok(Open)
    }
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_bare_word_is_a_level() {
        for good in ["info", "WARN", "off", "pulse_core=debug", "pulse_core=debug,info", "[request]"] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for bad in ["warning", "loud", "info,verbose", "pulse_core", "pulse_core=loud"] {
            assert!(filter(bad).is_err_and(|line| line.contains("error, warn, info, debug, trace")), "{bad}");
        }
    }
}
