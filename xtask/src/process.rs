//! Running other programs, so that one can see which and how long.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// Variables that `cargo run` sets for the program it starts. Build scripts watch some of them, so that handing them
/// on to another cargo would make it compile again what is already compiled.
const SET_BY_CARGO_RUN: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"];

/// A program, without what cargo told this one about itself.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    for (variable, _) in std::env::vars_os() {
        if SET_BY_CARGO_RUN.iter().any(|prefix| variable.to_string_lossy().starts_with(prefix)) {
            command.env_remove(variable);
        }
    }
    command
}

/// Runs a program whose output is worth reading as it comes.
pub(crate) fn show(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("  $ {line}");
    let status = command.status().with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line}: {status}");
    }
    Ok(())
}

/// Runs a program whose output matters only when it fails; gives back what it printed on stdout.
pub(crate) fn quiet(why: &str, command: &mut Command) -> Result<String> {
    let line = line(command);
    let spinner = Spinner::start(format!("{why}: {line}"));
    let started = Instant::now();
    let output = command.output().with_context(|| format!("cannot start {line}"));
    spinner.finish();
    let output = output?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("{line}: {}\n{}{}", output.status, stdout, stderr.trim_end());
    }
    println!("  {why}: {}", seconds(started.elapsed()));
    Ok(stdout)
}

/// Asks a program something that takes no time; `None` when it cannot answer.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `12.3 s`, `2 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

fn line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(line, " {}", argument.to_string_lossy());
    }
    line
}

/// Turns on a terminal; elsewhere one plain line says what is being waited for.
struct Spinner(Option<ProgressBar>);

impl Spinner {
    fn start(message: String) -> Self {
        if !std::io::stderr().is_terminal() {
            println!("  {message}");
            return Self(None);
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }

    fn finish(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_says_what_it_was_and_what_it_printed() {
        let error = quiet("asking", program("sh").args(["-c", "echo wrong >&2; exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c") && error.contains("exit status: 3") && error.contains("wrong"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = show(&mut program("no-such-program-here")).unwrap_err().to_string();
        assert!(error.contains("no-such-program-here"), "{error}");
        assert_eq!(ask(&mut program("no-such-program-here")), None);
    }

    #[test]
    fn what_cargo_run_sets_is_not_handed_on() {
        let printed = ask(&mut program("env")).unwrap();
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "cargo sets it for tests");
        assert!(!printed.contains("CARGO_MANIFEST_DIR") && printed.contains("PATH="));
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }
}
