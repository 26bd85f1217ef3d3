//! Every method of every path: what it takes, what it answers, and which errors really come.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::{
    analyze::{PageHeatmap, SessionHeatmap},
    model::{AnalystKind, Insight},
    wire::{
        AnalyticsAnswer, AnalyticsQuery, AnalyzeBody, AnalyzeQuery, AnalyzeSessionQuery, ErrorBody, ErrorCode,
        ExportQuery, HeatmapQuery, KeptQuery, MarkRequest, OverlayMap, OverlayMapRequest, OverlayRequest,
        OverlayTicket, PageMap, PagesAnswer, PagesQuery, PathsAnswer, PathsQuery, ProblemAnswer, ProblemMarked,
        ProblemQuery, ProblemsAnswer, ProblemsQuery, Query, SessionMapQuery, SessionOpened, SessionRequest, SessionRow,
        SessionsAnswer, SessionsQuery, SignInBody, SitesAnswer, TrackAnswer, TrackRequest, VisitorAnswer, VisitorQuery,
    },
};

/// Makes the schema of a type.
pub(super) type Make = fn(&mut SchemaGenerator) -> Schema;

/// One method of one path.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// Its name in clients that are generated.
    pub(super) id: &'static str,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    /// What a credential has to open; none when anyone may call it.
    pub(super) scope: Option<&'static str>,
    pub(super) parameters: Option<Parameters>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) errors: Vec<ErrorCode>,
}

/// What is sent.
pub(super) struct Body {
    pub(super) schema: Make,
    pub(super) is_required: bool,
    pub(super) example: Value,
}

/// What comes back.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Empty when there is no body.
    pub(super) media: &'static str,
    pub(super) schema: Option<Make>,
    pub(super) about: &'static str,
}

const JSON: &str = "application/json";

/// Of whatever is sent: a server that takes no more, or that goes down.
const SENT: [ErrorCode; 2] = [ErrorCode::TooManyRequests, ErrorCode::Unavailable];

/// Of whatever requires a credential. Too many wrong ones are refused with 429.
const GUARDED: [ErrorCode; 5] = [
    ErrorCode::BadRequest,
    ErrorCode::Unauthorized,
    ErrorCode::Forbidden,
    ErrorCode::TooManyRequests,
    ErrorCode::Unavailable,
];

/// Of whatever has a body.
const WITH_BODY: [ErrorCode; 3] = [ErrorCode::Timeout, ErrorCode::TooLarge, ErrorCode::UnsupportedEncoding];

