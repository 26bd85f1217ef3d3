//! The bodies of requests, as JSON. There are four; serde_json's writer would be larger than all they say.

use pulse_core::wire::{AnalyzeBody, MarkRequest, OverlayRequest, SignInBody};

use crate::json::quoted;

/// A token for a cookie.
pub fn sign_in(SignInBody { token }: &SignInBody) -> String {
    object([("token", Some(quoted(token)))])
}

/// A status for a problem.
pub fn mark(MarkRequest { status, note }: &MarkRequest) -> String {
    object([("status", Some(quoted(status.as_str()))), ("note", note.as_deref().map(quoted))])
}

/// A ticket for the map over a live page.
pub fn overlay(OverlayRequest { origin, page, from, to }: &OverlayRequest) -> String {
    let time = |time: Option<i64>| time.map(|time| time.to_string());
    object([("origin", Some(quoted(origin))), ("page", Some(quoted(page))), ("from", time(*from)), ("to", time(*to))])
}

/// A question for an analyst.
pub fn analyze(AnalyzeBody { question }: &AnalyzeBody) -> String {
    object([("question", question.as_deref().map(quoted))])
}

/// An object of the fields that there are.
fn object<const N: usize>(fields: [(&str, Option<String>); N]) -> String {
    let mut out = String::from("{");
    for (name, value) in fields {
        if let Some(value) = value {
            let comma = if out.len() > 1 { "," } else { "" };
            for part in [comma, "\"", name, "\":", &value] {
                out.push_str(part);
            }
        }
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::analyze::problems::ProblemStatus;

    use super::*;

    #[test]
    fn they_are_what_serde_json_writes() {
        let text = "ü \"q\" \\ \u{1}\n";
        let body = SignInBody { token: text.to_owned() };
        assert_eq!(sign_in(&body), serde_json::to_string(&body).unwrap());
        for status in ProblemStatus::ALL {
            for note in [None, Some(text.to_owned())] {
                let body = MarkRequest { status, note };
                assert_eq!(mark(&body), serde_json::to_string(&body).unwrap());
            }
        }
        for (from, to) in [(None, None), (Some(-1), None), (None, Some(1_700_000_000_000)), (Some(0), Some(1))] {
            let body = OverlayRequest { origin: "https://s.test".to_owned(), page: text.to_owned(), from, to };
            assert_eq!(overlay(&body), serde_json::to_string(&body).unwrap());
        }
        for question in [None, Some(text.to_owned())] {
            let body = AnalyzeBody { question };
            assert_eq!(analyze(&body), serde_json::to_string(&body).unwrap());
        }
    }
}
