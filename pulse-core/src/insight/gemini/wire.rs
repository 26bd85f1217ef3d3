//! The shapes of `generateContent`: what is sent and what comes back.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    insight::{AnalystError, Completion, Prompt, Turn},
    model::TokensUsed,
};

/// Most tokens of an answer. Thinking comes out of it, too, so it is more than twice what an insight takes (some 2,000);
/// it also limits what an answer can cost.
const MAX_OUTPUT_TOKENS: u32 = 8192;

/// The request's body. The facts are computed already, so the model needs to think little.
pub(super) fn request(prompt: &Prompt, with_thinking_level: bool) -> Value {
    let turn = |turn: &Turn| match turn {
        Turn::Asked(text) => json!({ "role": "user", "parts": [{ "text": text }] }),
        Turn::Answered(text) => json!({ "role": "model", "parts": [{ "text": text }] }),
    };
    let mut config = json!({
        "responseMimeType": "application/json",
        "maxOutputTokens": MAX_OUTPUT_TOKENS,
    });
    if let Some(of) = prompt.schema_value() {
        config["responseSchema"] = schema(&of);
    }
    if with_thinking_level {
        config["thinkingConfig"] = json!({ "thinkingLevel": "low" });
    }
    json!({
        "systemInstruction": { "parts": [{ "text": prompt.system }] },
        "contents": prompt.turns.iter().map(turn).collect::<Vec<_>>(),
        "generationConfig": config,
    })
}

/// A JSON Schema as this API takes it. Of a schema it honours `enum, items, minItems, maxItems, nullable, properties,
/// required` and `type`, whose names it has in capitals; nothing else is sent.
fn schema(of: &Value) -> Value {
    let Some(of) = of.as_object() else { return of.clone() };
    let mut schema = Map::new();
    for (key, value) in of {
        let value = match key.as_str() {
            "type" => json!(value.as_str().map(str::to_uppercase)),
            "items" => self::schema(value),
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                Value::Object(properties.map(|(name, property)| (name.clone(), self::schema(property))).collect())
            }
            "enum" | "minItems" | "maxItems" | "nullable" | "required" => value.clone(),
            _ => continue,
        };
        schema.insert(key.clone(), value);
    }
    Value::Object(schema)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    model_version: Option<String>,
    #[serde(default)]
    usage_metadata: Usage,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Usage {
    prompt_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
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

/// Reads the body of a successful response. An answer that was cut off is one all the same: its beginning is paid for.
pub(super) fn completion(body: &[u8]) -> Result<Completion, AnalystError> {
    let reply: Reply = serde_json::from_slice(body)
        .map_err(|_| AnalystError::BadAnswer("the response is not what the API documents"))?;
    if let Some(reason) = reply.prompt_feedback.and_then(|feedback| feedback.block_reason) {
        return Err(blocked(&reason));
    }
    let candidate = reply.candidates.into_iter().next().ok_or(AnalystError::BadAnswer("it is empty"))?;
    let parts = candidate.content.parts.into_iter().filter(|part| !part.thought);
    let text: String = parts.map(|part| part.text).collect();
    match candidate.finish_reason.as_deref() {
        Some("STOP") | None => {}
        Some("MAX_TOKENS") if text.is_empty() => return Err(AnalystError::BadAnswer("it was cut off")),
        Some("MAX_TOKENS") => {}
        Some(reason) => return Err(blocked(reason)),
    }
    let Usage { prompt_token_count, candidates_token_count, thoughts_token_count } = reply.usage_metadata;
    let tokens =
        TokensUsed { input: prompt_token_count, output: candidates_token_count, thinking: thoughts_token_count };
    Ok(Completion { text, model: reply.model_version, tokens })
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
    let failure: Value = serde_json::from_slice(body).unwrap_or_default();
    let details = failure["error"]["details"].as_array();
    details.is_some_and(|details| details.iter().any(|detail| detail["reason"] == "API_KEY_INVALID"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_keeps_only_what_the_api_honours() {
        let of = json!({ "type": "object", "additionalProperties": false, "required": ["a"], "properties": {
            "a": { "type": "array", "minItems": 1, "maxItems": 5, "description": "x",
                   "items": { "type": "string", "enum": ["b"] } } } });
        let sent = json!({ "type": "OBJECT", "required": ["a"], "properties": {
            "a": { "type": "ARRAY", "minItems": 1, "maxItems": 5, "items": { "type": "STRING", "enum": ["b"] } } } });
        assert_eq!(schema(&of), sent);
    }

    #[test]
    fn thoughts_are_no_part_of_the_answer_and_are_counted() {
        let body = json!({ "candidates": [{ "finishReason": "STOP", "content": { "parts": [
            { "text": "Let me see", "thought": true }, { "text": "{\"a\":" }, { "text": "1}" },
        ]}}], "usageMetadata": { "promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 70 } });
        let completion = completion(body.to_string().as_bytes()).ok();
        assert_eq!(completion.as_ref().map(|answer| answer.text.as_str()), Some("{\"a\":1}"));
        assert_eq!(completion.map(|answer| answer.tokens), Some(TokensUsed { input: 9, output: 4, thinking: 70 }));
    }

    #[test]
    fn a_reason_that_is_none_is_not_repeated() {
        let body = json!({ "promptFeedback": { "blockReason": "<b>see https://evil.example</b>" } });
        let error = completion(body.to_string().as_bytes()).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(error, Err("the model would not answer (OTHER)".to_owned()));
    }
}
