//! Insights by models, from the endpoint to the answer, on servers that can be told to misbehave.

use std::time::Duration;

use crate::support::{Answer, Rig, SESSION, call};
use http::Request;
use pulse_core::{Limits, insight::ModelSettings};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request as Received, Respond, ResponseTemplate,
    matchers::{header, method, path},
};

const KEY: &str = "test-key-not-a-real-one";

/// A model that makes honest claims of the facts that it is told, in the form of an API.
struct Honest {
    delay: Duration,
    is_openai: bool,
}

impl Honest {
    fn gemini() -> Self {
        Self { delay: Duration::ZERO, is_openai: false }
    }
}

impl Respond for Honest {
    fn respond(&self, request: &Received) -> ResponseTemplate {
        let body: Value = request.body_json().unwrap();
        let text = match self.is_openai {
            true => body["messages"][1]["content"].as_str().unwrap(),
            false => body["contents"][0]["parts"][0]["text"].as_str().unwrap(),
        };
        let written = honest(text).to_string();
        let answer = match self.is_openai {
            true => {
                json!({ "model": "local-001", "choices": [{ "finish_reason": "stop", "message": { "content": written } }],
                "usage": { "prompt_tokens": 50, "completion_tokens": 20 } })
            }
            false => json!({ "candidates": [{ "content": { "parts": [{ "text": written }] }, "finishReason": "STOP" }],
                "usageMetadata": { "promptTokenCount": 50, "candidatesTokenCount": 20, "thoughtsTokenCount": 5 },
                "modelVersion": "gemini-test-001" }),
        };
        ResponseTemplate::new(200).set_body_json(answer).set_delay(self.delay)
    }
}

fn honest(prompt: &str) -> Value {
    let section = prompt.split_once("<facts>").unwrap().1.split_once("</facts>").unwrap().0;
    let facts: Value = serde_json::from_str(section).unwrap();
    let facts = facts.as_array().unwrap();
    let cite = |n: usize| (facts[n % facts.len()]["kind"].clone(), json!([facts[n % facts.len()]["id"]]));
    let claim = |n: usize, title: &str, detail: &str| {
        let (kind, evidence) = cite(n);
        json!({ "kind": kind, "evidence": evidence, "title": title, "detail": detail })
    };
    let change = |n: usize, action: &str, rationale: &str| {
        let (kind, evidence) = cite(n);
        json!({ "kind": kind, "evidence": evidence, "action": action, "rationale": rationale })
    };
    json!({
        "main_problem": claim(0, "The pay button needs a look", "It is where the visit came to a halt."),
        "insights": [
            claim(0, "The opening of the visit explains it", "What was tried first is what mattered."),
            claim(1, "What was clicked tells the story", "The pointer went straight to its target."),
            claim(2, "The page is where the visit is decided", "What stands beside the button is what people read."),
            claim(3, "The button is what the visit is about", "The words on the page lead to it."),
        ],
        "recommendations": [
            change(0, "Give the pay button a visible state", "So that people see what it does."),
            change(1, "Put the reason beside the control", "Words next to a control are read."),
            change(2, "Shorten the way to the next step", "A shorter way is walked more readily."),
        ],
        "answer": { "evidence": [facts[0]["id"]], "text": "The pay button is where the visit came to a halt." },
    })
}

async fn gemini(response: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).mount(&server).await;
    server
}

async fn rig_with(gemini: &MockServer, limits: Limits) -> Rig {
    let settings = ModelSettings {
        gemini_key: Some(KEY.into()),
        gemini_model: Some("gemini-test".into()),
        gemini_url: Some(gemini.uri()),
        ..ModelSettings::default()
    };
    let rig = Rig::with(limits, settings.model().unwrap()).await;
    rig.visit().await;
    rig
}

