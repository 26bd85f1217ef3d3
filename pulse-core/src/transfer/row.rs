//! One row of an export, and its two spellings.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::{Batch, BatchId, BatchParts, Event, Millis, Session, SessionId, SessionStart, ViewId};

/// The type of a row that says what is known of a visit.
pub(super) const SESSION: &str = "session";

/// The type of the row of a batch without events.
pub(super) const BATCH: &str = "batch";

/// The type of a last row that says that an export broke off.
pub(super) const BROKEN: &str = "error";

pub use crate::wire::ExportFormat as Format;

/// The name of no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a format is ndjson or csv")
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "ndjson" => Ok(Self::Ndjson),
            "csv" => Ok(Self::Csv),
            _ => Err(UnknownFormat),
        }
    }
}

impl Format {
    /// Value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What comes before the first row.
    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Ndjson => "",
            Self::Csv => "session_id,view_id,seq,received_at,page_url,title,shifted_ms,type,timestamp,data\r\n",
        }
    }

    /// Rows as they are written.
    pub(super) fn write(self, rows: &[Row]) -> Vec<u8> {
        let mut out = Vec::with_capacity(rows.len() * 160);
        for row in rows {
            match self {
                Self::Ndjson => {
                    // Writing to memory does not fail, and a row has no key that is no text.
                    let _ = serde_json::to_writer(&mut out, row);
                    out.push(b'\n');
                }
                Self::Csv => row.write_csv(&mut out),
            }
        }
        out
    }
}

/// A last row that says that an export broke off: the bytes before it may have been sent.
pub(crate) fn broken(format: Format) -> Vec<u8> {
    match format {
        Format::Ndjson => format!("{{\"type\":\"{BROKEN}\"}}\n").into(),
        Format::Csv => format!(",,,,,,,{BROKEN},,\r\n").into(),
    }
}

/// An event with its batch, or what is known of a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) session_id: SessionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) view_id: Option<ViewId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) received_at: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) page_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shifted_ms: Option<Millis>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) timestamp: Millis,
    #[serde(default)]
    pub(super) data: Value,
}

impl Row {
    /// What is known of a visit.
    pub(super) fn of_session(session: &Session) -> Self {
        let SessionStart { session_id, visitor_id, started_at, page_url, title, referrer, device, viewport, excluded } =
            session.start.clone();
        let mut data =
            json!({ "visitor_id": visitor_id, "referrer": referrer, "device": device, "viewport": viewport });
        if let Some(excluded) = excluded {
            data["excluded"] = excluded.as_str().into();
        }
        Self {
            view_id: None,
            seq: None,
            received_at: None,
            page_url: Some(page_url).filter(|url| !url.is_empty()),
            title,
            shifted_ms: None,
            kind: SESSION.to_owned(),
            timestamp: started_at,
            data,
            session_id,
        }
    }

    /// The rows of a batch: its events, or one that says that it has none.
    pub(super) fn of_batch(batch: Batch) -> Vec<Self> {
        let BatchParts { id, received_at, page_url, title, shifted_ms, moves, events } = batch.into_parts();
        let row = |kind: String, timestamp, data| Self {
            session_id: id.session.clone(),
            view_id: Some(id.view.clone()),
            seq: Some(id.seq),
            received_at: Some(received_at),
            page_url: page_url.clone(),
            title: title.clone(),
            shifted_ms: Some(shifted_ms).filter(|ms| *ms != 0),
            kind,
            timestamp,
            data,
        };
        let all = moves.into_iter().map(Event::from).chain(events).map(|event| {
            let mut value = serde_json::to_value(&event.kind).unwrap_or_default();
            let kind = value["type"].as_str().unwrap_or_default().to_owned();
            row(kind, event.timestamp, value["data"].take())
        });
        let mut rows: Vec<Self> = all.collect();
        if rows.is_empty() {
            rows.push(row(BATCH.to_owned(), received_at, Value::Null));
        }
        rows
    }

    /// The visit, of a row of that type.
    pub(super) fn start(&self) -> Result<SessionStart, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Data {
            #[serde(default)]
            visitor_id: Option<crate::model::VisitorId>,
            #[serde(default)]
            referrer: Option<String>,
            #[serde(default)]
            device: crate::model::Device,
            #[serde(default)]
            viewport: Option<crate::model::ViewportSize>,
            #[serde(default)]
            excluded: Option<crate::model::Exclusion>,
        }
        let Data { visitor_id, referrer, device, viewport, excluded } =
            serde_json::from_value(self.data.clone()).map_err(|error| format!("data of a session: {error}"))?;
        Ok(SessionStart {
            visitor_id,
            referrer,
            device,
            viewport,
            excluded,
            page_url: self.page_url.clone().unwrap_or_default(),
            title: self.title.clone(),
            ..SessionStart::new(self.session_id.clone(), self.timestamp)
        })
    }

    /// The event; none of a batch without events.
    pub(super) fn event(&mut self) -> Result<Option<Event>, String> {
        if self.kind == BATCH {
            return Ok(None);
        }
        let value = json!({ "timestamp": self.timestamp, "type": self.kind, "data": self.data.take() });
        serde_json::from_value(value).map(Some).map_err(|error| format!("an event of type {:?}: {error}", self.kind))
    }

    /// Whether it is of the same batch as another, which came before it.
    pub(super) fn goes_with(&self, id: &BatchId, named: bool) -> bool {
        self.session_id == id.session
            && match (&self.view_id, self.seq) {
                (Some(view), seq) => named && *view == id.view && seq.unwrap_or(0) == id.seq,
                (None, _) => !named,
            }
    }

    /// The event's data as JSON, if it has any.
    pub(super) fn data_text(&self) -> Option<String> {
        (!self.data.is_null()).then(|| self.data.to_string())
    }

    /// About how many bytes of text it holds.
    #[cfg(feature = "parquet")]
    pub(super) fn text_bytes(&self) -> usize {
        let texts = [self.page_url.as_deref(), self.title.as_deref(), Some(self.session_id.as_str())];
        texts.into_iter().flatten().map(str::len).sum::<usize>() + json_bytes(&self.data)
    }

    fn write_csv(&self, out: &mut Vec<u8>) {
        let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        let data = self.data_text().unwrap_or_default();
        let fields = [
            self.session_id.as_str(),
            self.view_id.as_ref().map_or("", |view| view.as_str()),
            &number(self.seq.map(i64::from)),
            &number(self.received_at),
            self.page_url.as_deref().unwrap_or_default(),
            self.title.as_deref().unwrap_or_default(),
            &number(self.shifted_ms),
            &self.kind,
            &self.timestamp.to_string(),
            &data,
        ];
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            if field.contains(['"', ',', '\n', '\r']) {
                out.push(b'"');
                out.extend_from_slice(field.replace('"', "\"\"").as_bytes());
                out.push(b'"');
            } else {
                out.extend_from_slice(field.as_bytes());
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// About how long a value is as JSON.
#[cfg(feature = "parquet")]
fn json_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| json_bytes(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + json_bytes(value) + 4).sum::<usize>() + 2
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 6,
    }
}
