#![allow(clippy::unwrap_used)]
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{header, method, path},
};

use super::*;
use crate::{insight::Turn, model::TokensUsed};

const SECRET: &str = "sk-nobody-sees-this";

fn prompt() -> Prompt {
    Prompt {
        system: "The rules.".into(),
        turns: vec![Turn::Asked("The facts.".into()), Turn::Answered("{}".into()), Turn::Asked("Again.".into())],
        schema: json!({ "type": "object" }).to_string(),
    }
}

fn written(text: &str) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "llama-3.2-3b",
        "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": text } }],
        "usage": { "prompt_tokens": 800, "completion_tokens": 300, "total_tokens": 1100,
                   "completion_tokens_details": { "reasoning_tokens": 60 } },
    })
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

async fn server(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).mount(&server).await;
    server
}

async fn ask(model: &OpenAi) -> Result<Completion, AnalystError> {
    model.complete(&prompt(), Instant::now() + Duration::from_secs(2)).await
}

#[tokio::test]
async fn the_request_is_the_documented_one_and_the_answer_is_read() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {SECRET}").as_str()))
        .respond_with(ok(&written("{\"a\": 1}")))
        .expect(2)
        .mount(&server)
        .await;
    for base in [format!("{}/v1", server.uri()), format!("{}/v1/chat/completions/", server.uri())] {
        let completion = ask(&OpenAi::new(Some(SECRET), "llama3.2:3b", &base).unwrap()).await.unwrap();
        assert_eq!((completion.text.as_str(), completion.model.as_deref()), ("{\"a\": 1}", Some("llama-3.2-3b")));
        assert_eq!(completion.tokens, TokensUsed { input: 800, output: 240, thinking: 60 });
    }
    let body: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!(body["model"], "llama3.2:3b");
    let roles: Vec<&Value> = body["messages"].as_array().unwrap().iter().map(|turn| &turn["role"]).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert_eq!(body["response_format"]["type"], "json_schema");
    assert_eq!(body["response_format"]["json_schema"]["schema"], json!({ "type": "object" }));
    assert!(body["max_completion_tokens"].is_u64());
}

#[tokio::test]
async fn an_endpoint_without_structured_output_is_asked_without_and_remembered() {
    let server = MockServer::start().await;
    let has_schema = |request: &Request| request.body_json::<Value>().unwrap()["response_format"].is_object();
    Mock::given(method("POST"))
        .and(has_schema)
        .respond_with(ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": "response_format" } })))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(ok(&written("{}"))).expect(2).mount(&server).await;
    let model = OpenAi::new(None, "local", &server.uri()).unwrap();
    for _ in 0..2 {
        assert_eq!(ask(&model).await.unwrap().text, "{}");
    }
    assert!(server.received_requests().await.unwrap().iter().all(|sent| !sent.headers.contains_key("authorization")));
}

#[tokio::test]
async fn refusals_have_their_meaning() {
    let error = async |response| {
        let server = server(response).await;
        ask(&OpenAi::new(Some(SECRET), "m", &server.uri()).unwrap()).await.unwrap_err().to_string()
    };
    let echo = |status| ResponseTemplate::new(status).set_body_string(SECRET);
    assert!(error(echo(401)).await.contains("OPENAI_API_KEY"));
    assert!(error(echo(404)).await.contains("PULSE_OPENAI_MODEL"));
    assert!(error(echo(400)).await.contains("status 400"));
    let message =
        |message: Value, reason: &str| ok(&json!({ "choices": [{ "finish_reason": reason, "message": message }] }));
    for (response, said) in [
        (message(json!({ "content": null, "refusal": "I will not." }), "stop"), "would not answer"),
        (message(json!({ "content": "" }), "content_filter"), "would not answer"),
        (message(json!({ "content": "" }), "length"), "cannot be used"),
        (ok(&json!({ "choices": [] })), "cannot be used"),
        (ResponseTemplate::new(200).set_body_string("<html>"), "cannot be used"),
    ] {
        let error = error(response).await;
        assert!(error.contains(said) && !error.contains(SECRET), "{error}");
    }
}

#[tokio::test]
async fn thinking_aloud_is_left_out_and_a_key_taken_out() {
    let server = server(ok(&written(&format!("<think>Let me see {{}}</think>\n{{\"a\": \"{SECRET}\"}}")))).await;
    let text = ask(&OpenAi::new(Some(SECRET), "m", &server.uri()).unwrap()).await.unwrap().text;
    assert_eq!(text, format!("{{\"a\": \"{}\"}}", Completion::SECRET));
}

#[test]
fn the_key_is_never_shown() {
    let model = OpenAi::new(Some(SECRET), "m", &format!("http://user:{SECRET}@x.test/v1")).unwrap();
    assert!(!format!("{model:?}").contains(SECRET));
}