async fn rig(gemini: &MockServer) -> Rig {
    rig_with(gemini, Limits::default()).await
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

async fn ask(rig: &Rig) -> Answer {
    rig.post(&format!("/api/analyze/{SESSION}"), &json!({})).await
}

#[tokio::test]
async fn geminis_answer_is_shown_and_kept() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/models/gemini-test:generateContent"))
        .and(header("x-goog-api-key", KEY))
        .respond_with(Honest::gemini())
        .mount(&server)
        .await;
    let rig = rig(&server).await;
    let address = format!("/api/analyze/{SESSION}");
    assert_eq!(rig.get(&address).await.code(), (404, "not_found"));

    let insight = ask(&rig).await;
    assert_eq!(insight.status, 200, "{}", insight.text);
    assert_eq!(
        insight.json["source"],
        json!({ "analyst": "gemini", "model": "gemini-test-001", "tokens": { "input": 50, "output": 20, "thinking": 5 } })
    );
    assert_eq!(insight.json["recommendations"][0]["action"], "Give the pay button a visible state");
    assert_eq!(insight.json["of"], SESSION);
    let kept = rig.get(&address).await;
    assert_eq!((kept.status.as_u16(), &kept.json), (200, &insight.json));
    assert!(kept.headers.contains_key("etag"));

    // The same input is paid for once; a refresh asks anew.
    for _ in 0..2 {
        assert_eq!(ask(&rig).await.json, insight.json);
    }
    assert_eq!(requests(&server).await, 1);
    assert_eq!(rig.post(&format!("{address}?refresh"), &json!({})).await.status, 200);
    assert_eq!(requests(&server).await, 2);
    let question = json!({ "question": "Why did they stop?" });
    for _ in 0..2 {
        let answer = rig.post(&address, &question).await.json["answer"].clone();
        assert_eq!(answer["question"], "Why did they stop?");
        assert_eq!(answer["text"], "The pay button is where the visit came to a halt.");
        assert_eq!(answer["evidence"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(requests(&server).await, 3);

    // New events are new input, and what is erased takes its answers along.
    rig.visit_again().await;
    ask(&rig).await;
    assert_eq!(requests(&server).await, 4);
    let delete = Request::delete(format!("/api/sessions/{SESSION}")).body(String::new()).unwrap();
    assert_eq!(call(&rig.service, delete).await.status, 204);
    assert_eq!(rig.get(&address).await.code(), (404, "not_found"));

    let received = server.received_requests().await.unwrap();
    for request in received {
        let body = String::from_utf8(request.body).unwrap();
        assert!(!request.url.as_str().contains(KEY) && !body.contains(KEY));
    }
}

#[tokio::test]
async fn an_endpoint_of_ones_own_is_asked_before_gemini() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(Honest { is_openai: true, ..Honest::gemini() })
        .expect(1)
        .mount(&server)
        .await;
    let settings = ModelSettings {
        gemini_key: Some(KEY.into()),
        openai_url: Some(format!("{}/v1", server.uri())),
        openai_model: Some("local".into()),
        ..ModelSettings::default()
    };
    let rig = Rig::with(Limits::default(), settings.model().unwrap()).await;
    rig.visit().await;
    let insight = ask(&rig).await;
    assert_eq!(insight.json["source"]["analyst"], "openai");
    assert_eq!(insight.json["source"]["model"], "local-001");
    assert_eq!(insight.json["source"]["tokens"]["output"], 20);
}

#[tokio::test]
async fn a_model_that_fails_gives_the_rules_answer_and_is_asked_again_the_next_time() {
    for response in [
        ResponseTemplate::new(403).set_body_json(json!({"error": {"status": "PERMISSION_DENIED"}})),
        ResponseTemplate::new(404),
        ResponseTemplate::new(200).set_body_string("{\"candidates\": [{\"conte"),
        ResponseTemplate::new(200).set_body_json(json!({"promptFeedback": {"blockReason": "SAFETY"}})),
        ResponseTemplate::new(200).set_body_json(json!({"candidates": []})).set_delay(Duration::from_secs(60)),
    ] {
        let server = gemini(response).await;
        let rig =
            rig_with(&server, Limits::default().with(|limits| limits.model_answer = Duration::from_millis(400))).await;
        for asked in 1..=2 {
            let insight = ask(&rig).await;
            assert_eq!(insight.status, 200);
            assert_eq!(insight.json["source"]["analyst"], "rules");
            let reason = insight.json["source"]["reason"].as_str().unwrap();
            assert!(!reason.is_empty() && !reason.contains(KEY), "{reason}");
            assert_eq!(requests(&server).await, asked);
        }
    }
}

#[tokio::test]
async fn an_answer_that_holds_outlives_a_failure() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Honest::gemini()).up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(403)).mount(&server).await;
    let rig = rig(&server).await;
    let insight = ask(&rig).await.json;
    let refreshed = rig.post(&format!("/api/analyze/{SESSION}?refresh=true"), &json!({})).await.json;
    assert_eq!(refreshed["source"]["analyst"], "rules");
    assert_eq!(rig.get(&format!("/api/analyze/{SESSION}")).await.json, insight);
    assert_eq!(ask(&rig).await.json, insight);
}

#[tokio::test]
async fn without_a_model_the_rules_answer_and_are_kept() {
    let rig = Rig::new().await;
    rig.visit().await;
    let insight = rig.post(&format!("/api/analyze/{SESSION}"), &json!({ "question": "Why?" })).await.json;
    assert_eq!(insight["source"]["analyst"], "rules");
    assert!(insight["source"]["reason"].as_str().unwrap().contains("GEMINI_API_KEY"));
    assert_eq!(insight["answer"]["evidence"], json!([]));
    let insight = ask(&rig).await.json;
    assert_eq!(insight["answer"], Value::Null);
    assert_eq!(rig.get(&format!("/api/analyze/{SESSION}")).await.json, insight);
}

