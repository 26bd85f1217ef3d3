//! The shapes of `generateContent`: what is sent and what comes back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::prompt::{Prompt, SYSTEM};
use crate::insight::AnalystError;

/// Most tokens of an answer, thinking included: far more than an insight takes, and a limit to what it can cost.
const MAX_OUTPUT_TOKENS: u32 = 8192;

/// The request's body.
pub(super) fn request(prompt: &Prompt) -> Value {
    json!({
        "systemInstruction": { "parts": [{ "text": SYSTEM }] },
        "contents": [{ "role": "user", "parts": [{ "text": prompt.text }] }],
        "generationConfig": {
            "responseMimeType": "application/json",
            "responseSchema": schema(),
            "maxOutputTokens": MAX_OUTPUT_TOKENS,
        },
    })
}

/// Of a schema the API honours `enum, items, minItems, maxItems, nullable, properties, required` and `type`; nothing else
/// is used, and even these are checked again when the answer is here.
fn schema() -> Value {
    let text = json!({ "type": "STRING" });
    let evidence = list(1, 5, text.clone());
    let finding = object(json!({ "title": text, "detail": text, "evidence": evidence }));
    let problem = object(json!({
        "title": text,
        "detail": text,
        "severity": { "type": "STRING", "enum": ["low", "medium", "high"] },
        "evidence": evidence,
    }));
    let recommendation = object(json!({ "action": text, "rationale": text, "evidence": evidence }));
    object(json!({
        "main_problem": problem,
        "insights": list(4, 6, finding),
        "recommendations": list(3, 4, recommendation),
    }))
}

fn list(min: u32, max: u32, items: Value) -> Value {
    json!({ "type": "ARRAY", "minItems": min, "maxItems": max, "items": items })
}

/// All properties of an object are required.
fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|map| map.keys()).collect();
    json!({ "type": "OBJECT", "required": required, "properties": properties })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    model_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    content: Content,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
    /// Set on what the model thought on its way to the answer.
    #[serde(default)]
    thought: bool,
}

/// What the model wrote.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) model: Option<String>,
}

/// Reads the body of a successful response.
pub(super) fn answer(body: &[u8]) -> Result<Answer, AnalystError> {
    let reply: Reply = serde_json::from_slice(body)
        .map_err(|_| AnalystError::BadAnswer("the response is not what the API documents"))?;
    if let Some(reason) = reply.prompt_feedback.and_then(|feedback| feedback.block_reason) {
        return Err(blocked(&reason));
    }
    let candidate = reply.candidates.into_iter().next().ok_or(AnalystError::BadAnswer("it is empty"))?;
    match candidate.finish_reason.as_deref() {
        Some("STOP") | None => {}
        Some("MAX_TOKENS") => return Err(AnalystError::BadAnswer("it was cut off")),
        Some(reason) => return Err(blocked(reason)),
    }
    let parts = candidate.content.parts.into_iter().filter(|part| !part.thought);
    Ok(Answer { text: parts.map(|part| part.text).collect(), model: reply.model_version })
}

/// The reason is a constant of the API; anything else in its place is not repeated.
fn blocked(reason: &str) -> AnalystError {
    const LONGEST: usize = 40;
    let known =
        !reason.is_empty() && reason.len() <= LONGEST && reason.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    AnalystError::Blocked { reason: if known { reason.to_owned() } else { "OTHER".to_owned() } }
}

/// Whether an error's body says that the key is wrong; the API answers that with 400, not 401.
pub(super) fn is_invalid_key(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Failure {
        error: Details,
    }
    #[derive(Deserialize)]
    struct Details {
        #[serde(default)]
        details: Vec<Value>,
    }
    serde_json::from_slice::<Failure>(body)
        .is_ok_and(|failure| failure.error.details.iter().any(|detail| detail["reason"] == "API_KEY_INVALID"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_uses_only_what_the_api_honours() {
        fn check(schema: &Value) {
            let known = ["enum", "items", "minItems", "maxItems", "nullable", "properties", "required", "type"];
            for (key, value) in schema.as_object().into_iter().flatten() {
                assert!(known.contains(&key.as_str()), "{key}");
                match key.as_str() {
                    "items" => check(value),
                    "properties" => value.as_object().into_iter().flatten().for_each(|(_, property)| check(property)),
                    _ => {}
                }
            }
        }
        check(&schema());
        assert_eq!(schema()["properties"]["insights"]["minItems"], 4);
        assert_eq!(schema()["required"], json!(["insights", "main_problem", "recommendations"]));
    }

    #[test]
    fn thoughts_are_no_part_of_the_answer() {
        let body = json!({ "candidates": [{ "finishReason": "STOP", "content": { "parts": [
            { "text": "Let me see", "thought": true }, { "text": "{\"a\":" }, { "text": "1}" },
        ]}}]});
        assert_eq!(answer(body.to_string().as_bytes()).map(|answer| answer.text).ok().as_deref(), Some("{\"a\":1}"));
    }

    #[test]
    fn a_reason_that_is_none_is_not_repeated() {
        let body = json!({ "promptFeedback": { "blockReason": "<b>see https://evil.example</b>" } });
        let error = answer(body.to_string().as_bytes()).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(error, Err("Gemini would not answer (OTHER)".to_owned()));
    }
}
