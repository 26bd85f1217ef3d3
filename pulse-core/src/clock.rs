//! The time, injected: the core never asks for it by itself.

use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::model::Millis;

/// Tells the time in milliseconds since the epoch.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The system's clock.
    ///
    /// ```
    /// assert!(pulse_core::Clock::system().now() > 1_700_000_000_000);
    /// ```
    pub fn system() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
        })
    }

    /// A clock of the caller's making, for tests and replays.
    ///
    /// ```
    /// use pulse_core::Clock;
    ///
    /// assert_eq!(Clock::new(|| 1_700_000_000_000).now(), 1_700_000_000_000);
    /// ```
    pub fn new(now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