impl Operation {
    /// What anyone may call.
    fn public(method: &'static str, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            id,
            tag: "",
            summary,
            about: "",
            scope: None,
            parameters: None,
            body: None,
            answers: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// What requires a credential.
    fn guarded(
        method: &'static str,
        path: &'static str,
        scope: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self { scope: Some(scope), ..Self::public(method, path, id, summary) }.fails(GUARDED)
    }

    /// A read, whose answer has a tag.
    fn read(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::guarded("get", path, "read", id, summary).tagged()
    }

    fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// The client may have it already.
    fn tagged(self) -> Self {
        self.empty(304, "not changed since the `ETag` in `If-None-Match`")
    }

    fn asks<Q: Query + JsonSchema>(self) -> Self {
        Self { parameters: Some(Parameters::of::<Q>()), ..self }
    }

    /// A parameter that may not be left out.
    fn requires(self, name: &'static str) -> Self {
        Self { parameters: self.parameters.map(|parameters| parameters.requires(name)), ..self }
    }

    fn takes<T: JsonSchema>(self, example: Value) -> Self {
        let body = Body { schema: SchemaGenerator::subschema_for::<T>, is_required: true, example };
        Self { body: Some(body), ..self }.fails(WITH_BODY)
    }

    fn may_take<T: JsonSchema>(self, example: Value) -> Self {
        let taken = self.takes::<T>(example);
        let body = taken.body.map(|body| Body { is_required: false, ..body });
        Self { body, ..taken }
    }

    fn answers<T: JsonSchema>(self, about: &'static str) -> Self {
        self.answer(200, JSON, Some(SchemaGenerator::subschema_for::<T>), about)
    }

    fn creates<T: JsonSchema>(self, about: &'static str) -> Self {
        self.answer(201, JSON, Some(SchemaGenerator::subschema_for::<T>), about)
    }

    fn answers_as<T: JsonSchema>(self, media: &'static str, about: &'static str) -> Self {
        self.answer(200, media, Some(SchemaGenerator::subschema_for::<T>), about)
    }

    /// Server-sent events; the schema is that of one.
    fn streams(self, event: Make, about: &'static str) -> Self {
        self.answer(200, "text/event-stream", Some(event), about)
    }

    fn text(self, media: &'static str, about: &'static str) -> Self {
        self.answers_as::<String>(media, about)
    }

    fn empty(self, status: u16, about: &'static str) -> Self {
        self.answer(status, "", None, about)
    }

    fn answer(mut self, status: u16, media: &'static str, schema: Option<Make>, about: &'static str) -> Self {
        self.answers.push(Answer { status, media, schema, about });
        self
    }

    fn fails(mut self, errors: impl IntoIterator<Item = ErrorCode>) -> Self {
        self.errors.extend(errors);
        self.errors.sort_by_key(|code| code.status());
        self.errors.dedup();
        self
    }
}

/// A request of the Model Context Protocol, as JSON-RPC. One without `id` is a notification.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use: what it holds, the protocol's own types know")]
struct AgentRequest {
    /// The version of JSON-RPC.
    #[schemars(extend("const" = "2.0"))]
    jsonrpc: String,
    /// Names the request in its answer.
    #[serde(default)]
    #[schemars(schema_with = "message_id")]
    id: Option<u32>,
    /// Such as `tools/list` or `tools/call`.
    method: String,
    /// What the method takes.
    params: Option<serde_json::Map<String, Value>>,
}

/// A number or a text.
fn message_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["integer", "string"], "minimum": i64::MIN, "maximum": i64::MAX})
}

/// What the Model Context Protocol answers, as JSON-RPC: a result or an error.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use: what it holds, the protocol's own types know")]
struct AgentAnswer {
    /// The version of JSON-RPC.
    #[schemars(extend("const" = "2.0"))]
    jsonrpc: String,
    /// The request that is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "message_id")]
    id: Option<u32>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<serde_json::Map<String, Value>>,
    /// Why there is none: `code` and `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<serde_json::Map<String, Value>>,
}

fn refusal(generator: &mut SchemaGenerator) -> Schema {
    let (ours, the_protocols) = (generator.subschema_for::<ErrorBody>(), generator.subschema_for::<AgentAnswer>());
    json_schema!({"anyOf": [ours, the_protocols]})
}

/// `{"status": "ok"}`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use")]
struct Status {
    /// `ok` or `ready`.
    status: String,
}

/// A server-sent event of one of these names, whose data is a value of a type as JSON.
fn event<T: JsonSchema>(generator: &mut SchemaGenerator, names: &[&str]) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["event", "data"],
        "properties": {
            "event": {"type": "string", "enum": names, "description": "What happened."},
            "data": {
                "type": "string",
                "description": "A value as JSON.",
                "contentMediaType": "application/json",
                "contentSchema": generator.subschema_for::<T>(),
            },
        },
    })
}

fn live(generator: &mut SchemaGenerator) -> Schema {
    event::<SessionRow>(generator, &["started", "updated", "ended"])
}

/// What an analyst is told.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use")]
struct Facts {
    /// What it is about: a session's id, a page's name, or `site`.
    of: String,
    /// Each with `id`, `kind` and `text`.
    facts: Vec<serde_json::Map<String, Value>>,
}

/// Who is asked.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use")]
struct Asking {
    /// Which analyst.
    analyst: AnalystKind,
    /// Its model.
    model: String,
}

fn steps(generator: &mut SchemaGenerator) -> Schema {
    let steps = [
        event::<Facts>(generator, &["facts"]),
        event::<Asking>(generator, &["asking"]),
        event::<Insight>(generator, &["rules", "answer"]),
    ];
    json_schema!({"oneOf": steps})
}

/// The OpenAPI document itself.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its schema alone is of use")]
struct Document {
    /// The version of OpenAPI.
    openapi: String,
    /// The routes.
    paths: serde_json::Map<String, Value>,
}

