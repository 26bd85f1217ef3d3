//! From what a model wrote to claims that can be checked: wrappings are taken off, and an answer that was cut off is
//! read as far as it goes.

use serde_json::{Map, Value};

/// Longest text of a claim that is looked at, in characters.
const TEXT: usize = 2_000;
/// Most claims of one list that are looked at.
const LISTED: usize = 24;
/// Most ids of one claim that are looked at.
const IDS: usize = 24;
/// How deep an answer may be wrapped.
const DEPTH: usize = 4;
/// How many opening brackets are tried.
const STARTS: usize = 16;

/// An answer, unchecked.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct RawAnswer {
    pub(super) main_problem: Option<RawClaim>,
    pub(super) insights: Vec<RawClaim>,
    pub(super) recommendations: Vec<RawClaim>,
    pub(super) answer: Option<RawClaim>,
}

/// A claim, unchecked. An action counts as a title, its rationale as the detail.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct RawClaim {
    pub(super) kind: Option<String>,
    pub(super) evidence: Vec<String>,
    pub(super) title: String,
    pub(super) detail: String,
}

/// The answer in `text`; none when there is nothing of one in it.
pub(super) fn read(text: &str) -> Option<RawAnswer> {
    let starts = text.match_indices(['{', '[']).map(|(at, _)| at).take(STARTS);
    for start in starts {
        let rest = &text[start..];
        let value = match serde_json::Deserializer::from_str(rest).into_iter::<Value>().next() {
            Some(Ok(value)) => Some(value),
            Some(Err(error)) if error.is_eof() => completed(rest),
            _ => None,
        };
        if let Some(found) = value.as_ref().and_then(|value| find(value, DEPTH)) {
            return Some(found);
        }
    }
    None
}

/// JSON that was cut off, up to the last bracket that was closed.
fn completed(cut: &str) -> Option<Value> {
    let (mut open, mut in_text, mut is_escaped) = (Vec::new(), false, false);
    let mut whole: Option<(usize, String)> = None;
    for (at, c) in cut.char_indices() {
        match (in_text, c) {
            (true, _) if is_escaped => is_escaped = false,
            (true, '\\') => is_escaped = true,
            (_, '"') => in_text = !in_text,
            (false, '{') => open.push('}'),
            (false, '[') => open.push(']'),
            (false, '}' | ']') => {
                open.pop();
                whole = Some((at + 1, open.iter().rev().collect()));
            }
            _ => {}
        }
    }
    let (end, closing) = whole?;
    serde_json::from_str(&format!("{}{closing}", &cut[..end])).ok()
}

/// The object that holds an answer, in whatever it is wrapped.
fn find(value: &Value, depth: usize) -> Option<RawAnswer> {
    match value {
        Value::Object(object) => {
            let answer = RawAnswer {
                main_problem: object.get("main_problem").and_then(claim),
                insights: list(object, "insights"),
                recommendations: list(object, "recommendations"),
                answer: object.get("answer").and_then(claim),
            };
            if answer != RawAnswer::default() {
                return Some(answer);
            }
            object.values().take(LISTED).find_map(|value| find(value, depth.checked_sub(1)?))
        }
        Value::Array(items) => items.iter().take(LISTED).find_map(|value| find(value, depth.checked_sub(1)?)),
        // Some wrap their JSON as a text.
        Value::String(text) if text.contains('{') && depth > 0 => {
            find(&serde_json::from_str(text).ok()?, depth.min(2) - 1)
        }
        _ => None,
    }
}

fn list(object: &Map<String, Value>, key: &str) -> Vec<RawClaim> {
    match object.get(key) {
        Some(Value::Array(items)) => items.iter().take(LISTED).filter_map(claim).collect(),
        Some(one @ Value::Object(_)) => claim(one).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn claim(value: &Value) -> Option<RawClaim> {
    let object = value.as_object()?;
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| object.get(*key)?.as_str());
        found.unwrap_or_default().chars().take(TEXT).collect::<String>()
    };
    let claim = RawClaim {
        kind: object.get("kind").and_then(Value::as_str).map(|kind| kind.trim().to_lowercase()),
        evidence: ids(object.get("evidence")),
        title: text(&["title", "action"]),
        detail: text(&["detail", "rationale", "text"]),
    };
    (!claim.title.trim().is_empty() || !claim.detail.trim().is_empty()).then_some(claim)
}

fn ids(value: Option<&Value>) -> Vec<String> {
    let id = |value: &Value| match value {
        Value::String(id) => Some(id.clone()),
        Value::Object(fact) => fact.get("id")?.as_str().map(str::to_owned),
        _ => None,
    };
    match value {
        Some(Value::Array(items)) => items.iter().take(IDS).filter_map(id).collect(),
        Some(Value::String(ids)) => {
            ids.split([',', ' ']).filter(|id| !id.is_empty()).take(IDS).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn answer() -> Value {
        let claim = |n: usize| json!({ "kind": "page", "evidence": ["F1", { "id": "F2" }], "title": format!("T{n}"), "detail": "D" });
        json!({
            "main_problem": claim(0),
            "insights": [claim(1), claim(2)],
            "recommendations": [{ "kind": "Page", "evidence": "F1, F3", "action": "A", "rationale": "R" }],
        })
    }

    #[test]
    fn wrappings_are_taken_off() {
        let plain = answer().to_string();
        let expected = read(&plain).unwrap();
        assert_eq!((expected.insights.len(), expected.recommendations.len()), (2, 1));
        assert_eq!(expected.recommendations[0].evidence, ["F1", "F3"]);
        assert_eq!(expected.insights[0].evidence, ["F1", "F2"]);
        for wrapped in [
            format!("```json\n{plain}\n```"),
            format!("Here {{you}} are [1]:\n{plain}\nI hope that helps!"),
            json!({ "result": { "answer": [answer()] } }).to_string(),
            json!([answer()]).to_string(),
            json!({ "output": plain }).to_string(),
        ] {
            assert_eq!(read(&wrapped), Some(expected.clone()), "{wrapped}");
        }
    }

    #[test]
    fn an_answer_that_was_cut_off_is_read_as_far_as_it_goes() {
        let text = answer().to_string();
        let insights = text.find("\"T2\"").unwrap();
        let cut = read(&text[..insights]).unwrap();
        let titles: Vec<&str> = cut.insights.iter().map(|claim| claim.title.as_str()).collect();
        assert_eq!(titles, ["T1", ""], "the second was cut off before its title");
        for end in 0..text.len() {
            // Whatever is left of it, nothing fails.
            let _ = read(&text[..end]);
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in ["", "Sorry, I cannot do that.", "null", "{}", "[[[[", "{\"insights\": 3}", &"[".repeat(10_000)] {
            assert_eq!(read(text), None, "{text:.20}");
        }
    }
}