#[tokio::test]
async fn a_budget_that_is_used_up_gives_the_rules_answer() {
    let server = gemini(Honest::gemini()).await;
    let limits = Limits::default().with(|limits| {
        limits.model_answers_per_credential = 2;
        limits.model_answers_per_day = 3;
    });
    let rig = rig_with(&server, limits).await;
    let refresh = async |who: &str| {
        let request = Request::post(format!("/api/analyze/{SESSION}?refresh")).header("authorization", who);
        let source = call(&rig.service, request.body(String::new()).unwrap()).await.json["source"].clone();
        (source["analyst"].as_str().unwrap().to_owned(), source["reason"].as_str().unwrap_or_default().to_owned())
    };
    let mut analysts = Vec::new();
    for who in ["Bearer ann", "Bearer ann", "Bearer ann", "Bearer ben", "Bearer ben"] {
        let (analyst, reason) = refresh(who).await;
        assert_eq!(analyst == "rules", reason.contains("budget"), "{reason}");
        analysts.push(analyst);
    }
    assert_eq!(analysts, ["gemini", "gemini", "rules", "gemini", "rules"]);
    assert_eq!(requests(&server).await, 3);
}

#[tokio::test]
async fn a_subject_is_analyzed_once_at_a_time_and_who_leaves_has_the_answer_kept() {
    let server = gemini(Honest { delay: Duration::from_millis(300), is_openai: false }).await;
    let rig = rig(&server).await;
    {
        let leaving = ask(&rig);
        let impatient = tokio::time::timeout(Duration::from_millis(100), leaving).await;
        assert!(impatient.is_err(), "it left before the answer came");
    }
    let meanwhile = ask(&rig).await;
    assert_eq!(meanwhile.code(), (429, "too_many_requests"));
    assert!(meanwhile.headers.contains_key("retry-after"));
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let kept = rig.get(&format!("/api/analyze/{SESSION}")).await;
        if kept.status == 200 {
            assert_eq!(kept.json["source"]["analyst"], "gemini");
            // It is kept a moment before another one may be asked for.
            let again = loop {
                let again = ask(&rig).await;
                if again.status != 429 {
                    break again;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            assert_eq!((again.json, requests(&server).await), (kept.json, 1));
            return;
        }
    }
    panic!("the answer is not kept");
}

#[tokio::test]
async fn an_answer_comes_in_steps() {
    let server = gemini(Honest::gemini()).await;
    let rig = rig(&server).await;
    let stream = async || {
        let request = Request::post(format!("/api/analyze/{SESSION}")).header("accept", "text/event-stream");
        let answer = call(&rig.service, request.body("{}".to_owned()).unwrap()).await;
        assert_eq!(answer.headers["content-type"], "text/event-stream");
        let events = answer.text.split("\n\n").filter(|event| !event.is_empty()).map(|event| {
            let (name, data) = event.split_once('\n').unwrap();
            let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
            (name.strip_prefix("event: ").unwrap().to_owned(), data)
        });
        events.collect::<Vec<(String, Value)>>()
    };
    let events = stream().await;
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["facts", "rules", "asking", "answer"]);
    assert_eq!(events[0].1["facts"][0]["id"], "F1");
    assert_eq!(events[1].1["source"]["analyst"], "rules");
    assert_eq!(events[2].1, json!({ "analyst": "gemini", "model": "gemini-test" }));
    assert_eq!(events[3].1["source"]["analyst"], "gemini");
    // A kept answer asks nobody.
    let names: Vec<String> = stream().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!((names.join(" "), requests(&server).await), ("facts rules answer".to_owned(), 1));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    let server = gemini(Honest::gemini()).await;
    let rig = rig(&server).await;
    let post = async |path: &str, body: &str| {
        let request = Request::post(path).body(body.to_owned()).unwrap();
        let answer = call(&rig.service, request).await;
        assert_eq!(answer.status, 400, "{path} {body}");
        answer.json["error"]["message"].as_str().unwrap().to_owned()
    };
    let session = format!("/api/analyze/{SESSION}");
    assert!(post(&format!("{session}?again=true"), "").await.contains("again"));
    assert!(post(&format!("{session}?refresh=maybe"), "").await.contains("refresh"));
    assert!(post(&session, "{\"model\": \"x\"}").await.contains("model"));
    assert!(post(&session, "{\"question\": 7}").await.contains("question"));
    assert!(post(&session, &format!("{{\"question\": \"{}\"}}", "x".repeat(501))).await.contains("question"));
    assert!(post(&session, "not json").await.contains("body"));
    assert!(post("/api/analyze?frm=1", "").await.contains("frm"));
    assert_eq!(rig.get(&format!("{session}?page=/x")).await.status, 400);
    assert_eq!(rig.post("/api/analyze/session-none", &json!({})).await.code(), (404, "not_found"));
    assert_eq!(requests(&server).await, 0);
}
