//! The API as an [OpenAPI](https://spec.openapis.org/oas/v3.1.0) document, made from one table. Tests compare the table
//! with [`Route`](super::Route) and with the queries: a route or a parameter that one of them lacks fails.

use serde_json::{Map, Value, json};

use super::ErrorCode;

/// One method of one path.
struct Operation {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    /// Parameters of the query.
    query: &'static [&'static [&'static str]],
    /// What a body is.
    body: Option<&'static str>,
    /// Status and media type of the answer.
    answer: (u16, &'static str),
    /// Whether anyone may call it.
    is_public: bool,
}

const JSON: &str = "application/json";

const SCOPE: &[&str] = &["from", "to", "device", "width_min", "width_max", "min_frustration"];
const VISITS: &[&str] = &["from", "to", "device", "width_min", "width_max"];
const SPOT: &[&str] = &["x", "y", "element", "cell", "mode", "layer", "width_min", "width_max"];
const THRESHOLDS: &[&str] = &["rage_radius", "rage_window_ms", "rage_count", "dead_after_ms"];

impl Operation {
    const fn get(path: &'static str, summary: &'static str, query: &'static [&'static [&'static str]]) -> Self {
        Self { method: "get", path, summary, query, body: None, answer: (200, JSON), is_public: false }
    }

    const fn post(path: &'static str, summary: &'static str, body: &'static str) -> Self {
        Self { method: "post", body: Some(body), ..Self::get(path, summary, &[]) }
    }

    const fn delete(path: &'static str, summary: &'static str) -> Self {
        Self { method: "delete", answer: (204, ""), ..Self::get(path, summary, &[]) }
    }

    const fn asks(self, query: &'static [&'static [&'static str]]) -> Self {
        Self { query, ..self }
    }

    const fn answers(self, status: u16, media: &'static str) -> Self {
        Self { answer: (status, media), ..self }
    }

    const fn public(self) -> Self {
        Self { is_public: true, ..self }
    }
}

const OPERATIONS: &[Operation] = &[
    Operation::get("/pulse.js", "the tracker", &[]).answers(200, "text/javascript").public(),
    Operation::get("/overlay.js", "the map over a live page", &[]).answers(200, "text/javascript").public(),
    Operation::post(
        "/api/session",
        "makes a session known",
        "{page_url, session_id?, visitor_id?, referrer?, viewport?}",
    )
    .answers(201, JSON)
    .public(),
    Operation::post(
        "/api/track",
        "stores a batch of events; 200 means on disk",
        "{session_id, view_id?, seq?, sent_at?, events: [{type, timestamp, data}], moves?}",
    )
    .public(),
    Operation::get(
        "/api/sessions",
        "the sessions that match",
        &[
            &["limit", "cursor", "page", "q", "from", "to", "device", "min_frustration", "has_rage", "has_errors"],
            &["live", "visitor", "sort"],
            SPOT,
        ],
    ),
    Operation::delete("/api/sessions/{session_id}", "erases a session with everything of it"),
    Operation::get("/api/visitors/{visitor_id}", "one visitor's sessions", &[&["limit", "cursor"]]),
    Operation::delete("/api/visitors/{visitor_id}", "erases all sessions of a visitor"),
    Operation::get("/api/live", "sessions as they happen", &[]).answers(200, "text/event-stream"),
    Operation::get(
        "/api/analytics/{session_id}",
        "one session: signals and events",
        &[&["types", "cursor", "limit", "map", "page", "hovers", "insight"], THRESHOLDS],
    ),
    Operation::get("/api/heatmap/{session_id}", "one session on a page", &[&["page", "mode"], THRESHOLDS]),
    Operation::get(
        "/api/heatmap",
        "all sessions on a page",
        &[&["page", "mode", "visitor", "count", "cell"], SCOPE, THRESHOLDS],
    ),
    Operation::post("/api/overlay", "a ticket for one page's map over the live page", "{origin, page, from?, to?}")
        .answers(201, JSON),
    Operation::post("/api/overlay/map", "the map that a ticket opens, once", "{ticket, page}").public(),
    Operation::get("/api/pages", "figures of every page", &[&["page", "sort", "limit"], SCOPE, THRESHOLDS]),
    Operation::get("/api/paths", "the ways between pages", &[&["page", "limit"], SCOPE]),
    Operation::get(
        "/api/problems",
        "what to fix first",
        &[&["page", "kind", "status", "days", "sort", "limit", "cursor"], VISITS],
    ),
    Operation::get("/api/problems/{id}", "one problem with its days", &[VISITS]),
    Operation::post("/api/problems/{id}", "sets the status of a problem", "{status: open | ignored | fixed, note?}"),
    Operation::get("/api/analyze", "the kept insight into a page or the site", &[&["page"]]),
    Operation::post("/api/analyze", "an insight into a page or the site", "{question?}").asks(&[&["page", "refresh"]]),
    Operation::get("/api/analyze/{session_id}", "the kept insight into a session", &[]),
    Operation::post("/api/analyze/{session_id}", "an insight into a session", "{question?}").asks(&[&["refresh"]]),
    Operation::get("/api/export", "the log, streamed", &[&["format", "page", "from", "to", "device", "visitor"]])
        .answers(200, "application/x-ndjson"),
    Operation::get("/api/sites", "the sites of this server", &[]),
    Operation::get("/api/openapi.json", "this document", &[]),
    Operation::post("/mcp", "what agents ask, in the Model Context Protocol", "JSON-RPC"),
    Operation::post("/api/sign-in", "exchanges a token for the dashboard's cookie", "{token}")
        .answers(204, "")
        .public(),
    Operation { method: "post", ..Operation::get("/api/sign-out", "ends what the cookie opened", &[]) }
        .answers(204, "")
        .public(),
    Operation::get("/metrics", "what was received, stored and refused, for Prometheus", &[])
        .answers(200, "text/plain; version=0.0.4"),
    Operation::get("/healthz", "the process runs", &[]).public(),
    Operation::get("/readyz", "the store can be written to", &[]).public(),
];

/// The document.
pub fn openapi() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = of(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Pulse", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "MIT OR Apache-2.0"}},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                }},
            }},
        },
    })
}

