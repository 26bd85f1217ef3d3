//! Flags and environment: each setting with what it is for.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, builder::BoolishValueParser};
use jiff::civil::Date;
use pulse_core::{
    Access, Limits, Origins, Proxies,
    http::{Scopes, Token},
    insight::ModelSettings,
    model::{Goals, PageRules},
};

use crate::{
    command::Command,
    connections::Most,
    limits::LimitFlags,
    listen::{self, Address},
    settings::{Alone, variable},
    sites::{SiteRetention, SiteSetting, Sites},
    tls::Tls,
};

pub(crate) const DEFAULT_STORE: &str = "sqlite:pulse-data/pulse.db";

/// Sees how people use a website and says what to fix.
///
/// Insights by a model: GEMINI_API_KEY holds Gemini's key, PULSE_GEMINI_MODEL the model (gemini-flash-latest) and
/// PULSE_GEMINI_URL the endpoint. PULSE_OPENAI_URL, PULSE_OPENAI_MODEL and OPENAI_API_KEY name any endpoint that speaks
/// OpenAI's chat completions, which is asked instead. Without them the built-in rules answer. PULSE_LOG sets what is
/// logged, as `info` or `pulse_core=debug`, and PULSE_LOG_FORMAT how: text or json. Secrets are best given in the
/// environment or in the file of --config, where other users cannot see them.
#[derive(Parser)]
#[command(name = "pulse-server", version)]
pub(crate) struct Flags {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// A TOML file with settings, named as the flags: flags and environment come before it.
    #[arg(long, global = true, env = "PULSE_CONFIG", value_name = "PATH")]
    config: Option<PathBuf>,

    /// Where the API and the tracker's script are served: an address with a port, or unix:PATH.
    #[arg(long, env = "PULSE_LISTEN", default_value = "127.0.0.1:5001", value_name = "ADDRESS")]
    listen: Address,

    /// Where the dashboard is served, with the same read API: an address with a port, or unix:PATH.
    #[arg(long, env = "PULSE_DASHBOARD_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    dashboard_listen: Address,

    /// The certificate, with those that vouch for it, in PEM form: HTTPS on all ports. It is read again when it changes,
    /// and at SIGHUP.
    #[arg(long, env = "PULSE_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, in PEM form.
    #[arg(long, env = "PULSE_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Serves the demo shop too.
    #[arg(long)]
    demo: bool,

    /// Where the demo shop is served [default: 127.0.0.1:8080 with --demo, else nowhere].
    #[arg(long, env = "PULSE_DEMO_LISTEN", value_name = "ADDRESS", value_parser = listen::port)]
    demo_listen: Option<SocketAddr>,

    /// sqlite:PATH, mongodb://... or mongodb+srv://... [default: MONGODB_URI, else sqlite:pulse-data/pulse.db].
    #[arg(long, global = true, env = "PULSE_STORE", value_name = "STORE", hide_env_values = true)]
    store: Option<String>,

    /// Credential for everything that reads, at least 22 characters. Needed for any address but loopback.
    #[arg(long, env = "PULSE_ADMIN_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    admin_token: Option<String>,

    /// A further token, kept as its digest: NAME:SCOPES:SHA256 or NAME:SCOPES:SHA256:UNTIL, as
    /// grafana:metrics:9f86...:2027-01-31; repeatable. Scopes are read, analyze, erase, metrics (with +), or all.
    #[arg(long, env = "PULSE_TOKEN", value_name = "TOKEN", value_delimiter = ',')]
    token: Vec<String>,

    /// A proxy in front of Pulse, as 127.0.0.1 or 10.0.0.0/8, whose X-Forwarded-For is believed; repeatable.
    #[arg(long, env = "PULSE_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    proxy: Vec<String>,

    /// A word that marks parameters and values as secret, beside the built-in ones, as member; repeatable.
    #[arg(long, env = "PULSE_SECRET_WORD", value_name = "WORD", value_delimiter = ',')]
    secret_word: Vec<String>,

    /// A site whose pages may send events, as https://shop.example; repeatable [default: this machine's pages].
    #[arg(long, env = "PULSE_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    allow_origin: Vec<String>,

