#![allow(clippy::unwrap_used)]
use std::{
    error::Error,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path},
};

use super::*;
use crate::{
    insight::{Turn, http::MAX_ANSWER},
    model::TokensUsed,
};

const SECRET: &str = "the-key-that-nobody-sees";

fn gemini(base: &str) -> Gemini {
    Gemini::new(SECRET, "gemini-test", base).unwrap()
}

fn prompt() -> Prompt {
    Prompt {
        system: "The rules.".into(),
        turns: vec![Turn::Asked("The facts.".into()), Turn::Answered("{}".into()), Turn::Asked("Again.".into())],
        schema: json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } }).to_string(),
    }
}

async fn ask(base: &str, within: Duration) -> Result<Completion, AnalystError> {
    gemini(base).complete(&prompt(), Instant::now() + within).await
}

/// What the API answers when the model wrote `text`.
fn written(text: &str) -> Value {
    json!({
        "candidates": [{ "content": { "parts": [{ "text": text }], "role": "model" }, "finishReason": "STOP", "index": 0 }],
        "usageMetadata": { "promptTokenCount": 900, "candidatesTokenCount": 400, "thoughtsTokenCount": 50, "totalTokenCount": 1350 },
        "modelVersion": "gemini-3-flash",
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

/// A server that gives these answers, one after the other, and the last of them from then on.
async fn server_of(responses: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = responses.len() - 1;
    for (n, response) in responses.into_iter().enumerate() {
        let mock = Mock::given(method("POST")).respond_with(response);
        let mock = if n == last { mock } else { mock.up_to_n_times(1) };
        mock.with_priority(n as u8 + 1).mount(&server).await;
    }
    server
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// The error of one exchange. Neither it nor any of its causes says a secret.
async fn error_of(response: ResponseTemplate) -> AnalystError {
    let server = server(response).await;
    let base = format!("{}/v1beta?token={SECRET}", server.uri());
    no_secrets(ask(&base, Duration::from_secs(1)).await.unwrap_err())
}

fn no_secrets(error: AnalystError) -> AnalystError {
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(one) = cause {
        let shown = format!("{one} {one:?}");
        assert!(!shown.contains(SECRET) && !shown.contains("token="), "{shown}");
        cause = one.source();
    }
    error
}

#[tokio::test]
async fn the_request_is_the_documented_one_and_the_answer_is_read() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1beta/models/gemini-test:generateContent"))
        .and(header("x-goog-api-key", SECRET))
        .and(header("content-type", "application/json"))
        .respond_with(ok(&written("{\"a\": \"b\"}")))
        .expect(1)
        .mount(&server)
        .await;
    let completion = ask(&format!("{}/v1beta", server.uri()), Duration::from_secs(5)).await.unwrap();
    assert_eq!(completion.text, "{\"a\": \"b\"}");
    assert_eq!(completion.model.as_deref(), Some("gemini-3-flash"));
    assert_eq!(completion.tokens, TokensUsed { input: 900, output: 400, thinking: 50 });

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].url.query(), None, "the key is not in the address");
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["systemInstruction"]["parts"][0]["text"], "The rules.");
    let roles: Vec<&Value> = body["contents"].as_array().unwrap().iter().map(|turn| &turn["role"]).collect();
    assert_eq!(roles, ["user", "model", "user"]);
    let config = &body["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseSchema"]["properties"]["a"]["type"], "STRING");
    assert_eq!(config["thinkingConfig"]["thinkingLevel"], "low");
    assert!(config["maxOutputTokens"].as_u64().unwrap() >= 4096);
    assert!(!String::from_utf8_lossy(&requests[0].body).contains(SECRET));
}

