//! Work that goes on until it is told to end.

use std::{future::Future, time::Duration};

use tokio::{
    sync::{Mutex as AsyncMutex, watch},
    task::JoinHandle,
    time::timeout,
};

/// How long a piece of work may hold up the end.
const CLOSE: Duration = Duration::from_secs(1);

/// A task in the background.
#[derive(Debug)]
pub(super) struct Background {
    does: &'static str,
    stop: watch::Sender<bool>,
    task: AsyncMutex<Option<JoinHandle<()>>>,
}

impl Background {
    /// Starts `work`; `does` says in the log what it is.
    pub(super) fn spawn<F>(does: &'static str, work: impl FnOnce(End) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        Self { does, stop, task: AsyncMutex::new(Some(tokio::spawn(work(End(stopped))))) }
    }

    /// Ends it. What is not done is found at the next start.
    pub(super) async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(mut task) = self.task.lock().await.take() {
            match timeout(CLOSE, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "{} ended badly", self.does),
                Err(_) => task.abort(),
            }
        }
    }
}

/// Tells the work when to end.
#[derive(Clone)]
pub(super) struct End(watch::Receiver<bool>);

impl End {
    /// Rests, and says whether the end has come meanwhile: also when the engine was dropped and not closed.
    pub(super) async fn comes_within(&mut self, rest: Duration) -> bool {
        timeout(rest, self.0.wait_for(|stop| *stop)).await.is_ok()
    }
}
