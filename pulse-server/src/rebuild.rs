//! `pulse-server rebuild`: throws summaries and sums away and makes them again from the log.

use std::{io::IsTerminal as _, process::ExitCode};

use indicatif::{ProgressBar, ProgressStyle};
use pulse_core::Pulse;

use crate::{command::OfSite, config::Config, opening::open_existing, run::say};

/// Runs the rebuild, with a progress bar on a terminal. The error is one line for a person.
pub(crate) async fn rebuild(config: Config, of: OfSite) -> Result<ExitCode, String> {
    let store = open_existing(&config.store, of.site.as_ref(), &config.limits).await?;
    let pulse = Pulse::builder(store).limits(config.limits).pages(config.pages).build();
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} sessions  {elapsed}") {
        bar.set_style(style);
    }
    let done = pulse.rebuild(|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    let done = done.await.map_err(|error| format!("cannot rebuild: {error}"));
    let sessions = bar.position();
    bar.finish_and_clear();
    pulse.close().await;
    done?;
    say(&format_args!("Summed up {sessions} sessions."));
    Ok(ExitCode::SUCCESS)
}
