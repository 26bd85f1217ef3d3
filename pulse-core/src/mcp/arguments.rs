//! The arguments of the tools. An unknown one is refused by name.

use rmcp::model::JsonObject;
use serde::{Deserialize, de::DeserializeOwned};

use super::refusal::Refusal;
use crate::{
    model::{Device, Millis},
    wire::VisitsQuery,
};

/// Most entries that a list may have.
pub(super) const MOST: usize = 20;

/// Reads arguments.
pub(super) fn read<T: DeserializeOwned>(arguments: Option<JsonObject>) -> Result<T, Refusal> {
    serde_json::from_value(serde_json::Value::Object(arguments.unwrap_or_default())).map_err(|error| {
        // The message names the field and what is expected; a value in it is the agent's own.
        Refusal::new(format!("the arguments cannot be used: {error}. Correct them and call again."))
    })
}

/// A time: milliseconds since the epoch, or RFC 3339.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Millis);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Any {
            Millis(Millis),
            Text(String),
        }
        match Any::deserialize(d)? {
            Any::Millis(at) => Ok(Self(at)),
            Any::Text(text) => match text.parse::<jiff::Timestamp>() {
                Ok(at) => Ok(Self(at.as_millisecond())),
                Err(_) => Err(serde::de::Error::custom("a time is RFC 3339, such as 2026-11-27T00:00:00Z")),
            },
        }
    }
}

/// Which visits.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Visits {
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) device: Option<Device>,
    pub(super) width_min: Option<f64>,
    pub(super) width_max: Option<f64>,
}

impl Visits {
    pub(super) fn query(&self) -> VisitsQuery {
        let Self { from, to, device, width_min, width_max } = self;
        VisitsQuery {
            from: from.map(|time| time.0),
            to: to.map(|time| time.0),
            device: *device,
            width_min: *width_min,
            width_max: *width_max,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListProblems {
    pub(super) page: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) status: Option<String>,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) device: Option<Device>,
    pub(super) limit: Option<usize>,
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExplainProblem {
    pub(super) id: String,
    #[serde(default)]
    pub(super) from: Option<Time>,
    #[serde(default)]
    pub(super) to: Option<Time>,
    #[serde(default)]
    pub(super) device: Option<Device>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PageReport {
    pub(super) page: Option<String>,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) device: Option<Device>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementReport {
    pub(super) page: String,
    pub(super) element: String,
    #[serde(default)]
    pub(super) from: Option<Time>,
    #[serde(default)]
    pub(super) to: Option<Time>,
    #[serde(default)]
    pub(super) device: Option<Device>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FindSessions {
    pub(super) page: Option<String>,
    pub(super) words: Option<String>,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) device: Option<Device>,
    pub(super) min_frustration: Option<u32>,
    pub(super) has_rage: Option<bool>,
    pub(super) has_errors: Option<bool>,
    pub(super) sort: Option<String>,
    pub(super) limit: Option<usize>,
    pub(super) cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExplainSession {
    pub(super) session_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Compare {
    pub(super) a: Visits,
    pub(super) b: Visits,
    #[serde(default)]
    pub(super) page: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskQuestion {
    pub(super) question: String,
    #[serde(default)]
    pub(super) page: Option<String>,
    #[serde(default)]
    pub(super) session_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkProblem {
    pub(super) id: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) note: Option<String>,
}

/// How many entries, within what an answer holds.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Refusal> {
    match asked {
        Some(0) => Err(Refusal::new("limit is 1 to 20. Correct it and call again.")),
        Some(limit) if limit > MOST => {
            Err(Refusal::new("limit is 1 to 20: an answer holds no more. Page on with cursor instead."))
        }
        limit => Ok(limit.unwrap_or(10)),
    }
}
