//! From checked settings to running listeners, and back down.

use std::{io::Write as _, process::ExitCode, time::Duration};

use clap::CommandFactory as _;
use demo_shop::Shop;
use pulse_core::{Pulse, PulseBuilder, store};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    banner::Banner,
    command::{Command, OfSite},
    config::{Config, Flags},
    doctor::doctor,
    listen::{Address, Listener},
    opening::{open_at, open_existing},
    rebuild::rebuild,
    serve::serve,
    settings::Settings,
    signals::{self, Hangups, Stop},
    transfer,
};

/// How long the system sees "not ready" before connections are refused, so that a load balancer can send them elsewhere.
const UNREADY: Duration = Duration::from_secs(1);

/// How long the store may take to close. With the time of the requests in work this stays below 10 s.
const CLOSE: Duration = Duration::from_millis(2500);

/// Runs until told to stop. The error is one line for a person.
pub(crate) async fn run(settings: Settings) -> Result<ExitCode, String> {
    let mut flags = settings.flags()?;
    let command = flags.command.take();
    if let Some(Command::Completions { shell }) = command {
        // As text first: clap panics when nobody reads it to the end.
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Flags::command(), "pulse-server", &mut script);
        let _ = std::io::stdout().write_all(&script);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(Command::Config { json }) = command {
        print_settings(&settings, json);
    }
    let config = flags.check(&settings.alone())?;
    match command {
        Some(Command::Config { .. } | Command::Completions { .. }) => Ok(ExitCode::SUCCESS),
        Some(Command::Serve) | None => serve_all(config).await,
        Some(Command::Rebuild { of }) => rebuild(config, of).await,
        Some(Command::Export { of, output, format }) => transfer::run_export(config, of, output, format).await,
        Some(Command::Import { of, file, format, json }) => transfer::run_import(config, of, &file, format, json).await,
        Some(Command::Migrate { from, to, json }) => transfer::run_migrate(config, &from, &to, json).await,
        Some(Command::Erase { session: None, visitor: None, of: OfSite { site: Some(site) } }) => {
            transfer::run_erase_site(config, &site).await
        }
        Some(Command::Erase { session, visitor, of }) => transfer::run_erase(config, of, session, visitor).await,
        Some(Command::Doctor) => doctor(config).await,
        Some(Command::Mcp { of }) => mcp(config, of).await,
    }
}

/// Every setting in force, for a person or a program. It is printed before it is checked, since a setting that is
/// refused is what one looks for.
fn print_settings(settings: &Settings, json: bool) {
    let listed = settings.listed();
    if json {
        say(&serde_json::to_string_pretty(&listed).unwrap_or_default());
    } else {
        listed.iter().for_each(|setting| say(setting));
    }
}

/// Serves one agent on stdin and stdout until it hangs up.
async fn mcp(config: Config, of: OfSite) -> Result<ExitCode, String> {
    let store = open_existing(&config.store, of.site.as_ref(), &config.limits).await?;
    let model = config.model.model().map_err(|error| error.to_string())?;
    let mut builder = Pulse::builder(store).limits(config.limits).pages(config.pages).goals(config.goals);
    if let Some(model) = model {
        builder = builder.model(model);
    }
    let pulse = builder.build();
    let served = pulse.serve_mcp(tokio::io::stdin(), tokio::io::stdout()).await;
    pulse.close().await;
    served.map_err(|error| format!("the agent is not served: {error}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until told to stop.
async fn serve_all(config: Config) -> Result<ExitCode, String> {
    let tls = config.tls.as_ref();
    let api = Listener::bind(&config.listen, tls, "--listen").await?;
    let dashboard = Listener::bind(&config.dashboard_listen, tls, "--dashboard-listen").await?;
    let demo = match config.demo_listen {
        Some(address) => Some(Listener::bind(&Address::Tcp(address), tls, "--demo-listen").await?),
        None => None,
    };
    let (api_url, dashboard_url) = (api.url()?, dashboard.url()?);
    let demo_url = demo.as_ref().map(Listener::url).transpose()?;
    let demo_address = match demo.as_ref().map(Listener::address).transpose()? {
        // Its pages load the script from where browsers can reach it.
        Some(Address::Tcp(_)) if matches!(config.listen, Address::Unix(_)) => {
            return Err("the demo shop needs an API with a port; set --listen to one".into());
        }
        Some(Address::Tcp(address)) => Some(address),
        _ => None,
    };

    let model = config.model.model().map_err(|error| error.to_string())?;
    let insights = model.as_ref().map(|model| (model.analyst(), model.name().to_owned()));
    let limits = config.limits.clone();
    let store = open_at(&config.store, None, &limits).await?;
    let sites = config.sites.open(&config.store, &limits).await?;
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
    if let Some(days) = config.retention_days {
        builder = builder.retention_days(days);
    }
    let pulse = sites.into_iter().fold(builder, PulseBuilder::site).build();

    let hangups = Hangups::new();
    match config.tls.clone() {
        Some(tls) => tokio::spawn(tls.follow(hangups)),
        None => tokio::spawn(hangups.decline()),
    };
    let (stop, stopping) = watch::channel(false);
    let most = config.most.within_descriptors(2 + usize::from(demo.is_some()));
    let mut listeners = JoinSet::new();
    listeners.spawn(serve(api, traced(pulse.api()), most.clone(), stopping.clone()));
    listeners.spawn(serve(dashboard, traced(pulse.service()), most.clone(), stopping.clone()));
    if let Some(listener) = demo {
        let shop = Shop::new(&format!("{api_url}/pulse.js"));
        listeners.spawn(serve(listener, shop, most, stopping));
    }
    for line in &config.ended {
        tracing::warn!("{line}");
    }
    let banner = Banner {
        api: api_url,
        dashboard: dashboard_url,
        demo: demo_url,
        store: store::describe(&config.store),
        sites: config.sites.iter().map(|site| site.key.clone()).collect(),
        insights,
    };
    if config.is_json {
        banner.log()
    } else {
        say(&banner)
    }
    let tell = |text: &str| if config.is_json { tracing::info!("{text}") } else { say(&text) };

    let told_by = signals::stop().await?;
    tell("Finishing what is in work ...");
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
    let closed = tokio::time::timeout(CLOSE, pulse.close()).await.is_ok();
    match (finished, closed) {
        (true, true) => {
            tell("Stopped. Everything that was acknowledged is stored.");
            Ok(ExitCode::SUCCESS)
        }
        (true, false) => {
            Err("stopped while the store is away: everything that was acknowledged is stored, and what is \
             left to count is counted at the next start"
                .into())
        }
        (false, _) => {
            Err("stopped with requests still in work: they were not answered, and their senders will repeat \
             them"
                .into())
        }
    }
}

/// Traces requests, in a build that can.
#[cfg(feature = "otel")]
use crate::traces::Traced as traced;

#[cfg(not(feature = "otel"))]
fn traced<S>(service: S) -> S {
    service
}

/// Prints a text; that nobody reads it any more is no error. In `pulse-server | tee log` a Ctrl-C ends tee first, and the
/// server still has to finish what is in work; `pulse-server doctor | head` reads the beginning alone.
pub(crate) fn say(text: &dyn std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
