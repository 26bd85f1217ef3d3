//! `cargo xtask screenshots`: every view of the dashboard as a picture, over few visits and over many.

use anyhow::Result;

use crate::process::{program, show};
use crate::{bench, tools, workspace};

/// Sessions of each store. As many as a site has on its first day, and as many as it has later.
const STORES: [(&str, u32); 2] = [("few", 10), ("many", 10_000)];

/// Seeds a store for each, and takes the pictures.
pub(crate) fn take() -> Result<()> {
    let chrome = tools::chromium::get()?;
    tools::node::install("e2e")?;
    let seed = bench::build()?;
    let folder = workspace::target_dir()?.join("screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut stores = Vec::new();
    for (name, sessions) in STORES {
        let file = folder.join(format!("{name}-{sessions}.db"));
        let store = format!("sqlite:{}", file.display());
        if !file.exists() {
            let mut made = program(&seed);
            let sessions = sessions.to_string();
            show(made.args(["seed", "--faults", "--sessions", &sessions, "--store", &store]))?;
        }
        stores.push(format!("{{\"name\":{name:?},\"store\":{store:?}}}"));
    }
    let out = workspace::root().join("docs/screenshots");
    let settings = format!("{{\"stores\":[{}],\"out\":{out:?}}}", stores.join(","));
    let server = seed.with_file_name("pulse-server").with_extension(std::env::consts::EXE_EXTENSION);
    let mut node = program("node");
    node.args(["screenshots.mjs", &settings]).current_dir(workspace::root().join("e2e"));
    show(node.env("CHROME", chrome).env("SERVER_UNDER_TEST", server))
}
