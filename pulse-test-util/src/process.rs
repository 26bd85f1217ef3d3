//! Processes that end with the run, whatever becomes of it.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(30);

/// A process, ended when dropped.
#[derive(Debug)]
pub struct Process(Child);

/// Which signals of the terminal, and of whoever started this program, reach a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Only those sent to it. Ctrl-C is for this program alone, which then ends all others; and when a shell leaves a
    /// group in which any process is stopped, the system hangs up on all of the group.
    Own,
    /// Those that this program gets, too.
    Inherited,
}

/// What to tell a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To finish and end.
    Terminate,
    /// To hang: it keeps its connections and does nothing.
    Stop,
    /// To go on.
    Continue,
}

impl Process {
    /// Starts it without input, in a group of its own.
    ///
    /// # Errors
    /// There is no such program.
    pub fn start(command: Command) -> Result<Self> {
        Self::spawn(command, Group::Own)
    }

    /// Starts it and waits for the first line of its output in which `find` finds something.
    ///
    /// # Errors
    /// [`Ended`], or it prints no such line for long.
    pub(crate) fn start_until<T: Send + 'static>(
        mut command: Command,
        group: Group,
        find: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdout(Stdio::piped());
        let mut process = Self::spawn(command, group)?;
        let stdout = process.0.stdout.take().context("no stdout")?;
        let (found, listening) = mpsc::channel();
        // A thread of its own that reads to the end: a full pipe would stop the process.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(value) = find(&line) {
                    let _ = found.send(value);
                }
            }
        });
        match listening.recv_timeout(START) {
            Ok(value) => Ok((process, value)),
            Err(RecvTimeoutError::Disconnected) => bail!(Ended { program, status: process.0.wait()? }),
            Err(RecvTimeoutError::Timeout) => bail!("{program} does not listen after {START:?}"),
        }
    }

    #[cfg_attr(not(unix), expect(unused_variables, reason = "there are no groups"))]
    fn spawn(mut command: Command, group: Group) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        #[cfg(unix)]
        if group == Group::Own {
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        Ok(Self(command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?))
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Tells it something.
    ///
    /// # Errors
    /// It runs no more, or this system has no signals.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
        };
        // The shell's own `kill`: every Unix has it, and nothing unsafe is needed.
        let status = Command::new("sh").args(["-c", &format!("kill -s {name} {}", self.id())]).status();
        ensure!(status.context("cannot start sh")?.success(), "cannot send SIG{name}");
        Ok(())
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// The system cannot tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Process {
    /// Killed and not asked: what was acknowledged is counted afterwards, and has to be there.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    /// What runs it.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it serves the dashboard, if it does.
    pub dashboard: Option<SocketAddr>,
}

/// A server has ended instead of listening.
#[derive(Debug, thiserror::Error)]
#[error("{program} ended before it listened ({status})")]
pub struct Ended {
    program: String,
    /// How.
    pub status: ExitStatus,
}

impl Server {
    /// Waits for the line `API http://host:port`, which pulse-server prints and the servers of pulse-bench, too.
    /// pulse-server prints `Dashboard http://host:port` before it.
    ///
    /// # Errors
    /// [`Ended`], or it says nothing for long.
    pub fn start(command: Command) -> Result<Self> {
        let dashboard = Mutex::new(None);
        let find = move |line: &str| {
            let mut dashboard = dashboard.lock().unwrap_or_else(PoisonError::into_inner);
            *dashboard = dashboard.or_else(|| address(line, "Dashboard "));
            Some((address(line, "API ")?, *dashboard))
        };
        let (process, (address, dashboard)) = Process::start_until(command, Group::Own, find)?;
        Ok(Self { process, address, dashboard })
    }
}

fn address(line: &str, name: &str) -> Option<SocketAddr> {
    let url = line.trim_start().strip_prefix(name)?.split_whitespace().next()?;
    url.strip_prefix("http://")?.replace("localhost", "127.0.0.1").parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_address_is_in_the_banner() {
        let expected = Some(SocketAddr::from(([127, 0, 0, 1], 5001)));
        assert_eq!(address("  API         http://localhost:5001   for your own pages", "API "), expected);
        assert_eq!(address("API http://127.0.0.1:5001", "API "), expected);
        assert_eq!(address("  Dashboard   http://localhost:3000", "API "), None);
        assert!(address("  Dashboard   http://localhost:3000", "Dashboard ").is_some());
    }

    #[test]
    fn a_server_that_ends_is_named_with_its_code() {
        let error = Server::start(Command::new("false")).unwrap_err();
        assert_eq!(error.to_string(), "false ended before it listened (exit status: 1)");
        assert_eq!(error.downcast_ref::<Ended>().unwrap().status.code(), Some(1));
    }

    #[test]
    fn a_process_hears_signals() {
        let mut process = Process::start({
            let mut sleep = Command::new("sleep");
            sleep.arg("60");
            sleep
        })
        .unwrap();
        for signal in [Signal::Stop, Signal::Continue] {
            process.signal(signal).unwrap();
            assert!(process.ended().unwrap().is_none(), "{signal:?}");
        }
        process.signal(Signal::Terminate).unwrap();
        assert!(process.0.wait().unwrap().code().is_none());
    }
}
