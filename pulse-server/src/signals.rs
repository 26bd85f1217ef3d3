//! When to stop.

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
