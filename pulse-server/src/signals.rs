//! When to stop.

/// Returns at Ctrl-C or, on Unix, at SIGTERM.
pub(crate) async fn stop() -> Result<(), String> {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(|e| format!("cannot wait for SIGTERM: {e}"))?;
        tokio::select! {
            interrupted = interrupt => interrupted.map_err(|e| format!("cannot wait for Ctrl-C: {e}")),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await.map_err(|e| format!("cannot wait for Ctrl-C: {e}"))
}
