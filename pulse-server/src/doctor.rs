//! `pulse-server doctor`: looks at what a server needs, and says what to do.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use pulse_core::{
    insight::{ModelSettings, Prompt, Turn},
    model::SiteKey,
    store::{self, SessionFilter},
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::{
    config::Config,
    disk, environment,
    listen::{Address, Listener},
    opening::{IN_USE, open_at},
    run::say as print,
};

/// A clock that says an earlier time is wrong: Pulse did not exist.
const EARLIEST: Duration = Duration::from_secs(1_760_000_000);

/// Sessions of the future that a clock may be off by.
const SLACK_MS: i64 = 60_000;

/// Longest wait for a model.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest wait for a server that may be running.
const GREETING: Duration = Duration::from_secs(2);

/// Longest answer of a running server to `GET /healthz`.
const GREETING_BYTES: u64 = 4096;

/// What is said of a port or a file that a running server has.
const RUNNING: &str = "in use by a running Pulse";

/// Looks at everything, whatever fails before it. Fails when anything has to be done.
pub(crate) async fn doctor(config: Config) -> Result<ExitCode, String> {
    let mut all_well = true;
    let mut say = |what: &str, found: Result<String, String>| match found {
        Ok(text) => print(&format_args!("ok    {what}: {text}")),
        Err(text) => {
            all_well = false;
            print(&format_args!("BAD   {what}: {text}"));
        }
    };
    let misspelt = environment::misspelt();
    say("settings", if misspelt.is_empty() { Ok("understood".into()) } else { Err(misspelt.join("; ")) });
    let demo = config.demo_listen.map(Address::Tcp);
    let listeners =
        [("API", &config.listen, "--listen"), ("dashboard", &config.dashboard_listen, "--dashboard-listen")];
    let mut is_running = false;
    for (what, address, setting) in listeners.into_iter().chain(demo.iter().map(|at| ("demo", at, "--demo-listen"))) {
        say(
            what,
            match Listener::bind(address, None, setting).await {
                Ok(_) => Ok(format!("{address} is free")),
                // The shop is served by the Pulse that has the other ports.
                Err(_) if answers_as_pulse(address).await || (what == "demo" && is_running) => {
                    is_running = true;
                    Ok(format!("{address} is {RUNNING}"))
                }
                Err(line) => Err(line),
            },
        );
    }
    if !config.ended.is_empty() {
        say("tokens", Err(config.ended.join("; ")));
    }
    let origins = match config.origins.is_empty() {
        true => "pages of this machine alone may send; name your site with --allow-origin https://shop.example".into(),
        false => config.origins.join(", "),
    };
    say("origins", Ok(origins));
    for site in config.sites.iter() {
        say("site", Ok(format!("{}: {}", site.key, site.origins.join(", "))));
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let is_late = now < EARLIEST;
    let clock = if is_late {
        Err("it is far behind: set it, and keep it right with NTP".into())
    } else {
        Ok("plausible".into())
    };
    say("clock", clock);
    if let Some(free) = disk::free(&config.store) {
        say("disk", free);
    }
    let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    for site in std::iter::once(None).chain(config.sites.iter().map(|site| Some(&site.key))) {
        for (what, found) in store_of(&config, site, now, is_running).await {
            say(&site.map_or(what.to_owned(), |key| format!("{what} of {key}")), found);
        }
    }
    say("model", model(&config.model).await);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a running Pulse answers at an address that is taken. One with TLS is not asked.
async fn answers_as_pulse(address: &Address) -> bool {
    let greeting = async {
        match address {
            Address::Tcp(at) => greet(tokio::net::TcpStream::connect(reachable(*at)).await?).await,
            #[cfg(unix)]
            Address::Unix(path) => greet(tokio::net::UnixStream::connect(path).await?).await,
            #[cfg(not(unix))]
            Address::Unix(_) => Err(std::io::ErrorKind::Unsupported.into()),
        }
    };
    let answer = tokio::time::timeout(GREETING, greeting).await;
    answer.is_ok_and(|answer| answer.is_ok_and(|text| is_health(&text)))
}

async fn greet(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<String> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.take(GREETING_BYTES).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Whether this is what Pulse answers to `GET /healthz`, with the header that all its answers have.
fn is_health(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200") && answer.contains("\r\nx-request-id: ") && answer.contains(r#"{"status":"ok"}"#)
}

/// Where a listener on all addresses is reached from this machine.
fn reachable(at: SocketAddr) -> SocketAddr {
    let ip = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, at.port())
}

/// Opens the store of a site and writes to it, and looks at its latest session. A file that is missing is not made: it
/// would belong to whoever runs this, and the server's user could not write to it.
async fn store_of(
    config: &Config,
    site: Option<&SiteKey>,
    now: i64,
    is_running: bool,
) -> Vec<(&'static str, Result<String, String>)> {
    if let Some(missing) = store::file_of(&config.store, site).filter(|file| !file.exists()) {
        return vec![("store", disk::will_be_made(&missing))];
    }
    let store = match open_at(&config.store, site, &config.limits).await {
        Err(line) if is_running && line.contains(IN_USE) => {
            return vec![("store", Ok(format!("{}, {RUNNING}", store::describe(&config.store))))];
        }
        Err(line) => return vec![("store", Err(line))],
        Ok(store) => store,
    };
    let checked = store.check().await.map(|()| format!("{}, can be written to", store::describe(&config.store)));
    let mut found =
        vec![("store", checked.map_err(|error| format!("{error}: is the disk full, or are there no rights?")))];
    let latest = store.sessions(&SessionFilter { limit: 1, ..SessionFilter::default() }).await;
    if let Some(latest) = latest.ok().and_then(|page| page.sessions.into_iter().next()) {
        let ahead = latest.last_seen - now;
        found.push(match ahead > SLACK_MS {
            true => ("sessions", Err(format!("the latest session is {} s in the future: set the clock", ahead / 1000))),
            false => ("sessions", Ok("no session is in the future".into())),
        });
    }
    store.close().await;
    found
}

/// Asks the model for as little as can be asked.
async fn model(settings: &ModelSettings) -> Result<String, String> {
    let Some(model) = settings.model().map_err(|error| error.to_string())? else {
        return Ok("none is set; the built-in rules answer".into());
    };
    let prompt = Prompt {
        system: "Answer with an empty JSON object.".into(),
        turns: vec![Turn::Asked("{}".into())],
        schema: r#"{"type": "object"}"#.into(),
    };
    let answer = model.complete(&prompt, Instant::now() + PATIENCE).await;
    answer.map(|_| format!("{} answers", model.name())).map_err(|error| format!("{}: {error}", model.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_pulse_is_known_by_its_answer() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        assert!(is_health(&format!("{head}x-request-id: a\r\n\r\n{{\"status\":\"ok\"}}")));
        assert!(!is_health(&format!("{head}\r\n{{\"status\":\"ok\"}}")), "another program says so too");
        assert!(!is_health("HTTP/1.1 404 Not Found\r\nx-request-id: a\r\n\r\n"));
    }

    #[test]
    fn a_listener_on_all_addresses_is_asked_on_loopback() {
        for (listens, reached) in
            [("0.0.0.0:5001", "127.0.0.1:5001"), ("[::]:1", "[::1]:1"), ("10.0.0.1:1", "10.0.0.1:1")]
        {
            assert_eq!(listens.parse().map(reachable).ok(), reached.parse().ok());
        }
    }
}
