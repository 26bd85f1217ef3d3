//! From checked settings to running listeners, and back down.

use std::{process::ExitCode, time::Duration};

use demo_shop::Shop;
use pulse_core::{Pulse, insight::ModelSettings, store};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    banner::{Banner, url},
    config::{Command, Flags},
    listen::{address, bind},
    rebuild::rebuild,
    serve::serve,
    signals::{self, Stop},
};

/// How long the system sees "not ready" before connections are refused, so that a load balancer can send them elsewhere.
const UNREADY: Duration = Duration::from_secs(1);

/// How long the store may take to close. With the time of the requests in work this stays below 10 s.
const CLOSE: Duration = Duration::from_millis(2500);

/// How soon retention is tried again when the store was away.
const RETENTION_RETRY: Duration = Duration::from_secs(60);

/// How often retention is applied.
const RETENTION_EVERY: Duration = Duration::from_secs(3600);

/// Characters of an error that ends the program.
const LINE: usize = 300;

/// Runs until told to stop. The error is one line for a person.
pub(crate) async fn run(mut flags: Flags) -> Result<ExitCode, String> {
    let command = flags.command.take();
    let config = flags.check()?;
    if let Some(Command::Rebuild) = command {
        return rebuild(config).await;
    }
    let api = bind(config.listen, "--listen").await?;
    let dashboard = bind(config.dashboard_listen, "--dashboard-listen").await?;
    let demo = match config.demo_listen {
        Some(address) => Some(bind(address, "--demo-listen").await?),
        None => None,
    };
    let demo_address = demo.as_ref().map(address).transpose()?;
    let (api_address, dashboard_address) = (address(&api)?, address(&dashboard)?);

    let model = ModelSettings::read(|name| std::env::var(name).ok()).model().map_err(|error| error.to_string())?;
    let insights = model.as_ref().map(|model| (model.analyst(), model.name().to_owned()));
    let limits = config.limits.clone();
    let store = store::open(&config.store, &limits).await.map_err(|error| cannot_open(&config.store, &error))?;
    let mut builder = Pulse::builder(store)
        .limits(limits)
        .origins(config.origins(demo_address))
        .pages(config.pages)
        .goals(config.goals)
        .proxies(config.proxies)
        .access(config.access);
    if let Some(model) = model {
        builder = builder.model(model);
    }
    let pulse = builder.build();

    let (stop, stopping) = watch::channel(false);
    let most = config.most.within_descriptors(2 + usize::from(demo.is_some()));
    let mut listeners = JoinSet::new();
    listeners.spawn(serve(api, pulse.api(), most.clone(), stopping.clone()));
    listeners.spawn(serve(dashboard, pulse.service(), most.clone(), stopping.clone()));
    if let Some(listener) = demo {
        let shop = Shop::new(&format!("{}/pulse.js", url(api_address)));
        listeners.spawn(serve(listener, shop, most, stopping));
    }
    if let Some(days) = config.retention_days {
        tokio::spawn(retain(pulse.clone(), days));
    }
    println!(
        "{}",
        Banner {
            api: url(api_address),
            dashboard: url(dashboard_address),
            demo: demo_address.map(url),
            store: store::describe(&config.store),
            insights,
        }
    );

    let told_by = signals::stop().await?;
    println!("Finishing what is in work ...");
    pulse.drain();
    if told_by == Stop::Terminate {
        tokio::time::sleep(UNREADY).await;
    }
    stop.send_replace(true);
    let mut finished = true;
    while let Some(listener) = listeners.join_next().await {
        finished &= listener.unwrap_or(false);
    }
    // A store that is away must not keep the process: what is left to count is counted at the next start.
    finished &= tokio::time::timeout(CLOSE, pulse.close()).await.is_ok();
    if finished {
        println!("Stopped. Everything that was acknowledged is stored.");
        Ok(ExitCode::SUCCESS)
    } else {
        Err("stopped with requests still in work: they were not answered, and their senders will repeat them".into())
    }
}

/// One line that says what to do; the store's address may hold a password, so only its kind is named.
pub(crate) fn cannot_open(store: &str, error: &store::OpenError) -> String {
    let mut line = format!("cannot open the store ({}): {error}", store::describe(store));
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        line.push_str(&format!(": {next}"));
        cause = next.source();
    }
    // Drivers tell all they know; a person needs the beginning.
    line.replace('\n', " ").chars().take(LINE).collect()
}

/// Deletes what is older than `days`, now and every hour.
async fn retain(pulse: Pulse, days: u32) {
    loop {
        let pause = match pulse.expire(days).await {
            Ok(sessions) => {
                tracing::info!(sessions, days, "deleted what is past its retention");
                RETENTION_EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "retention is applied later");
                RETENTION_RETRY
            }
        };
        tokio::time::sleep(pause).await;
    }
}
