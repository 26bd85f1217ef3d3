//! `pulse-server doctor`: looks at what a server needs, and says what to do.

use std::{
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use pulse_core::{
    insight::{ModelSettings, Prompt, Turn},
    model::SiteKey,
    store::{self, SessionFilter},
};

use crate::{config::Config, disk, environment, listen::Listener, run::open_at};

/// A clock that says an earlier time is wrong: Pulse did not exist.
const EARLIEST: Duration = Duration::from_secs(1_760_000_000);

/// Sessions of the future that a clock may be off by.
const SLACK_MS: i64 = 60_000;

/// Longest wait for a model.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks at everything, whatever fails before it. Fails when anything has to be done.
pub(crate) async fn doctor(config: Config) -> Result<ExitCode, String> {
    let mut all_well = true;
    let mut say = |what: &str, found: Result<String, String>| match found {
        Ok(text) => println!("ok    {what}: {text}"),
        Err(text) => {
            all_well = false;
            println!("BAD   {what}: {text}");
        }
    };
    let misspelt = environment::misspelt();
    say("settings", if misspelt.is_empty() { Ok("understood".into()) } else { Err(misspelt.join("; ")) });
    for (what, address, setting) in
        [("API", &config.listen, "--listen"), ("dashboard", &config.dashboard_listen, "--dashboard-listen")]
    {
        say(what, Listener::bind(address, None, setting).await.map(|_| format!("{address} is free")));
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
        for (what, found) in store_of(&config, site, now).await {
            say(&site.map_or(what.to_owned(), |key| format!("{what} of {key}")), found);
        }
    }
    say("model", model(&config.model).await);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Opens the store of a site and writes to it, and looks at its latest session.
async fn store_of(config: &Config, site: Option<&SiteKey>, now: i64) -> Vec<(&'static str, Result<String, String>)> {
    let store = match open_at(&config.store, site, &config.limits).await {
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