fn of(operation: &Operation) -> Value {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path =
        in_path.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let in_query = operation.query.iter().copied().flatten();
    let in_query = in_query.map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}}));
    let (status, media) = operation.answer;
    let mut answer = json!({ "description": operation.summary });
    if !media.is_empty() {
        answer["content"] = json!({ media: {} });
    }
    let error = json!({
        "description": "why not",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    });
    let mut value = json!({
        "summary": operation.summary,
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": {status.to_string(): answer, "default": error},
        "security": if operation.is_public { json!([]) } else { json!([{"token": []}]) },
    });
    if let Some(body) = operation.body {
        value["requestBody"] = json!({ "content": {JSON: {"schema": {"type": "object", "description": body}}} });
    }
    if !operation.is_public {
        let code = ErrorCode::Unauthorized.status().to_string();
        value["responses"][code] = json!({ "description": "a credential is needed" });
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{
        AnalyticsQuery, AnalyzeQuery, AnalyzeSessionQuery, ExportQuery, HeatmapQuery, KeptQuery, NoQuery, PagesQuery,
        PathsQuery, ProblemQuery, ProblemsQuery, Query, Route, SessionMapQuery, SessionsQuery, VisitorQuery,
    };

    #[test]
    fn every_operation_is_a_route_and_every_route_an_operation() {
        let routes = crate::wire::route::all_routes();
        for operation in OPERATIONS {
            let path = operation.path.replace("{session_id}", "session-1").replace("{visitor_id}", "visitor-1");
            let path = path.replace("{id}", "0123456789abcdef");
            let route = Route::parse(&operation.method.to_uppercase(), &path);
            let route = route.unwrap_or_else(|error| panic!("{} {path}: {error:?}", operation.method));
            assert!(routes.contains(&route), "{route:?}");
        }
        for route in routes {
            let is_it = |operation: &&Operation| {
                let path = operation.path.replace("{session_id}", "session-1").replace("{visitor_id}", "visitor-1");
                Route::parse(&operation.method.to_uppercase(), &path.replace("{id}", "0123456789abcdef"))
                    == Ok(route.clone())
            };
            assert!(OPERATIONS.iter().any(|operation| is_it(&operation)), "{route:?} is not in the document");
        }
    }

    /// What a query says to a parameter that it does not know.
    fn knows<Q: Query>(name: &str) -> bool {
        let unknown = Q::parse("no_such_parameter=1").err().map(|error| error.problem);
        Q::parse(&format!("{name}=1")).err().map(|error| error.problem) != unknown
    }

    #[test]
    fn every_parameter_is_one_of_its_query() {
        for operation in OPERATIONS {
            for name in operation.query.iter().copied().flatten() {
                let known = match (operation.method, operation.path) {
                    ("get", "/api/sessions") => knows::<SessionsQuery>(name),
                    ("get", "/api/visitors/{visitor_id}") => knows::<VisitorQuery>(name),
                    ("get", "/api/analytics/{session_id}") => knows::<AnalyticsQuery>(name),
                    ("get", "/api/heatmap/{session_id}") => knows::<SessionMapQuery>(name),
                    ("get", "/api/heatmap") => knows::<HeatmapQuery>(name),
                    ("get", "/api/pages") => knows::<PagesQuery>(name),
                    ("get", "/api/paths") => knows::<PathsQuery>(name),
                    ("get", "/api/problems") => knows::<ProblemsQuery>(name),
                    ("get", "/api/problems/{id}") => knows::<ProblemQuery>(name),
                    ("get", "/api/analyze") => knows::<KeptQuery>(name),
                    ("post", "/api/analyze") => knows::<AnalyzeQuery>(name),
                    ("post", "/api/analyze/{session_id}") => knows::<AnalyzeSessionQuery>(name),
                    ("get", "/api/export") => knows::<ExportQuery>(name),
                    _ => knows::<NoQuery>(name),
                };
                assert!(known, "{} {} has no {name}", operation.method, operation.path);
            }
        }
    }
}
