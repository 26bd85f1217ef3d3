//! What processes have used, as Linux tells it in `/proc`.

use std::{fmt::Display, fs, ops::Sub};

use anyhow::{Context as _, Result};

/// Microseconds of a tick in `/proc/PID/stat`: `USER_HZ` is 100 on every architecture that Linux supports for servers.
const TICK_US: f64 = 10_000.0;

/// What a server, and the mongod behind it if there is one, have used since they started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// CPU time of the server, in microseconds.
    pub server_us: f64,
    /// CPU time of mongod, in microseconds.
    pub mongod_us: f64,
    /// Bytes that whichever of them stores has sent towards the disk.
    pub written: f64,
}

impl Usage {
    /// Takes stock of them.
    ///
    /// # Errors
    /// One of them runs no more, or the system is not Linux.
    pub fn of(server: u32, mongod: Option<u32>) -> Result<Self> {
        Ok(Self {
            server_us: cpu_us(server)?,
            mongod_us: mongod.map(cpu_us).transpose()?.unwrap_or_default(),
            written: written(mongod.unwrap_or(server))?,
        })
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            server_us: self.server_us - earlier.server_us,
            mongod_us: self.mongod_us - earlier.mongod_us,
            written: self.written - earlier.written,
        }
    }
}

/// Memory of a process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Resident now.
    pub now: u64,
    /// The most that was ever resident.
    pub peak: u64,
}

impl Memory {
    /// Of a process that runs.
    ///
    /// # Errors
    /// It runs no more, or the system is not Linux.
    pub fn of(pid: u32) -> Result<Self> {
        let status = read(pid, "status")?;
        let bytes = |name: &str| {
            let kib = status.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse().ok());
            kib.map(|kib: u64| kib * 1024).with_context(|| format!("/proc/{pid}/status is not as expected"))
        };
        Ok(Self { now: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }
}

fn cpu_us(pid: u32) -> Result<f64> {
    let stat = read(pid, "stat")?;
    ticks(&stat).map(|ticks| ticks * TICK_US).with_context(|| format!("/proc/{pid}/stat is not as expected"))
}

/// Time in user and in kernel mode.
fn ticks(stat: &str) -> Option<f64> {
    // The name in parentheses may hold anything; what follows it starts with the third field.
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut times = rest.split(' ').skip(11).map(|field| field.parse::<u64>().ok());
    Some((times.next()?? + times.next()??) as f64)
}

fn written(pid: u32) -> Result<f64> {
    let io = read(pid, "io")?;
    let bytes = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")?.parse::<u64>().ok());
    bytes.map(|bytes| bytes as f64).with_context(|| format!("/proc/{pid}/io is not as expected"))
}

fn read(pid: impl Display, file: &str) -> Result<String> {
    let path = format!("/proc/{pid}/{file}");
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}, which only Linux has"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_fields() {
        let stat = "42 (a) 9 (b c) S 1 42 42 0 -1 4194560 1200 0 3 0 150 25 0 0 20 0 7 0 99 1 2";
        assert_eq!(ticks(stat), Some(175.0));
    }

    #[test]
    fn memory_shows() {
        let before = Memory::of(std::process::id()).unwrap();
        let taken = vec![1_u8; 64 << 20];
        let after = Memory::of(std::process::id()).unwrap();
        assert!(after.peak >= before.now + taken.len() as u64 / 2 && after.now <= after.peak, "{before:?} {after:?}");
    }

    #[test]
    fn work_shows() {
        let before = Usage::of(std::process::id(), None).unwrap();
        let started = std::time::Instant::now();
        while started.elapsed().as_millis() < 100 {
            std::hint::black_box(before);
        }
        let used = Usage::of(std::process::id(), None).unwrap() - before;
        assert!(used.server_us > 0.0 && used.mongod_us == 0.0, "{used:?}");
    }
}