/// Every operation, in the order in which people read about them.
pub(super) fn operations() -> Vec<Operation> {
    let groups: [(&str, Vec<Operation>); 7] = [
        ("Recording", recording()),
        ("Sessions", sessions()),
        ("Pages", pages()),
        ("Problems", problems()),
        ("Insights", insights()),
        ("Agents", agents()),
        ("Operation", operation()),
    ];
    let of_group = |(tag, operations): (&'static str, Vec<Operation>)| {
        operations.into_iter().map(move |operation| Operation { tag, ..operation })
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// What a browser asks before a page of another site sends something.
fn preflight(path: &'static str, id: &'static str) -> Operation {
    Operation::public("options", path, id, "What a browser asks before a page of another site sends something.")
        .empty(204, "the page's site may send events")
        .fails([ErrorCode::Forbidden])
}

fn recording() -> Vec<Operation> {
    let ingest = [ErrorCode::BadRequest, ErrorCode::Forbidden].into_iter().chain(SENT);
    vec![
        Operation::public("get", "/pulse.js", "tracker", "The tracker.")
            .about("A page loads it with a script tag, and nothing else is needed. Packed with brotli or gzip.")
            .text("text/javascript", "the script")
            .tagged(),
        Operation::public("get", "/overlay.js", "overlayScript", "The map over a live page.")
            .about("The tracker imports it when the dashboard has opened the page.")
            .text("text/javascript", "the script")
            .tagged(),
        Operation::public("post", "/api/session", "openSession", "Makes a session known.")
            .about(
                "A batch of a session that is not known makes it known, too. 403: the `Origin` is not on the list of \
                 sites that may send events.",
            )
            .takes::<SessionRequest>(json!({
                "session_id": "example-session-1",
                "visitor_id": "example-visitor-1",
                "page_url": "https://shop.example/",
                "viewport": {"w": 1280, "h": 800},
            }))
            .creates::<SessionOpened>("the session is new")
            .answers::<SessionOpened>("the session was known")
            .fails(ingest.clone()),
        preflight("/api/session", "openSessionPreflight"),
        Operation::public("post", "/api/track", "track", "Stores a batch of events; 200 means on disk.")
            .about(
                "The body may be packed (`Content-Encoding: gzip`). A bad event costs itself alone: it is listed in \
                 `rejected`, and the others are stored. The tracker sends lists instead of objects, which are known by \
                 their first byte.",
            )
            .takes::<TrackRequest>(json!({
                "session_id": "example-session-1",
                "view_id": "example-view-1",
                "seq": 0,
                "page_url": "https://shop.example/",
                "events": [{
                    "type": "click",
                    "timestamp": 1_795_357_393_000_i64,
                    "data": {"x": 120, "y": 300, "element": {"path": "#pay"}},
                }],
                "moves": {"t": 1_795_357_392_900_i64, "dt": [0, 50, 50], "x": [100, 10, 10], "y": [290, 5, 5]},
            }))
            .answers::<TrackAnswer>("what became of each event")
            .fails(ingest),
        preflight("/api/track", "trackPreflight"),
    ]
}

fn sessions() -> Vec<Operation> {
    vec![
        Operation::read("/api/sessions", "sessions", "The sessions that match, page by page.")
            .about(
                "`x`, `y`, `cell`, `mode` and `layer`, or `element`, ask for the sessions behind a place of the map of \
                 `page`.",
            )
            .asks::<SessionsQuery>()
            .answers::<SessionsAnswer>("this page of the list"),
        Operation::read("/api/analytics/{session_id}", "session", "One session: its row, its signals, its events.")
            .about(
                "`map=true` adds its map on one page, with positions as columns. Other thresholds than the usual ones \
                 score the stored events anew.",
            )
            .asks::<AnalyticsQuery>()
            .answers::<AnalyticsAnswer>("the session")
            .fails([ErrorCode::NotFound]),
        Operation::read("/api/heatmap/{session_id}", "sessionMap", "A session on one page: positions, trails, clicks.")
            .asks::<SessionMapQuery>()
            .answers::<SessionHeatmap>("the map")
            .fails([ErrorCode::NotFound]),
        Operation::guarded(
            "delete",
            "/api/sessions/{session_id}",
            "erase",
            "eraseSession",
            "Erases a session with everything of it.",
        )
        .empty(204, "it is gone")
        .fails([ErrorCode::NotFound]),
        Operation::read("/api/visitors/{visitor_id}", "visitor", "One visitor: sessions, sums over them, pages.")
            .asks::<VisitorQuery>()
            .answers::<VisitorAnswer>("the visitor")
            .fails([ErrorCode::NotFound]),
        Operation::guarded(
            "delete",
            "/api/visitors/{visitor_id}",
            "erase",
            "eraseVisitor",
            "Erases all sessions of a visitor.",
        )
        .empty(204, "they are gone")
        .fails([ErrorCode::NotFound]),
        Operation::guarded("get", "/api/live", "read", "live", "Sessions as they happen, as server-sent events.")
            .about(
                "A session has `started`, was `updated` or has `ended`; `data` is its row as in the list. The stream \
                 has no end until the server stops or its reader is too slow. 429: too many streams are open.",
            )
            .streams(live, "events, each with a session's row as `data`"),
    ]
}

fn pages() -> Vec<Operation> {
    vec![
        Operation::read("/api/heatmap", "pageMap", "All sessions on one page, counted in cells.")
            .about(
                "`from` must not be after `to`, nor `width_min` above `width_max`. Accept \
                 `application/vnd.pulse.columns+json` for cells as columns, which take half the bytes.",
            )
            .asks::<HeatmapQuery>()
            .requires("page")
            .answers::<PageHeatmap>("the map")
            .answers_as::<PageMap>(PageMap::MEDIA_TYPE, "the map with its cells as columns"),
        Operation::read("/api/pages", "pages", "Figures of every page.")
            .asks::<PagesQuery>()
            .answers::<PagesAnswer>("the pages, in the order asked for"),
        Operation::read("/api/paths", "paths", "The ways between pages.")
            .asks::<PathsQuery>()
            .answers::<PathsAnswer>("pages, steps and ways, the most usual first"),
        Operation::guarded(
            "post",
            "/api/overlay",
            "read",
            "openOverlay",
            "A ticket for one page's map over the live page.",
        )
        .about("403: `origin` is no site that may send events.")
        .takes::<OverlayRequest>(json!({
            "origin": "http://localhost:8080",
            "page": "http://localhost:8080/checkout",
        }))
        .creates::<OverlayTicket>("the ticket"),
        Operation::public("post", "/api/overlay/map", "overlayMap", "The map that a ticket opens, once.")
            .about("404: the ticket is unknown, used or too old. 403: it is for another page or another origin.")
            .takes::<OverlayMapRequest>(json!({
                "ticket": "0123456789abcdef0123456789abcdef",
                "page": "http://localhost:8080/checkout",
            }))
            .answers::<OverlayMap>("the map")
            .fails([ErrorCode::BadRequest, ErrorCode::Forbidden, ErrorCode::NotFound].into_iter().chain(SENT)),
    ]
}

fn problems() -> Vec<Operation> {
    vec![
        Operation::read("/api/problems", "problems", "What to fix first: the same finding over many sessions.")
            .asks::<ProblemsQuery>()
            .answers::<ProblemsAnswer>("the problems, in the order asked for"),
        Operation::read("/api/problems/{id}", "problem", "One problem with its days.")
            .asks::<ProblemQuery>()
            .answers::<ProblemAnswer>("the problem")
            .fails([ErrorCode::NotFound]),
        Operation::guarded("post", "/api/problems/{id}", "analyze", "markProblem", "Sets the status of a problem.")
            .takes::<MarkRequest>(json!({"status": "fixed", "note": "in 1.4"}))
            .answers::<ProblemMarked>("what was set")
            .fails([ErrorCode::NotFound]),
    ]
}

fn insights() -> Vec<Operation> {
    let kept = "The insight that is kept, without asking anybody.";
    let question = || json!({"question": "What did they try first?"});
    let ask = |path, id, summary| {
        Operation::guarded("post", path, "analyze", id, summary)
            .about(
                "Answers what is kept as long as the facts are the same; `refresh` asks anew. One answer of a subject \
                 is made at a time: 429 otherwise. Accept `text/event-stream` for the steps to it.",
            )
            .may_take::<AnalyzeBody>(question())
            .answers::<Insight>("the insight")
            .streams(steps, "the steps to it, for whoever accepts server-sent events")
            .fails([ErrorCode::NotFound])
    };
    vec![
        Operation::read("/api/analyze", "keptSiteInsight", kept)
            .about("About a page, or about the site when `page` is left out.")
            .asks::<KeptQuery>()
            .answers::<Insight>("the insight")
            .fails([ErrorCode::NotFound]),
        ask("/api/analyze", "analyzeSite", "An insight into all sessions of a page, or of the site.")
            .asks::<AnalyzeQuery>(),
        Operation::read("/api/analyze/{session_id}", "keptSessionInsight", kept)
            .about("About one session.")
            .answers::<Insight>("the insight")
            .fails([ErrorCode::NotFound]),
        ask("/api/analyze/{session_id}", "analyzeSession", "An insight into a session.").asks::<AnalyzeSessionQuery>(),
    ]
}

fn agents() -> Vec<Operation> {
    vec![
        Operation::guarded("post", "/mcp", "analyze", "agents", "What agents ask, in the Model Context Protocol.")
            .about(
                "Streamable HTTP without sessions: each request stands for itself. `Accept` has to name \
                 `application/json` and `text/event-stream`.",
            )
            .takes::<AgentRequest>(json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
            .answers::<AgentAnswer>("the answer, as JSON-RPC")
            .empty(202, "a notification was taken")
            .answer(400, JSON, Some(refusal), "the body or a header is not as the protocol has it")
            .answer(404, JSON, Some(SchemaGenerator::subschema_for::<AgentAnswer>), "the protocol has no such method")
            .answer(406, JSON, Some(SchemaGenerator::subschema_for::<ErrorBody>), "`Accept` lacks one of the two types")
            .answer(
                415,
                JSON,
                Some(SchemaGenerator::subschema_for::<ErrorBody>),
                "the `Content-Type` is not `application/json`, the body is no JSON-RPC message, or it is packed",
            ),
    ]
}

fn operation() -> Vec<Operation> {
    vec![
        Operation::guarded("get", "/api/export", "read", "export", "The log, streamed, as the format asked for.")
            .about("When the store fails on the way, the last row says that the export broke off.")
            .asks::<ExportQuery>()
            .text("application/x-ndjson", "a JSON object a line")
            .text("text/csv", "RFC 4180, with a head"),
        Operation::read("/api/sites", "sites", "The sites of this server.")
            .about("Each has this API under `/sites/KEY/`, too.")
            .answers::<SitesAnswer>("the sites"),
        Operation::public("get", "/api/openapi.json", "openapi", "This document.")
            .answers::<Document>("the document")
            .tagged(),
        Operation::public("get", "/api/docs", "apiPage", "This document as a page.")
            .text("text/html", "the page")
            .tagged(),
        Operation::public("post", "/api/sign-in", "signIn", "Exchanges a token for the dashboard's cookie.")
            .about("404: this server has no tokens to sign in with.")
            .takes::<SignInBody>(json!({"token": "0123456789abcdef012345"}))
            .empty(204, "signed in: the cookie is set")
            .fails(GUARDED.into_iter().chain([ErrorCode::NotFound])),
        Operation::public("post", "/api/sign-out", "signOut", "Signs out.")
            .about("A browser has to send `Content-Type: application/json`, although there is no body: 403 otherwise.")
            .empty(204, "signed out")
            .fails([ErrorCode::Forbidden, ErrorCode::Unavailable]),
        Operation::guarded("get", "/metrics", "metrics", "metrics", "Counts and gauges for Prometheus.")
            .text("text/plain", "text format 0.0.4")
            .tagged(),
        Operation::public("get", "/healthz", "healthy", "The process runs.").answers::<Status>("the process runs"),
        Operation::public("get", "/readyz", "ready", "The store can be written to.")
            .answers::<Status>("the store can be written to")
            .fails([ErrorCode::Unavailable]),
    ]
}
