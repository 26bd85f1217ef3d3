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
}

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
        })
    }
}
