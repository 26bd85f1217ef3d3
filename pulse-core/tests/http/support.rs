//! A Pulse on a file of its own, called as a tower service, without a socket.

use std::sync::Arc;

use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use pulse_core::{
    Access, Limits, Pulse,
    http::PulseService,
    insight::Model,
    store::{self, Store},
};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const SESSION: &str = "session-0001";

pub(crate) struct Rig {
    pub(crate) pulse: Pulse,
    pub(crate) service: PulseService,
    store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default(), None).await
    }

    pub(crate) async fn with(limits: Limits, model: Option<Arc<dyn Model>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("pulse.db").display());
        let store = store::open(&address, &limits).await.unwrap();
        let mut builder = Pulse::builder(Arc::clone(&store)).limits(limits).access(Access::loopback());
        if let Some(model) = model {
            builder = builder.model(model);
        }
        let pulse = builder.build();
        Self { service: pulse.service(), pulse, store, _folder: folder }
    }

    /// The store, for another Pulse on it.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// A session with a burst of clicks on a button, and a scroll.
    pub(crate) async fn visit(&self) {
        let now = now();
        let click = |after: i64| {
            json!({"type": "click", "timestamp": now - 2000 + after,
            "data": {"x": 100, "y": 200, "element": {"path": "#pay", "tag": "button", "label": "Pay", "interactive": true}}})
        };
        let body = json!({"session_id": SESSION, "view_id": "view-0001", "seq": 0, "page_url": "http://shop.test/pay?x=1",
            "events": [click(0), click(100), click(200), {"type": "scroll", "timestamp": now, "data": {"depth": 40, "y": 10}}],
            "moves": {"t": now - 3000, "dt": [0, 50, 50], "x": [100, 10, 10], "y": [100, 0, 5]}});
        let answer = self.post("/api/track", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
    }

    /// One click more in the same session.
    pub(crate) async fn visit_again(&self) {
        let click = json!({"type": "click", "timestamp": now(), "data": {"x": 300, "y": 20, "element": "#help"}});
        let body = json!({"session_id": SESSION, "view_id": "view-0001", "seq": 1, "page_url": "http://shop.test/pay", "events": [click]});
        assert_eq!(self.post("/api/track", &body).await.status, 200);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        call(&self.service, Request::get(path).body(String::new()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        call(&self.service, Request::post(path).body(body.to_string()).unwrap()).await
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json["error"]["code"].as_str().unwrap_or_default())
    }
}

/// Calls a service as a client on this machine would.
pub(crate) async fn call(service: &PulseService, mut request: Request<String>) -> Answer {
    if !request.headers().contains_key("host") {
        request.headers_mut().insert("host", "localhost:5001".parse().unwrap());
    }
    let response = service.clone().oneshot(request.map(|body| Full::new(bytes::Bytes::from(body)))).await.unwrap();
    let (parts, body) = response.into_parts();
    // Ours, and small.
    #[expect(clippy::disallowed_methods, reason = "the body is our own answer")]
    let body = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap_or_default();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status: parts.status, headers: parts.headers, body: body.to_vec(), text, json }
}

pub(crate) fn now() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}
