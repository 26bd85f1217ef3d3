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
pub(crate) type Open = ();

/// Starts the log as `PULSE_LOG` and `PULSE_LOG_FORMAT` say.
///
/// # Errors
/// One of them cannot be used.
pub(crate) fn start(settings: &Alone) -> Result<Open, String> {
    let filter = match settings.get("PULSE_LOG") {
        Some(text) => EnvFilter::try_new(text)
            .map_err(|_| "PULSE_LOG cannot be used: it is as `info` or `pulse_core=debug,mongodb=warn`".to_owned())?,
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
        Ok(())
    }
}
