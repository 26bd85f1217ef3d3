//! Three mongods, and whichever leads is killed.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mongodb::bson::doc;
use pulse_bench::{mongod::Node, process::Signal};
use tokio::time::sleep;

use crate::{lab::Bench, outcome::Outcome, trial::Trial, writers::Manner};

const NAME: &str = "torture";

/// Nodes ask for each piece of the log. Otherwise the primary sends on its own, and what it has sent to nodes that are
/// stopped reaches them when it is long dead: nothing could be lost, whatever Pulse waits for.
const ARGUMENTS: [&str; 4] = ["--replSet", NAME, "--setParameter", "oplogFetcherUsesExhaust=false"];

/// How long a node that came back may take to follow the others.
const FOLLOW: Duration = Duration::from_secs(60);

pub(super) async fn run(bench: &Bench<'_>) -> Result<Outcome> {
    let mut nodes = Vec::new();
    for name in ["mongod-a", "mongod-b", "mongod-c"] {
        nodes.push(bench.node(name, &ARGUMENTS).await?);
    }
    nodes[0].initiate(NAME, &nodes[1..], bench.lab.plan.election).await?;
    let hosts: Vec<_> = nodes.iter().map(Node::host).collect();
    let uri = format!("mongodb://{}/torture?replicaSet={NAME}", hosts.join(","));
    for node in &nodes {
        follows(node).await?;
    }

    let mut trial = Trial::start(bench.scenario, bench.pulse(&uri), bench.rng()).await?;
    trial.load(&Manner::default());
    for number in 0..bench.lab.plan.failovers {
        bench.step(number, "kill -9 of the primary");
        trial.pause(500..1500).await;
        let primary = primary(&nodes).await?;
        // The others fall behind first: whoever answers before they have followed loses what it acknowledged.
        tell_others(&nodes, primary, Signal::Stop)?;
        trial.pause(100..800).await;
        nodes[primary].kill();
        tell_others(&nodes, primary, Signal::Continue)?;
        trial.recovered(Instant::now()).await?;
        nodes[primary].restart().await?;
        follows(&nodes[primary]).await?;
    }
    trial.finish().await
}

fn tell_others(nodes: &[Node], primary: usize, signal: Signal) -> Result<()> {
    nodes.iter().enumerate().filter(|(place, _)| *place != primary).try_for_each(|(_, node)| node.signal(signal))
}

async fn primary(nodes: &[Node]) -> Result<usize> {
    for (place, node) in nodes.iter().enumerate() {
        if node.is_primary().await? {
            return Ok(place);
        }
    }
    None.context("the replica set has no primary")
}

/// Waits until a node is primary or has what the primary has.
async fn follows(node: &Node) -> Result<()> {
    let started = Instant::now();
    loop {
        let hello = node.command(doc! { "hello": 1 }).await?;
        if hello.get_bool("secondary").unwrap_or(false) || hello.get_bool("isWritablePrimary").unwrap_or(false) {
            return Ok(());
        }
        ensure!(started.elapsed() < FOLLOW, "a mongod does not join its replica set");
        sleep(Duration::from_millis(100)).await;
    }
}
