//! When to stop, and when to read files again.

use std::time::Duration;

/// Who wants the program to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A person, with Ctrl-C.
    Interrupt,
    /// The system, with SIGTERM.
    Terminate,
}

/// Returns at Ctrl-C or, on Unix, at SIGTERM.
pub(crate) async fn stop() -> Result<Stop, String> {
    let interrupt = async {
        let interrupted = tokio::signal::ctrl_c().await;
        interrupted.map(|()| Stop::Interrupt).map_err(|e| format!("cannot wait for Ctrl-C: {e}"))
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(|e| format!("cannot wait for SIGTERM: {e}"))?;
        tokio::select! {
            interrupted = interrupt => interrupted,
            _ = terminate.recv() => Ok(Stop::Terminate),
        }
    }
    #[cfg(not(unix))]
    interrupt.await
}

/// What asks for files to be read again: SIGHUP, which without this would end the program.
pub(crate) struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    /// From now on the signal is heard.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    /// Returns after a time (false), or when somebody asks (true).
    pub(crate) async fn within(&mut self, time: Duration) -> bool {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            return tokio::time::timeout(time, signal.recv()).await.is_ok();
        }
        tokio::time::sleep(time).await;
        false
    }

    /// Of a server without files to read again: says so each time.
    pub(crate) async fn decline(mut self) {
        loop {
            if self.within(Duration::MAX).await {
                tracing::info!("SIGHUP: there is nothing to read again; settings are read at the start alone");
            }
        }
    }
}
