//! Retention: what is too old is deleted, at the start and then every hour.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use crate::{error_chain::chain, http::Shared};

/// How often it is applied.
const EVERY: Duration = Duration::from_secs(3600);

/// How soon it is tried again when the store was away.
const RETRY: Duration = Duration::from_secs(60);

/// Applies retention as long as the Pulse is there and not closed.
pub(crate) fn start(shared: &Arc<Shared>, days: u32) {
    tokio::spawn(run(Arc::downgrade(shared), days));
}

async fn run(shared: Weak<Shared>, days: u32) {
    loop {
        let Some(shared) = shared.upgrade().filter(|shared| shared.engine.check_open().is_ok()) else { return };
        let pause = match shared.engine.expire(days).await {
            Ok(sessions) => {
                tracing::info!(sessions, days, "deleted what is past its retention");
                EVERY
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "retention is applied later");
                RETRY
            }
        };
        drop(shared);
        tokio::time::sleep(pause).await;
    }
}
