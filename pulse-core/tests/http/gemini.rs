//! Insights by Gemini, from the endpoint to the answer, on a server that can be told to misbehave.

use crate::support::{Rig, SESSION};
use pulse_core::{Limits, insight};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{body_partial_json, header, method, path},
};

const KEY: &str = "test-key-not-a-real-one";

async fn rig(gemini: &MockServer) -> Rig {
    let analyst = insight::from_settings(Some(KEY.into()), Some("gemini-test".into()), Some(gemini.uri())).unwrap();
    let rig = Rig::with(Limits::default(), Some(analyst)).await;
    rig.visit().await;
    rig
}

/// What Gemini would say, resting on the first of the facts that it was told.
fn answer() -> Value {
    let evidence = json!(["e1"]);
    let finding =
        |n: usize| json!({"title": format!("Finding {n}"), "detail": "Something to see.", "evidence": evidence});
    let advice = |n: usize| json!({"action": format!("Do thing {n}"), "rationale": "It helps.", "evidence": evidence});
    let text = json!({
        "main_problem": {"title": "The pay button does not answer", "detail": "It was hit again and again.", "severity": "high", "evidence": evidence},
        "insights": (0..4).map(finding).collect::<Vec<_>>(),
        "recommendations": (0..3).map(advice).collect::<Vec<_>>(),
    });
    json!({"candidates": [{"content": {"parts": [{"text": text.to_string()}]}, "finishReason": "STOP"}], "modelVersion": "gemini-test-001"})
}

#[tokio::test]
async fn geminis_answer_is_shown() {
    let gemini = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/models/gemini-test:generateContent"))
        .and(header("x-goog-api-key", KEY))
        .and(body_partial_json(json!({"generationConfig": {"responseMimeType": "application/json"}})))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer()))
        .expect(1)
        .mount(&gemini)
        .await;
    let insight = rig(&gemini).await.post(&format!("/api/analyze/{SESSION}"), &json!({})).await;
    assert_eq!(insight.status, 200);
    assert_eq!(insight.json["source"], json!({"analyst": "gemini", "model": "gemini-test-001"}));
    assert_eq!(insight.json["main_problem"]["title"], "The pay button does not answer");
    assert_eq!(insight.json["of"], SESSION);
    let requests: Vec<Request> = gemini.received_requests().await.unwrap();
    let body = String::from_utf8(requests[0].body.clone()).unwrap();
    assert!(body.contains("responseSchema") && body.contains("Pay"));
    assert!(!requests[0].url.as_str().contains(KEY) && !body.contains(KEY));
}

#[tokio::test]
async fn a_gemini_that_fails_gives_the_rules_answer_and_says_so() {
    for response in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(403).set_body_json(json!({"error": {"status": "PERMISSION_DENIED"}})),
        ResponseTemplate::new(404),
        ResponseTemplate::new(200).set_body_string("{\"candidates\": [{\"conte"),
        ResponseTemplate::new(200).set_body_json(json!({"promptFeedback": {"blockReason": "SAFETY"}})),
    ] {
        let gemini = MockServer::start().await;
        Mock::given(method("POST")).respond_with(response).mount(&gemini).await;
        let insight = rig(&gemini).await.post(&format!("/api/analyze/{SESSION}"), &json!({})).await;
        assert_eq!(insight.status, 200);
        assert_eq!(insight.json["source"]["analyst"], "rules");
        let reason = insight.json["source"]["reason"].as_str().unwrap();
        assert!(!reason.is_empty() && !reason.contains(KEY), "{reason}");
    }
}
