//! The shapes of chat completions: what is sent and what comes back.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    insight::{AnalystError, Completion, Prompt, Turn},
    model::TokensUsed,
};

/// Most tokens of an answer, thinking included. `max_tokens` is the older name, which OpenAI's own models refuse;
/// endpoints that know only that one ignore this, and are held by the time that an answer may take.
const MAX_TOKENS: u32 = 8192;

/// The request's body; held to the schema when that is asked for and the schema is JSON.
pub(super) fn request(model: &str, prompt: &Prompt, with_schema: bool) -> Value {
    let system = json!({ "role": "system", "content": prompt.system });
    let turns = prompt.turns.iter().map(|turn| match turn {
        Turn::Asked(text) => json!({ "role": "user", "content": text }),
        Turn::Answered(text) => json!({ "role": "assistant", "content": text }),
    });
    let messages: Vec<Value> = [system].into_iter().chain(turns).collect();
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_completion_tokens": MAX_TOKENS,
        "stream": false,
    });
    if with_schema && let Some(schema) = prompt.schema_value() {
        let schema = json!({ "name": "answer", "strict": true, "schema": schema });
        body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
    }
    body
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    choices: Vec<Choice>,
    model: Option<String>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Usage {
    prompt_tokens: u64,
    completion_tokens: u64,
    completion_tokens_details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    reasoning_tokens: u64,
}

/// Reads the body of a successful response. An answer that was cut off is one all the same: its beginning is paid for.
pub(super) fn completion(body: &[u8]) -> Result<Completion, AnalystError> {
    let reply: Reply = serde_json::from_slice(body)
        .map_err(|_| AnalystError::BadAnswer("the response is not what the API documents"))?;
    let choice = reply.choices.into_iter().next().ok_or(AnalystError::BadAnswer("it is empty"))?;
    let blocked = |reason: &str| AnalystError::Blocked { reason: reason.to_owned() };
    if choice.message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(blocked("refusal"));
    }
    if choice.finish_reason.as_deref() == Some("content_filter") {
        return Err(blocked("content_filter"));
    }
    let content = choice.message.content.unwrap_or_default();
    // Local models write down what they think before the answer.
    let text = content.rsplit_once("</think>").map_or(content.as_str(), |(_, answer)| answer).trim();
    if text.is_empty() {
        return Err(AnalystError::BadAnswer("it is empty"));
    }
    let usage = reply.usage.unwrap_or_default();
    let thinking = usage.completion_tokens_details.unwrap_or_default().reasoning_tokens;
    let output = usage.completion_tokens.saturating_sub(thinking);
    let tokens = TokensUsed { input: usage.prompt_tokens, output, thinking };
    Ok(Completion { text: text.to_owned(), model: reply.model, tokens })
}