    /// A further site with a store of its own, under /sites/KEY/: KEY=ORIGIN[,ORIGIN...], as shop=https://shop.example;
    /// repeatable, with ; between them in the environment. Its pages have data-site="KEY" in the tracker's tag.
    #[arg(long, env = "PULSE_SITE", value_name = "SITE", value_delimiter = ';')]
    site: Vec<SiteSetting>,

    /// Days after which sessions of a site are deleted, as shop=30; repeatable [default: --retention-days].
    #[arg(long, env = "PULSE_SITE_RETENTION", value_name = "RETENTION", value_delimiter = ',')]
    site_retention: Vec<SiteRetention>,

    /// A query parameter that makes another page, as tab; repeatable [default: queries are dropped].
    #[arg(long, env = "PULSE_KEEP_QUERY", value_name = "NAME", value_delimiter = ',')]
    keep_query: Vec<String>,

    /// Many addresses that are one page, as /users/:name or /docs/*; repeatable. Ids are folded without.
    #[arg(long, env = "PULSE_PAGE", value_name = "PATH", value_delimiter = ',')]
    page: Vec<String>,

    /// Keeps pages apart that differ in an id, as /order/17 and /order/18.
    #[arg(long, env = "PULSE_KEEP_IDS", value_parser = BoolishValueParser::new())]
    keep_ids: bool,

    /// A page that means success, as /thanks or /order/*; repeatable. Scripts say so with pulse.track('goal').
    #[arg(long, env = "PULSE_GOAL", value_name = "PAGE", value_delimiter = ',')]
    goal: Vec<String>,

    /// Answers that a model is asked for on one day (UTC); then the built-in rules answer.
    #[arg(long, env = "PULSE_MODEL_ANSWERS_PER_DAY", value_name = "ANSWERS", default_value_t = Limits::default().model_answers_per_day)]
    model_answers_per_day: u32,

    /// The same for one credential.
    #[arg(long, env = "PULSE_MODEL_ANSWERS_PER_CREDENTIAL", value_name = "ANSWERS", default_value_t = Limits::default().model_answers_per_credential)]
    model_answers_per_credential: u32,

    /// Deletes sessions that ended longer ago than this [default: off].
    #[arg(long, env = "PULSE_RETENTION_DAYS", value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    retention_days: Option<u32>,

    #[command(flatten)]
    limits: LimitFlags,
}

/// Settings that have been checked against each other. Not to be printed: the store's address may hold a password.
pub(crate) struct Config {
    pub(crate) listen: Address,
    pub(crate) dashboard_listen: Address,
    pub(crate) tls: Option<Tls>,
    pub(crate) demo_listen: Option<SocketAddr>,
    pub(crate) store: String,
    pub(crate) access: Access,
    pub(crate) origins: Vec<String>,
    pub(crate) sites: Sites,
    pub(crate) pages: PageRules,
    pub(crate) goals: Goals,
    pub(crate) retention_days: Option<u32>,
    pub(crate) limits: Limits,
    pub(crate) proxies: Proxies,
    pub(crate) most: Most,
    /// Which model insights are asked from.
    pub(crate) model: ModelSettings,
    /// Tokens that are not good any more, each with its last day.
    pub(crate) ended: Vec<String>,
    /// Whether what is said at the start and at the end goes into the log, for programs that read it.
    pub(crate) is_json: bool,
}

