//! What is really answered is what the API's document says, to the field.

use std::collections::BTreeSet;

use http::{Request, StatusCode};
use pulse_core::{
    Access, Pulse,
    model::{Event, EventType},
    wire::{OPENAPI, TrackRequest},
};
use serde_json::{Map, Value, json};

use crate::support::{Answer, Rig, call, now};

const VISITOR: &str = "visitor-0001";
const SITE: &str = "http://localhost:8080";
const PAGE: &str = "http://localhost:8080/pay";

/// The document, and which of its answers were seen.
struct Document {
    document: Value,
    seen: BTreeSet<String>,
}

impl Document {
    fn new() -> Self {
        Self { document: serde_json::from_str(OPENAPI).unwrap(), seen: BTreeSet::new() }
    }

    /// Compares an answer with what the document says of it.
    fn check(&mut self, method: &str, path: &str, answer: &Answer) {
        let status = answer.status.as_u16().to_string();
        let media = answer.headers["content-type"].to_str().unwrap().split(';').next().unwrap();
        let place = format!("{method} {path} {status} {media}");
        let response = &self.document["paths"][path][method]["responses"][&status];
        let response = match response["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => response,
        };
        let schema = &response["content"][media]["schema"];
        assert!(schema.is_object(), "{place} is not in the document");
        let mut faults = Vec::new();
        self.compare(schema, &answer.json, &place, &mut faults);
        assert!(faults.is_empty(), "{faults:#?}");
        self.seen.insert(place);
    }

    /// Says what of a value its schema does not allow. A field that the schema does not name is a fault, too.
    fn compare(&self, schema: &Value, value: &Value, place: &str, faults: &mut Vec<String>) {
        let schema = self.whole(schema);
        if let Some(any) = schema.get("anyOf").or(schema.get("oneOf")).and_then(Value::as_array) {
            let fits = |one: &Value| {
                let mut faults = Vec::new();
                // What stands beside the choice holds for each of it.
                let mut one = self.whole(one);
                for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                    one.entry("properties").or_insert_with(|| json!({}))[name] = field.clone();
                }
                self.compare(&Value::Object(one), value, place, &mut faults);
                faults.is_empty()
            };
            if !any.iter().any(fits) {
                faults.push(format!("{place}: {value} is none of what it may be"));
            }
            return;
        }
        let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            kind => kind == "null" && value.is_null(),
        };
        let fits = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(is),
            Some(kind) => is(kind),
            None => true,
        };
        let is_named = schema.get("enum").and_then(Value::as_array).is_none_or(|names| names.contains(value));
        if !fits || !is_named || schema.get("const").is_some_and(|only| only != value) {
            faults.push(format!("{place}: {value} is not {}", Value::Object(schema.clone())));
        }
        match value {
            Value::Array(values) => {
                let items = schema.get("prefixItems").and_then(Value::as_array);
                for (i, value) in values.iter().enumerate() {
                    let item = items.and_then(|items| items.get(i)).or(schema.get("items")).unwrap_or(&Value::Null);
                    self.compare(item, value, &format!("{place}[{i}]"), faults);
                }
            }
            Value::Object(fields) => self.compare_fields(&schema, fields, place, faults),
            _ => {}
        }
    }

    fn compare_fields(
        &self,
        schema: &Map<String, Value>,
        fields: &Map<String, Value>,
        place: &str,
        faults: &mut Vec<String>,
    ) {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)) {
            faults.push(format!("{place}: {name} is missing"));
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (name, value) in fields {
            match properties.get(name) {
                Some(schema) => self.compare(schema, value, &format!("{place}.{name}"), faults),
                None => faults.push(format!("{place}: {name} is not in the document")),
            }
        }
    }

    /// A schema with what it refers to.
    fn whole(&self, schema: &Value) -> Map<String, Value> {
        let mut schema = schema.as_object().cloned().unwrap_or_default();
        while let Some(Value::String(reference)) = schema.remove("$ref") {
            let referred = self.document.pointer(&reference[1..]).and_then(Value::as_object).unwrap();
            schema.extend(referred.clone());
        }
        schema
    }

    /// Answers in JSON, errors aside, that no request of the test had.
    fn unseen(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let responses = operation["responses"].as_object().unwrap().iter();
                for (status, response) in responses.filter(|(status, _)| status.starts_with('2')) {
                    let media = response["content"].as_object().into_iter().flat_map(Map::keys);
                    let media = media.filter(|media| media.contains("json") && !media.contains("ndjson"));
                    all.extend(media.map(|media| format!("{method} {path} {status} {media}")));
                }
            }
        }
        all.retain(|place| !self.seen.contains(place));
        all
    }
}

