//! What the whole process takes, by the names that every exporter of Prometheus uses. Linux tells it in files; elsewhere
//! there is nothing of it.

use crate::engine::Exposition;

pub(super) fn write(out: &mut Exposition) {
    #[cfg(target_os = "linux")]
    if let Some(process) = Process::read() {
        let mut metric = |name: &str, kind: &str, help: &str, value: &dyn std::fmt::Display| {
            out.metric(name, kind, help);
            out.value(name, None, &[], value);
        };
        metric("process_cpu_seconds_total", "counter", "CPU time of the process.", &process.cpu_seconds);
        metric("process_resident_memory_bytes", "gauge", "Memory of the process.", &process.memory);
        metric("process_threads", "gauge", "Threads of the process.", &process.threads);
        metric("process_open_fds", "gauge", "Open files and connections of the process.", &process.descriptors);
        metric("process_max_fds", "gauge", "How many of them there may be.", &process.most_descriptors);
        metric("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.", &process.began);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = out;
}

#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Process {
    cpu_seconds: f64,
    memory: u64,
    threads: u64,
    descriptors: usize,
    most_descriptors: u64,
    began: f64,
}

/// Ticks of a second in `/proc`: USER_HZ, which is part of Linux's interface and not the rate of its timer.
#[cfg(target_os = "linux")]
const TICKS: f64 = 100.0;

#[cfg(target_os = "linux")]
impl Process {
    /// None where `/proc` is not mounted.
    fn read() -> Option<Self> {
        let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        Some(Self {
            cpu_seconds: std::time::Duration::try_from(cpu).ok()?.as_secs_f64(),
            memory: value("VmRSS:")? * 1024,
            threads: value("Threads:")?,
            // The folder itself is open while it is read.
            descriptors: std::fs::read_dir("/proc/self/fd").ok()?.count().saturating_sub(1),
            most_descriptors: most_descriptors(&std::fs::read_to_string("/proc/self/limits").ok()?)?,
            began: began(
                &std::fs::read_to_string("/proc/stat").ok()?,
                &std::fs::read_to_string("/proc/self/stat").ok()?,
            )?,
        })
    }
}

/// The soft limit, of `/proc/self/limits`.
#[cfg(target_os = "linux")]
fn most_descriptors(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// When the machine began, of `/proc/stat`, and how long after it the process did: field 22 of `/proc/self/stat`, whose
/// second one is a name in brackets that may hold anything.
#[cfg(target_os = "linux")]
fn began(machine: &str, process: &str) -> Option<f64> {
    let booted: f64 = machine.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let (_, after_name) = process.rsplit_once(')')?;
    let ticks: f64 = after_name.split_whitespace().nth(19)?.parse().ok()?;
    Some(booted + ticks / TICKS)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn start_and_limit_are_read_from_what_linux_tells() {
        let stat = "17 (a) b) S 1 17 17 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 250 2789376 233";
        assert_eq!(began("cpu 1 2\nbtime 1700000000\n", stat), Some(1_700_000_002.5));
        assert_eq!(began("cpu 1 2\n", stat), None);
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n";
        assert_eq!(most_descriptors(limits), Some(1024));
    }
}
