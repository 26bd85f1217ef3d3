//! The tools as clients list them: name, what each is for, and the schema of its arguments.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::arguments::MOST;
use crate::analyze::detect::FindingKind;

/// Names of the tools.
pub(super) const NAMES: [&str; 9] = [
    "list_problems",
    "explain_problem",
    "page_report",
    "element_report",
    "find_sessions",
    "explain_session",
    "compare",
    "ask",
    "mark_problem",
];

/// All tools.
pub(super) fn all() -> Vec<Tool> {
    let id = json!({"type": "string", "description": "id of a problem, 16 hexadecimal digits, from list_problems"});
    let page = json!({"type": "string",
        "description": "an address without query, a path such as /cart, or either with * for any text"});
    let limit = json!({"type": "integer", "minimum": 1, "maximum": MOST, "description": "entries; 10 when not said"});
    let cursor = json!({"type": "string", "description": "where to go on: next_cursor of the answer before"});
    let kinds: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let mut tools = vec![
        tool(
            "list_problems",
            "What to fix first: problems of the site, ranked by harm over all recorded visits. Start here.",
            with_visits(json!({
                "page": page, "kind": {"type": "string", "enum": kinds},
                "status": {"type": "string", "enum": ["open", "ignored", "fixed", "regressed"]},
                "limit": limit, "cursor": cursor,
            })),
            &[],
        ),
        tool(
            "explain_problem",
            "One problem in full: page, element with label and path, figures with n, effect, when it began, visits to \
             look at, where in the code to look.",
            with_visits(json!({ "id": id })),
            &["id"],
        ),
        tool(
            "page_report",
            "Figures of one page with its elements and problems; without a page, the pages of the site.",
            with_visits(json!({ "page": page })),
            &[],
        ),
        tool(
            "element_report",
            "What visitors did with one element of a page: clicks, rage, dead clicks, errors, and its problems.",
            with_visits(json!({
                "page": page,
                "element": {"type": "string", "description": "its path, or its label, from another answer"},
            })),
            &["page", "element"],
        ),
        tool(
            "find_sessions",
            "Recorded visits that match, with the ids that explain_session takes.",
            with_visits(json!({
                "page": page,
                "words": {"type": "string", "description": "each occurs in an address, the title or the device"},
                "min_frustration": {"type": "integer", "minimum": 0, "description": "5 is frustrated, 15 very much so"},
                "has_rage": {"type": "boolean"}, "has_errors": {"type": "boolean"},
                "sort": {"type": "string", "enum": ["recent", "started", "frustration"]},
                "limit": limit, "cursor": cursor,
            })),
            &[],
        ),
        tool(
            "explain_session",
            "One visit: its pages in order, what went wrong where, how it ended.",
            json!({"session_id": {"type": "string"}}),
            &["session_id"],
        ),
        tool(
            "compare",
            "Two groups of visits, such as before and after a release, or phone and desktop: pages and problems side by \
             side, and which differences are larger than chance.",
            json!({
                "page": page,
                "a": {"type": "object", "properties": with_bands(json!({})), "additionalProperties": false},
                "b": {"type": "object", "properties": with_bands(json!({})), "additionalProperties": false},
            }),
            &["a", "b"],
        ),
        tool(
            "ask",
            "A question in plain words about the site, a page or a visit, answered from the recordings with evidence. \
             Needs a model to be set; the built-in rules do not read questions.",
            json!({
                "question": {"type": "string"}, "page": page, "session_id": {"type": "string"},
            }),
            &["question"],
        ),
    ];
    for tool in &mut tools {
        tool.annotations = Some(ToolAnnotations::new().read_only(true).open_world(false));
    }
    let mark = tool(
        "mark_problem",
        "Sets the status of a problem, after it was mended or looked at. Of a problem that was fixed, Pulse watches \
         whether it stays away. The only tool that changes anything.",
        json!({
            "id": id, "status": {"type": "string", "enum": ["open", "ignored", "fixed"]},
            "note": {"type": "string", "maxLength": 1000, "description": "why, or where it was mended"},
        }),
        &["id", "status"],
    );
    tools.push(mark.with_annotations(ToolAnnotations::new().read_only(false).destructive(false).idempotent(true)));
    tools
}

fn tool(name: &'static str, description: &'static str, properties: Value, required: &[&str]) -> Tool {
    let mut schema = JsonObject::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), properties);
    schema.insert("required".into(), json!(required));
    schema.insert("additionalProperties".into(), json!(false));
    Tool::new(name, description, Arc::new(schema))
}

fn with_visits(mut properties: Value) -> Value {
    let time = |what: &str| json!({"type": "string", "description": format!("{what}, RFC 3339")});
    properties["from"] = time("only visits that started at or after this time");
    properties["to"] = time("only visits that started before this time");
    properties["device"] = json!({"type": "string", "enum": ["desktop", "mobile", "tablet", "unknown"]});
    properties
}

fn with_bands(properties: Value) -> Value {
    let mut properties = with_visits(properties);
    properties["width_min"] = json!({"type": "number", "description": "px of the window, at least"});
    properties["width_max"] = json!({"type": "number", "description": "px of the window, at most"});
    properties
}