impl Flags {
    /// Checks what no flag can tell by itself.
    pub(crate) fn check(self, alone: &Alone) -> Result<Config, String> {
        let demo = self.demo.then_some(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let access = self.access()?;
        let tls = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::new(certificate, key)?),
            _ => None,
        };
        let proxies = Proxies::listed(self.proxy.iter().map(String::as_str).filter(|proxy| !proxy.is_empty()))
            .map_err(|invalid| format!("--proxy: {invalid}"))?;
        let most = Most {
            all: self.limits.connections,
            of_address: self.limits.address_connections,
            proxies: proxies.clone(),
        };
        let set = |text: &String| !text.is_empty();
        let origins =
            self.allow_origin.iter().filter(|text| set(text)).map(|text| {
                Origins::parse(text.trim()).map_err(|invalid| format!("--allow-origin {text:?}: {invalid}"))
            });
        let origins = origins.collect::<Result<Vec<_>, _>>()?;
        let mut pages =
            PageRules::default().keep_query(self.keep_query.into_iter().filter(set)).fold_ids(!self.keep_ids);
        for template in self.page.iter().filter(|text| set(text)) {
            pages = pages.template(template).map_err(|invalid| format!("--page {template:?}: {invalid}"))?;
        }
        let is_page = |goal: &&String| ["/", "*", "http://", "https://"].iter().any(|head| goal.starts_with(head));
        if let Some(bad) = self.goal.iter().filter(|text| set(text)).find(|goal| !is_page(goal)) {
            return Err(format!("--goal {bad:?}: a page begins with / or https://, as /thanks"));
        }
        let sites = Sites::new(self.site, &self.site_retention, self.retention_days, &origins)?;
        let store = self.store.filter(set).or_else(|| variable("MONGODB_URI"));
        Ok(Config {
            listen: self.listen,
            dashboard_listen: self.dashboard_listen,
            tls,
            demo_listen: self.demo_listen.or(demo),
            store: store.unwrap_or_else(|| DEFAULT_STORE.to_owned()),
            access,
            origins,
            sites,
            pages,
            goals: Goals::new(self.goal),
            retention_days: self.retention_days,
            limits: self.limits.limits().with(|limits| {
                limits.model_answers_per_day = self.model_answers_per_day;
                limits.model_answers_per_credential = self.model_answers_per_credential;
                limits.secret_words = self.secret_word.into_iter().filter(set).collect();
            }),
            proxies,
            most,
            model: ModelSettings::read(|name| alone.get(name)),
            ended: ended(&self.token, jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()),
            is_json: alone.get("PULSE_LOG_FORMAT").is_some_and(|format| format == "json"),
        })
    }

    /// Who may read. An address that others can reach wants a token.
    fn access(&self) -> Result<Access, String> {
        let mut tokens = Vec::new();
        if let Some(token) = self.admin_token.as_deref().filter(|token| !token.is_empty()) {
            tokens.push(Token::new("admin", token, Scopes::ALL).map_err(|weak| weak.to_string())?);
        }
        for text in self.token.iter().filter(|text| !text.is_empty()) {
            tokens.push(text.parse().map_err(|invalid| format!("--token: {invalid}"))?);
        }
        let public = [&self.listen, &self.dashboard_listen].into_iter().find(|address| !address.is_local());
        match (tokens.is_empty(), public) {
            (false, _) => Ok(Access::tokens(tokens)),
            (true, None) => Ok(Access::loopback()),
            (true, Some(Address::Unix(path))) => Err(format!(
                "unix:{} is for a proxy, which passes everybody on: set PULSE_ADMIN_TOKEN, for example to the output of \
                 `openssl rand -base64 24`",
                path.display()
            )),
            (true, Some(public)) => Err(format!(
                "{public} can be reached from other machines: set PULSE_ADMIN_TOKEN, for example to the output of \
                 `openssl rand -base64 24`"
            )),
        }
    }
}

impl Config {
    /// The sites that may send events; `demo` is where the demo shop listens.
    pub(crate) fn origins(&self, demo: Option<SocketAddr>) -> Origins {
        if self.origins.is_empty() {
            return Origins::loopback();
        }
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let names = |at: SocketAddr| [format!("{scheme}://{at}"), format!("{scheme}://localhost:{}", at.port())];
        let demo = demo.into_iter().flat_map(names);
        Origins::listed(self.origins.iter().cloned().chain(demo))
    }
}