/// A visit with an event of each type, and a button that does not answer.
fn visit(session: &str) -> Value {
    let start = now() - 60_000;
    let pay = json!({"path": "#pay", "tag": "button", "id": "pay", "role": "button", "label": "Pay later",
        "interactive": true, "rect": [90, 190, 120, 40]});
    let event = |after: i64, kind: &str, data: Value| json!({"type": kind, "timestamp": start + after, "data": data});
    let click = |after: i64| {
        event(after, "click", json!({"x": 100, "y": 200, "button": 0, "element": pay, "rx": 0.1, "ry": 0.5}))
    };
    let mut events = vec![
        event(0, "navigation", json!({"url": PAGE, "kind": "load"})),
        event(1, "viewport", json!({"w": 1280, "h": 700, "doc_w": 1280, "doc_h": 2000, "dpr": 1})),
        event(2, "layout", json!({"hash": "a", "boxes": [{"k": "button", "r": [90, 190, 120, 40], "l": "Pay later"}]})),
    ];
    events.extend((0..5).map(|i| click(1000 + i * 150)));
    events.extend([
        event(1600, "dead_click", json!({"x": 100, "y": 200, "element": pay, "waited_ms": 2500})),
        event(1700, "rage_click", json!({"x": 100, "y": 200, "element": pay, "count": 5, "span_ms": 600})),
        event(5000, "scroll", json!({"depth": 40.5, "y": 10, "direction": "down", "turned": true})),
        event(6000, "keypress", json!({"interval_ms": 120.5, "hold_ms": 80, "field": "text"})),
        event(7000, "error", json!({"name": "TypeError", "message": "x is undefined"})),
        event(8000, "custom", json!({"name": "goal", "props": {"value": 3.5, "new": true, "kind": "card"}})),
        event(9000, "navigation", json!({"url": "http://localhost:8080/", "from": PAGE, "kind": "push"})),
        event(9500, "navigation", json!({"url": PAGE, "kind": "pop"})),
        event(20_000, "visibility", json!({"state": "hidden"})),
    ]);
    json!({"session_id": session, "view_id": "view-0001", "seq": 0, "page_url": PAGE, "title": "Pay", "events": events,
        "moves": {"t": start + 100, "dt": [0, 50, 50], "x": [100, 10, 10], "y": [290, 5, 5]}})
}

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let rig = Rig::new().await;
    let mut document = Document::new();
    let opened = json!({"session_id": "session-0001", "visitor_id": VISITOR, "page_url": PAGE,
        "referrer": "https://search.example/", "viewport": {"w": 1280, "h": 700}});
    for status in [StatusCode::CREATED, StatusCode::OK] {
        let answer = rig.post("/api/session", &opened).await;
        assert_eq!(answer.status, status);
        document.check("post", "/api/session", &answer);
    }
    for session in ["session-0001", "session-0002", "session-0003"] {
        let mut visit = visit(session);
        document.check("post", "/api/track", &rig.post("/api/track", &visit).await);
        visit["seq"] = json!(1);
        visit["events"] = json!([{"type": "none"}, {"type": "click", "timestamp": now()}]);
        document.check("post", "/api/track", &rig.post("/api/track", &visit).await);
    }
    rig.pulse.rebuild(|_, _| ()).await.unwrap();
    let problems = rig.get("/api/problems").await;
    let problem = problems.json["problems"][0]["id"].as_str().expect("a problem").to_owned();

    for (path, body) in [
        ("/api/analyze", json!({})),
        ("/api/analyze", json!({"question": "What went wrong?"})),
        ("/api/analyze/{session_id}", json!({})),
        ("/api/problems/{id}", json!({"status": "fixed", "note": "in 1.4"})),
        ("/mcp", json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})),
    ] {
        let address = path.replace("{session_id}", "session-0001").replace("{id}", &problem);
        let accept = if path == "/mcp" { "application/json, text/event-stream" } else { "application/json" };
        let request = Request::post(address).header("content-type", "application/json").header("accept", accept);
        document.check("post", path, &call(&rig.service, request.body(body.to_string()).unwrap()).await);
    }
    for (path, query) in [
        ("/api/sessions", "?limit=2&sort=frustration"),
        ("/api/analytics/{session_id}", "?map=true&insight=true"),
        ("/api/heatmap/{session_id}", ""),
        ("/api/heatmap", "?page=/pay"),
        ("/api/visitors/{visitor_id}", ""),
        ("/api/pages", "?page=/pay"),
        ("/api/paths", "?page=/pay"),
        ("/api/problems", "?days=true"),
        ("/api/problems/{id}", ""),
        ("/api/analyze", ""),
        ("/api/analyze/{session_id}", ""),
        ("/api/sites", ""),
        ("/healthz", ""),
        ("/readyz", ""),
    ] {
        let address = path.replace("{session_id}", "session-0001").replace("{visitor_id}", VISITOR);
        let answer = rig.get(&(address.replace("{id}", &problem) + query)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        document.check("get", path, &answer);
    }
    let columns = Request::get("/api/heatmap?page=/pay").header("accept", "application/vnd.pulse.columns+json");
    document.check("get", "/api/heatmap", &call(&rig.service, columns.body(String::new()).unwrap()).await);
    let ticket = rig.post("/api/overlay", &json!({"origin": SITE, "page": PAGE})).await;
    document.check("post", "/api/overlay", &ticket);
    let body = json!({"ticket": ticket.json["ticket"], "page": PAGE});
    let map = Request::post("/api/overlay/map").header("origin", SITE).body(body.to_string()).unwrap();
    document.check("post", "/api/overlay/map", &call(&rig.service, map).await);

    for (accept, kind, status) in
        [("application/json", "application/json", 406), ("application/json, text/event-stream", "text/plain", 415)]
    {
        let request = Request::post("/mcp").header("accept", accept).header("content-type", kind);
        let answer = call(&rig.service, request.body("{}".into()).unwrap()).await;
        assert_eq!(answer.code(), (status, "bad_request"));
        document.check("post", "/mcp", &answer);
    }
    for (path, address) in [
        ("/api/sessions", "/api/sessions?colour=red"),
        ("/api/analytics/{session_id}", "/api/analytics/session-9999"),
        ("/api/problems/{id}", "/api/problems/0123456789abcdef"),
    ] {
        document.check("get", path, &rig.get(address).await);
    }
    // The document itself has a schema that says nothing.
    assert_eq!(document.unseen(), ["get /api/openapi.json 200 application/json"]);
}