#[tokio::test]
async fn a_model_that_knows_no_thinking_level_is_asked_without() {
    let refused = ResponseTemplate::new(400)
        .set_body_json(json!({ "error": { "code": 400, "status": "INVALID_ARGUMENT",
        "message": "Thinking level is not supported for this model." } }));
    let server = server_of(vec![refused, ok(&written("{}"))]).await;
    assert!(ask(&server.uri(), Duration::from_secs(5)).await.is_ok());
    let sent = server.received_requests().await.unwrap();
    let config = |n: usize| sent[n].body_json::<Value>().unwrap()["generationConfig"].clone();
    assert_eq!((sent.len(), &config(1)["thinkingConfig"]), (2, &Value::Null));
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    let wrong_key = json!({ "error": { "code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid.",
        "details": [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID" }] } });
    let echo = |status| ResponseTemplate::new(status).set_body_string(SECRET);
    assert!(matches!(error_of(echo(400)).await, AnalystError::Refused { status: 400, .. }));
    let error = error_of(ResponseTemplate::new(400).set_body_json(wrong_key)).await;
    assert!(matches!(error, AnalystError::KeyRefused { status: 400, .. }));
    assert!(error.to_string().contains("GEMINI_API_KEY"));
    assert!(matches!(error_of(echo(401)).await, AnalystError::KeyRefused { status: 401, .. }));
    assert!(matches!(error_of(echo(403)).await, AnalystError::KeyRefused { status: 403, .. }));
    assert!(matches!(error_of(echo(429)).await, AnalystError::QuotaExceeded { .. }));
    assert!(matches!(error_of(echo(500)).await, AnalystError::Unavailable { status: 500, .. }));
    assert!(matches!(error_of(echo(503)).await, AnalystError::Unavailable { status: 503, .. }));
    assert!(matches!(error_of(echo(204)).await, AnalystError::Refused { status: 204, .. }));
    let unknown = error_of(echo(404)).await;
    assert!(matches!(unknown, AnalystError::ModelUnknown { .. }));
    assert!(unknown.to_string().contains("PULSE_GEMINI_MODEL") && unknown.to_string().contains("gemini-test"));
}

#[tokio::test]
async fn a_refusal_that_passes_is_tried_again_within_the_time() {
    let limited = |delay: &str| {
        ResponseTemplate::new(429).set_body_json(json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED",
            "details": [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay }] } }))
    };
    let in_trouble = |status| ResponseTemplate::new(status);
    for refusals in
        [vec![limited("0.1s")], vec![in_trouble(500)], vec![in_trouble(503), limited("0s"), in_trouble(502)]]
    {
        let expected = refusals.len() + 1;
        let server = server_of([refusals, vec![ok(&written("{}"))]].concat()).await;
        assert!(ask(&server.uri(), Duration::from_secs(15)).await.is_ok());
        assert_eq!(requests(&server).await, expected);
    }
    // One that takes too long is not waited for, and what goes on is given up.
    let server = server(limited("22s")).await;
    let began = Instant::now();
    let error = ask(&server.uri(), Duration::from_secs(20)).await.unwrap_err();
    assert!(matches!(error, AnalystError::QuotaExceeded { .. }) && began.elapsed() < Duration::from_secs(5));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_refusal_that_lasts_is_given_up() {
    let server = server(ResponseTemplate::new(503).insert_header("retry-after", "0")).await;
    let error = ask(&server.uri(), Duration::from_secs(20)).await.unwrap_err();
    assert!(matches!(error, AnalystError::Unavailable { status: 503, .. }));
    assert_eq!(requests(&server).await, 4);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server(ok(&written("{}"))).await;
    let location = format!("{}/x", elsewhere.uri());
    for status in [302, 307, 308] {
        let redirect = ResponseTemplate::new(status).insert_header("location", location.as_str());
        assert!(matches!(error_of(redirect).await, AnalystError::Refused { status: s, .. } if s == status));
    }
    assert_eq!(requests(&elsewhere).await, 0);
}

#[tokio::test]
async fn a_slow_answer_is_given_up() {
    let error = error_of(ok(&written("{}")).set_delay(Duration::from_secs(30))).await;
    assert!(matches!(error, AnalystError::Timeout { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the Gemini API did not answer in time");
}

/// Its backlog accepts connections; nobody reads them.
fn listener() -> std::net::TcpListener {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap()
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_given_up() {
    let silent = listener();
    let base = format!("http://{}/", silent.local_addr().unwrap());
    let error = no_secrets(ask(&base, Duration::from_millis(300)).await.unwrap_err());
    assert!(matches!(error, AnalystError::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let silent = listener();
    let base = format!("http://{}/?token={SECRET}", silent.local_addr().unwrap());
    drop(silent);
    let error = no_secrets(ask(&base, Duration::from_secs(1)).await.unwrap_err());
    assert!(matches!(error, AnalystError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_oversized_answer_is_not_read_to_its_end() {
    let huge = written(&"x".repeat(MAX_ANSWER));
    assert!(matches!(error_of(ok(&huge)).await, AnalystError::TooLarge { .. }));
    let huge_error = ResponseTemplate::new(400).set_body_string("x".repeat(2 * MAX_ANSWER));
    assert!(matches!(error_of(huge_error).await, AnalystError::Refused { status: 400, .. }));
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused_and_one_that_was_cut_off_is_read() {
    let finish = |reason: &str| json!({ "candidates": [{ "finishReason": reason, "content": { "parts": [{ "text": "{\"a" }] } }] });
    for response in [
        ResponseTemplate::new(200).set_body_string("<html>proxy login</html>"),
        ok(&json!({})),
        ok(&json!({ "candidates": [] })),
        ok(&json!([1, 2])),
        ok(&json!({ "candidates": [{ "finishReason": "MAX_TOKENS" }] })),
    ] {
        let error = error_of(response).await;
        assert!(matches!(error, AnalystError::BadAnswer(_)), "{error:?}");
    }
    for (body, reason) in [
        (json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" } }), "PROHIBITED_CONTENT"),
        (finish("SAFETY"), "SAFETY"),
        (finish("RECITATION"), "RECITATION"),
    ] {
        assert_eq!(error_of(ok(&body)).await.to_string(), format!("the model would not answer ({reason})"));
    }
    let server = server(ok(&finish("MAX_TOKENS"))).await;
    assert_eq!(ask(&server.uri(), Duration::from_secs(1)).await.unwrap().text, "{\"a");
}

#[tokio::test]
async fn a_key_that_is_repeated_is_taken_out() {
    let mut body = written(&format!("{{\"a\": \"use {SECRET} now\"}}"));
    body["modelVersion"] = json!(SECRET);
    let server = server(ok(&body)).await;
    let completion = ask(&server.uri(), Duration::from_secs(1)).await.unwrap();
    assert!(!format!("{completion:?}").contains(SECRET));
    assert!(completion.text.contains(Completion::SECRET));
    assert_eq!(completion.model, None);
}

#[test]
fn the_key_is_never_shown() {
    let shown = format!("{:?} {:#?}", gemini("https://user:the-key-that-nobody-sees@x.test/v1"), gemini(Gemini::BASE));
    assert!(shown.contains("gemini-test") && !shown.contains(SECRET), "{shown}");
    for model in ["", "a/b", "a?b", "../x", "x:y", &"m".repeat(101)] {
        assert!(matches!(Gemini::new(SECRET, model, Gemini::BASE), Err(SettingsError::Model(_))), "{model}");
    }
    for base in ["ftp://x.test", "file:///etc/passwd", "data:text/plain,x", "x.test/v1", ""] {
        assert!(matches!(Gemini::new(SECRET, "m", base), Err(SettingsError::Url(_))), "{base}");
    }
}