/// The tokens whose last day is before `today` (UTC), for a person.
fn ended(tokens: &[String], today: Date) -> Vec<String> {
    let last_day = |text: &str| text.splitn(4, ':').nth(3)?.parse::<Date>().ok();
    let ended = tokens.iter().filter_map(|text| {
        let (name, _) = text.split_once(':')?;
        let day = last_day(text).filter(|day| *day < today)?;
        Some(format!("the last day of the token {name} was {day}: make another, or take it out of the settings"))
    });
    ended.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(arguments: &[&str]) -> Result<Config, String> {
        Flags::try_parse_from([&["pulse-server"], arguments].concat())
            .map_err(|e| e.to_string())?
            .check(&Alone::default())
    }

    #[test]
    fn a_public_address_wants_a_token() {
        let public = ["--dashboard-listen", "0.0.0.0:3000"];
        assert!(check(&public).is_err_and(|line| line.contains("PULSE_ADMIN_TOKEN")));
        assert!(check(&[&public[..], &["--admin-token", "short"]].concat()).is_err());
        assert!(check(&[&public[..], &["--admin-token", "0123456789abcdef012345"]].concat()).is_ok());
    }

    #[test]
    fn a_named_token_does_as_well_and_is_checked() {
        let public = ["--listen", "0.0.0.0:5001", "--token"];
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert!(check(&[&public[..], &[&format!("grafana:metrics:{digest}:2027-01-31")]].concat()).is_ok());
        for bad in ["grafana", "grafana:metrics:0123456789abcdef012345", &format!("a:everything:{digest}")] {
            let line = check(&[&public[..], &[bad]].concat()).err().unwrap();
            assert!(line.starts_with("--token: ") && !line.contains("0123456789abcdef012345"), "{line}");
        }
    }

    #[test]
    fn a_token_is_good_until_its_last_day_is_over() {
        let tokens = ["a:all:00".to_owned(), "b:all:00:2026-01-31".to_owned()];
        let on = |day: &str| ended(&tokens, day.parse().unwrap());
        assert!(on("2026-01-31").is_empty());
        assert!(matches!(&on("2026-02-01")[..], [line] if line.contains("the token b was 2026-01-31")));
    }

    #[test]
    fn limits_and_proxies_are_settings() {
        let config =
            check(&["--address-requests", "5/s:9", "--limit-local", "--proxy", "10.0.0.0/8,::1"]).ok().unwrap();
        assert_eq!((config.limits.address_requests.burst, config.limits.limit_local), (9, true));
        assert!(config.proxies.contains([10, 1, 2, 3].into()));
        for bad in [&["--address-requests", "fast"][..], &["--proxy", "shop.example"], &["--site-bytes", "0/day"]] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for bad in ["shop.example", "https://", "https://shop.example/path", "ftp://shop.example"] {
            assert!(check(&["--allow-origin", bad]).is_err(), "{bad}");
        }
        let origins = check(&["--allow-origin", "HTTPS://Shop.example:443, http://a.test"]).ok().unwrap().origins;
        assert_eq!(origins, ["https://shop.example", "http://a.test"]);
        let many = check(&["--allow-origin", "https://*.shop.example"]).err().unwrap();
        assert!(many.contains("an origin has no *: name each address"), "{many}");
    }

    #[test]
    fn pages_are_named_by_rules() {
        let pages = check(&["--keep-query", "tab", "--page", "/users/:name,/docs/*"]).ok().unwrap().pages;
        assert_eq!(pages.name("/users/ann?tab=1&x=2"), "/users/:name?tab=1");
        assert_eq!(check(&["--keep-ids"]).ok().unwrap().pages.name("/order/17"), "/order/17");
        assert!(check(&["--page", "users/:name"]).is_err_and(|line| line.contains("--page")));
    }

    #[test]
    fn goals_are_pages() {
        let goals = check(&["--goal", "/thanks,/order/*", "--goal", "http://a.test/done"]).ok().unwrap().goals;
        for page in ["http://shop.test/thanks", "http://shop.test/order/:id", "http://a.test/done"] {
            assert!(goals.include(page), "{page}");
        }
        assert!(!goals.include("http://shop.test/cart"));
        assert!(check(&[]).ok().unwrap().goals.is_empty());
        assert!(check(&["--goal", "thanks.html"]).is_err_and(|line| line.contains("begins with /")));
    }

    #[test]
    fn the_demo_has_its_port_by_default() {
        assert_eq!(check(&["--demo"]).ok().unwrap().demo_listen, Some(SocketAddr::from(([127, 0, 0, 1], 8080))));
        assert_eq!(check(&[]).ok().unwrap().demo_listen, None);
    }
}
