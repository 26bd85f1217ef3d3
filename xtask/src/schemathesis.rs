//! `cargo xtask schemathesis`: a server with made-up visits is sent what its OpenAPI document allows and what it forbids,
//! on both of its addresses, and each answer is compared with the document. What a document cannot say is in
//! `xtask/schemathesis`, with the reason.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;

use anyhow::{Context as _, Result};

use crate::process::{program, quiet, show};
use crate::workspace;

const TOOL: &str = "schemathesis==4.32.5";
const TOKEN: &str = "a-token-of-the-schemathesis-run";

/// Sessions that there are: enough for problems and for several pages of every list.
const SESSIONS: &str = "60";

/// Builds, seeds, serves and asks.
pub(crate) fn run() -> Result<()> {
    let target = workspace::target_dir()?;
    let tool = get(&target.join("schemathesis"))?;
    let mut cargo = program("cargo");
    // With debug assertions: an overflow is a fault, too.
    cargo.args(["build", "--package", "pulse-server", "--package", "pulse-bench"]);
    show(cargo.current_dir(workspace::root()))?;
    let built = |name: &str| target.join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let rules = workspace::root().join("xtask/schemathesis");
    // Each on visits of its own, which it also erases; both, also when the first fails.
    let asked = [Server::api, Server::dashboard].map(|address| {
        let folder = tempfile::tempdir()?;
        let store = format!("sqlite:{}", folder.path().join("pulse.db").display());
        let mut seed = program(built("pulse-bench"));
        seed.args(["seed", "--faults", "--days", "3", "--sessions", SESSIONS, "--store", &store]);
        quiet("making up visits", &mut seed)?;
        let server = Server::start(&built("pulse-server"), &store, folder.path())?;
        let address = address(&server);
        let mut ask = program(&tool);
        ask.arg("--config-file").arg(rules.join("schemathesis.toml"));
        // The document's own server is relative, which schemathesis does not resolve.
        ask.args(["run", &format!("{address}/api/openapi.json"), "--url", address]);
        ask.args(["--header", &format!("Authorization: Bearer {TOKEN}")]);
        // The reports and the examples that it remembers are of this run alone.
        ask.env("PYTHONPATH", &rules).env("PULSE_URL", address).env("PULSE_TOKEN", TOKEN);
        show(ask.current_dir(folder.path()))
    });
    asked.into_iter().collect()
}

/// The program in an environment of its own.
fn get(folder: &Path) -> Result<PathBuf> {
    let (python, tool) = (folder.join("bin/python"), folder.join("bin/st"));
    let is_there = |version: &str| folder.join(version).exists();
    if !is_there(TOOL) {
        quiet("making room for schemathesis", program("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        quiet("getting schemathesis from PyPI", program(python).args(["-m", "pip", "install", "--quiet", TOOL]))?;
        std::fs::write(folder.join(TOOL), "")?;
    }
    Ok(tool)
}

/// A process that ends with the value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server and its addresses.
struct Server {
    _process: Running,
    api: String,
    dashboard: String,
}

impl Server {
    fn start(server: &Path, store: &str, folder: &Path) -> Result<Self> {
        let mut command = program(server);
        let is_a_setting = |name: &str| name.starts_with("PULSE_") || ["MONGODB_URI", "GEMINI_API_KEY"].contains(&name);
        for (name, _) in std::env::vars().filter(|(name, _)| is_a_setting(name)) {
            command.env_remove(name);
        }
        command.args(["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0", "--store", store]);
        command.env("PULSE_ADMIN_TOKEN", TOKEN).env("PULSE_LOG", "error").current_dir(folder);
        // It tries wrong credentials, too.
        command.env("PULSE_GUESSES", "1000000/s").env("PULSE_ADDRESS_GUESSES", "1000000/s");
        let mut process = Running(command.stdout(Stdio::piped()).spawn().context("pulse-server does not start")?);
        let mut lines = BufReader::new(process.0.stdout.take().context("the server has no output")?).lines();
        let mut address = |name: &str| -> Result<String> {
            loop {
                let line = lines.next().context("pulse-server ended before it listened")??;
                let mut words = line.split_whitespace();
                if words.next() == Some(name) {
                    return words.next().map(str::to_owned).with_context(|| format!("{name} has no address"));
                }
            }
        };
        let (dashboard, api) = (address("Dashboard")?, address("API")?);
        // Whatever else it says: a full pipe would stop it.
        thread::spawn(move || lines.for_each(drop));
        Ok(Self { _process: process, api, dashboard })
    }

    fn api(&self) -> &str {
        &self.api
    }

    fn dashboard(&self) -> &str {
        &self.dashboard
    }
}
