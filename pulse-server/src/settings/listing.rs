//! What `pulse-server config` prints of a setting: value and source, no secret.

use std::fmt;

use clap::{Arg, ArgMatches, parser::ValueSource};
use serde::Serialize;

use super::{
    alone::{AloneSetting, variable},
    file::File,
    is_given,
};

/// Shown in place of a secret.
const HIDDEN: &str = "(hidden)";

/// Settings that are secrets as a whole.
const SECRETS: [&str; 4] = ["admin-token", "token", "gemini-api-key", "openai-api-key"];

/// Settings that are addresses, in which a secret may stand.
const ADDRESSES: [&str; 3] = ["store", "gemini-url", "openai-url"];

/// A setting in force.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    /// Its name, which is that of its flag and its key in a file.
    pub(crate) name: String,
    /// Its value, with secrets hidden; none when it is unset.
    pub(crate) value: Option<String>,
    /// `flag`, `environment`, `file` or `default`.
    pub(crate) source: &'static str,
    /// The variable or the file that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<String>,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, of) = (self.value.as_deref().unwrap_or("-"), self.of.as_deref().unwrap_or_default());
        let line = format!("{:<30} {value:<32} {} {of}", self.name, self.source);
        f.write_str(line.trim_end())
    }
}

/// The setting of a flag.
pub(super) fn of_flag(flag: &Arg, matches: &ArgMatches, file: &File) -> Listed {
    let (id, name) = (flag.get_id().as_str(), flag.get_long().unwrap_or_default());
    let raw =
        matches.get_raw(id).map(|values| values.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(","));
    let uri = || variable("MONGODB_URI").filter(|_| id == "store" && !is_given(matches, id));
    let (value, source, of) = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => (raw, "flag", None),
        Some(ValueSource::EnvVariable) => {
            (raw, "environment", flag.get_env().map(|name| name.to_string_lossy().into()))
        }
        _ => match uri() {
            Some(uri) => (Some(uri), "environment", Some("MONGODB_URI".to_owned())),
            None if file.values(name).is_some() => (raw, "file", Some(file.path.clone())),
            None if id == "store" => (Some(crate::config::DEFAULT_STORE.to_owned()), "default", None),
            None => (raw, "default", None),
        },
    };
    Listed { name: name.to_owned(), value: value.map(|value| without_secrets(name, value)), source, of }
}

/// The setting that is no flag.
pub(super) fn of_alone(alone: &AloneSetting, file: &File) -> Listed {
    let AloneSetting { variable: of, name, default } = *alone;
    let (value, source, of) = match (variable(of), file.one(name)) {
        (Some(value), _) => (Some(value), "environment", Some(of.to_owned())),
        (None, Some(value)) => (Some(value), "file", Some(file.path.clone())),
        (None, None) => (default.map(str::to_owned), "default", None),
    };
    Listed { name: name.to_owned(), value: value.map(|value| without_secrets(name, value)), source, of }
}

fn without_secrets(name: &str, value: String) -> String {
    if SECRETS.contains(&name) {
        return HIDDEN.to_owned();
    }
    if ADDRESSES.contains(&name) { address(&value) } else { value }
}

/// An address without credentials and without its query, in which drivers take credentials, too.
fn address(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (rest, has_query) = rest.split_once('?').map_or((rest, false), |(rest, _)| (rest, true));
    // The last @: a password that is not encoded as it should be may hold others.
    let (credentials, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("(hidden)@", rest),
        None => ("", rest),
    };
    format!("{scheme}://{credentials}{rest}{}", if has_query { "?(hidden)" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_shown_without_its_credentials() {
        for (given, shown) in [
            ("sqlite:pulse-data/pulse.db", "sqlite:pulse-data/pulse.db"),
            ("mongodb://ann:p@ss@a.test,b.test/pulse?w=1", "mongodb://(hidden)@a.test,b.test/pulse?(hidden)"),
            ("https://model.test/v1", "https://model.test/v1"),
        ] {
            assert_eq!(address(given), shown);
        }
    }
}
