//! A limit to the memory of a process, where the system has control groups and lets this program make one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

/// Where the groups are, and the file of the limit: version 2, and version 1.
const PLACES: [(&str, &str); 2] =
    [("/sys/fs/cgroup", "memory.max"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")];

/// Removed when dropped, after its process has ended.
#[derive(Debug)]
pub(super) struct Cage(PathBuf);

impl Cage {
    /// Puts a process into one.
    pub(super) fn around(pid: u32, bytes: u64) -> Result<Self> {
        for (root, limit) in PLACES {
            let folder = Path::new(root).join(format!("pulse-bench-{pid}"));
            if fs::create_dir(&folder).is_err() {
                continue;
            }
            let cage = Self(folder);
            // Anywhere else a folder is a folder, and its files limit nothing.
            if !cage.0.join(limit).exists() {
                continue;
            }
            let enter = || {
                fs::write(cage.0.join(limit), bytes.to_string())
                    .and_then(|()| fs::write(cage.0.join("cgroup.procs"), pid.to_string()))
            };
            if enter().is_ok() {
                return Ok(cage);
            }
        }
        bail!("no control group can be made")
    }
}

impl Drop for Cage {
    fn drop(&mut self) {
        // A group whose process is still ending stays for a moment; one that is left is empty and costs nothing.
        for _ in 0..50 {
            if fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