#[test]
fn every_example_is_a_body_that_its_schema_allows() {
    let document = Document::new();
    let (mut bodies, mut faults) = (0, Vec::new());
    for (path, methods) in document.document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            if body.is_object() {
                bodies += 1;
                document.compare(&body["schema"], &body["example"], &format!("{method} {path}"), &mut faults);
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(bodies >= 9, "{bodies}");
}

#[tokio::test]
async fn the_page_is_one_file_that_anyone_may_read() {
    let rig = Rig::new().await;
    let access = Access::token("0123456789abcdef0123456789").unwrap();
    let pulse = Pulse::builder(rig.store()).access(access).build();
    let service = pulse.service();
    let get = async |path: &str, known: &str| {
        let request = Request::get(path).header("if-none-match", known).header("accept-encoding", "br");
        call(&service, request.body(String::new()).unwrap()).await
    };
    let page = get("/api/docs", "").await;
    for path in ["/api/docs", "/api/openapi.json"] {
        let tag = get(path, "").await.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(get(path, &tag).await.status, 304, "{path}");
    }
    assert_eq!(get("/api/openapi.json", "").await.text, OPENAPI);
    assert_eq!(get("/api/sessions", "").await.status, 401);
    assert_eq!(
        (page.status.as_u16(), &page.headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
    for element in ["<script", "<link", "<img", "@import", "url("] {
        assert!(!page.text.contains(element), "{element}");
    }
    // Each link leads to a place of the page, to the document, or to where a definition comes from.
    for target in page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let is_here = target.strip_prefix('#').is_some_and(|id| page.text.contains(&format!("id=\"{id}\"")));
        assert!(is_here || target == "openapi.json" || target.starts_with("https://"), "{target}");
    }
}

#[tokio::test]
async fn a_batch_of_a_client_in_rust_is_stored_as_it_is() {
    let rig = Rig::new().await;
    let sent = visit("session-0001");
    let request: TrackRequest = serde_json::from_value(sent).unwrap();
    let answer = rig.post("/api/track", &serde_json::to_value(&request).unwrap()).await;
    assert_eq!(answer.json["rejected"], json!([]), "{}", answer.text);
    let stored = rig.get("/api/analytics/session-0001").await;
    let mut stored: Vec<Event> = serde_json::from_value(stored.json["events"].clone()).unwrap();
    stored.retain(|event| event.event_type() != EventType::MouseMove);
    assert_eq!(stored, request.events);
}
