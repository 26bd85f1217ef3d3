//! CPU time of a thread: what work costs, however busy the machine is.

use std::time::Duration;

/// A moment on the clock of the thread that asked for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CpuTime(Duration);

impl CpuTime {
    /// What this thread has used so far.
    #[cfg(unix)]
    pub(super) fn now() -> Self {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Self(Duration::try_from(time).unwrap_or_default())
    }

    /// Where there is no such clock, the time of day stands for it.
    #[cfg(not(unix))]
    pub(super) fn now() -> Self {
        Self(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default())
    }

    /// What this thread has used since.
    pub(super) fn elapsed(self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}
