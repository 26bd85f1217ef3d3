//! Puts operations and the schemas of types together.

use std::collections::BTreeSet;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::operations::{Answer, Operation, operations};
use crate::wire::{ErrorBody, ErrorCode};

const ABOUT: &str = "What Pulse records and what it says about it. Each path is relative to where Pulse is mounted. On \
    a server with several sites each is also there under `/sites/KEY/`, about that site alone. What is sent to a site \
    that does not exist is refused with 403; reads of it are 404.\n\n\
    A credential is a token of the server's settings, or the cookie that the dashboard gets for one. `pulse-server` \
    without tokens requires none, and answers reads from its own machine alone. A POST with `Origin`, \
    `Sec-Fetch-Site` or the dashboard's cookie, which is how browsers send it, must have the `Content-Type` \
    `application/json` wherever a credential is required, and to sign in or out; otherwise it is refused with 403. \
    This holds for a POST without a body, too.\n\n\
    Times are integer milliseconds since the epoch. `HEAD` is answered wherever `GET` is, except by streams. Another \
    method is 405, with `Allow`; an unknown path is 404. Routes that require a credential refuse an unknown parameter. \
    A parameter that is refused is a 400 that names it. Every answer has an `X-Request-Id`. Objects may get more \
    fields in a later version.";

/// The document.
pub(super) fn document() -> Value {
    let mut schemas = Schemas::new();
    let (mut paths, mut tags) = (Map::new(), Vec::<Value>::new());
    for operation in operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = schemas.operation(&operation);
        let tag = json!({"name": operation.tag});
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let errors: Map<String, Value> = ALL_ERRORS.into_iter().map(|code| (name_of(code), schemas.error(code))).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pulse",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        // Relative to the document's own address, which is `api/openapi.json` below it.
        "servers": [{"url": "..", "description": "Where Pulse is mounted."}],
        "tags": tags,
        "paths": paths,
        "components": {
            "responses": errors,
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of the server's settings. `POST /api/sign-in` exchanges it for a cookie, which \
                    opens the same.",
            }},
            "headers": {"RetryAfter": {
                "description": "After so many seconds it may be tried again.",
                "schema": {"type": "string", "pattern": "^[0-9]+$"},
            }},
        },
    });
    schemas.tell_apart(&mut document);
    document["components"]["schemas"] = Value::Object(schemas.merged());
    tidy(&mut document);
    document
}

/// A time of the years 0 to 9999, as a parameter: a number, or text of RFC 3339.
pub(super) fn time() -> Map<String, Value> {
    let (least, most) = (crate::wire::query::TIMES.start(), crate::wire::query::TIMES.end());
    let number = json!({"type": "integer", "format": "int64", "minimum": least, "maximum": most});
    let text = json!({"type": "string", "format": "date-time"});
    Map::from_iter([("anyOf".to_owned(), json!([number, text]))])
}

const ALL_ERRORS: [ErrorCode; 9] = [
    ErrorCode::BadRequest,
    ErrorCode::Unauthorized,
    ErrorCode::Forbidden,
    ErrorCode::NotFound,
    ErrorCode::Timeout,
    ErrorCode::TooLarge,
    ErrorCode::UnsupportedEncoding,
    ErrorCode::TooManyRequests,
    ErrorCode::Unavailable,
];

fn name_of(code: ErrorCode) -> String {
    format!("{code:?}")
}

fn about(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "the body or a parameter cannot be read",
        ErrorCode::Unauthorized => "a valid credential is needed",
        ErrorCode::Forbidden => {
            "this origin, host or credential may not do that, the site does not exist, or a browser's POST lacks \
             `Content-Type: application/json`"
        }
        ErrorCode::NotFound => "there is no such thing",
        ErrorCode::MethodNotAllowed => "the path has other methods",
        ErrorCode::Timeout => "the body did not arrive in time",
        ErrorCode::TooLarge => "the body is too large",
        ErrorCode::UnsupportedEncoding => "this `Content-Encoding` is not understood",
        ErrorCode::TooManyRequests => "too many requests",
        ErrorCode::Internal => "a defect of Pulse",
        ErrorCode::Unavailable => "the store is away or busy, or the server goes down",
    }
}

/// The schemas of types: as they are answered, and as they are taken. A field with a default is always answered, and
/// need not be sent, so that one type may have two schemas.
struct Schemas {
    answered: SchemaGenerator,
    taken: SchemaGenerator,
}

/// Where schemas stand.
const PLACE: &str = "#/components/schemas/";

/// Marks a reference to what is taken, until both kinds are told apart.
const TAKEN: &str = "#/taken/";

impl Schemas {
    fn new() -> Self {
        let settings = |place: &'static str| SchemaSettings::draft2020_12().with(|s| s.definitions_path = place.into());
        Self {
            answered: settings("/components/schemas").for_serialize().into_generator(),
            taken: settings("/taken").for_deserialize().into_generator(),
        }
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let in_path = in_path.map(|name| self.in_path(name)).collect::<Vec<_>>();
        let in_query = operation.parameters.map(|parameters| parameters.list(&mut self.taken)).unwrap_or_default();
        let parameters = [in_path, in_query].concat();
        let mut value = json!({
            "operationId": operation.id,
            "tags": [operation.tag],
            "summary": operation.summary,
            "parameters": parameters,
            "responses": self.responses(operation),
            "security": operation.scope.map_or(json!([]), |scope| json!([{"token": [scope]}])),
        });
        if !operation.about.is_empty() {
            value["description"] = json!(operation.about);
        }
        if let Some(body) = &operation.body {
            let schema = (body.schema)(&mut self.taken).to_value();
            value["requestBody"] = json!({
                "required": body.is_required,
                "content": {"application/json": {"schema": schema, "example": body.example}},
            });
        }
        value
    }

    /// A parameter of a path, which is the id of a type.
    fn in_path(&mut self, name: &str) -> Value {
        let (schema, about) = match name {
            "session_id" => (self.taken.subschema_for::<crate::model::SessionId>(), "The session's id."),
            "visitor_id" => (self.taken.subschema_for::<crate::model::VisitorId>(), "The visitor's id."),
            "id" => (self.taken.subschema_for::<crate::analyze::problems::ProblemId>(), "The problem's id."),
            name => panic!("{name} is no parameter of a path"),
        };
        json!({"name": name, "in": "path", "required": true, "description": about, "schema": schema})
    }

    fn responses(&mut self, operation: &Operation) -> Value {
        let mut responses = Map::new();
        for Answer { status, media, schema, about } in &operation.answers {
            let response = responses.entry(status.to_string()).or_insert_with(|| json!({"description": about}));
            if let Some(schema) = schema {
                response["content"][media] = json!({"schema": schema(&mut self.answered)});
            }
        }
        for code in &operation.errors {
            let reference = json!({"$ref": format!("#/components/responses/{}", name_of(*code))});
            responses.entry(code.status().to_string()).or_insert(reference);
        }
        Value::Object(responses)
    }

    fn error(&mut self, code: ErrorCode) -> Value {
        let schema = self.answered.subschema_for::<ErrorBody>();
        let mut response = json!({"description": about(code), "content": {"application/json": {"schema": schema}}});
        if matches!(code, ErrorCode::TooManyRequests | ErrorCode::Unavailable) {
            response["headers"] = json!({"Retry-After": {"$ref": "#/components/headers/RetryAfter"}});
        }
        response
    }

    /// Names of what is taken in another form than it is answered.
    fn other(&self) -> BTreeSet<String> {
        let plain = |schema: &Value| schema.to_string().replace(TAKEN, PLACE);
        let (answered, taken) = (self.answered.definitions(), self.taken.definitions());
        let differs = |(name, schema): (&String, &Value)| {
            answered.get(name).is_some_and(|answered| plain(answered) != plain(schema))
        };
        let mut other: BTreeSet<String> =
            taken.iter().filter(|pair| differs(*pair)).map(|(name, _)| name.clone()).collect();
        // Whatever holds one of these differs, too.
        loop {
            let holds = |schema: &Value| {
                let text = schema.to_string();
                other.iter().any(|name| text.contains(&format!("\"{TAKEN}{name}\"")))
            };
            let more: Vec<String> = taken
                .iter()
                .filter(|(name, schema)| !other.contains(*name) && answered.contains_key(*name) && holds(schema))
                .map(|(name, _)| name.clone())
                .collect();
            if more.is_empty() {
                return other;
            }
            other.extend(more);
        }
    }

    /// Makes references to what is taken ones to its place in the document.
    fn tell_apart(&self, value: &mut Value) {
        let other = self.other();
        walk(value, &mut |object: &mut Map<String, Value>| {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(TAKEN)
            {
                *reference = format!("{PLACE}{}", name_of_taken(name, &other));
            }
        });
    }

    fn merged(mut self) -> Map<String, Value> {
        let other = self.other();
        let mut taken = Value::Object(self.taken.definitions().clone());
        self.tell_apart(&mut taken);
        let Value::Object(taken) = taken else { return Map::new() };
        let taken = taken.into_iter().map(|(name, schema)| (name_of_taken(&name, &other), schema));
        let mut merged: Map<String, Value> = taken.collect();
        merged.values_mut().for_each(|schema| remove_defaults(schema, Value::is_null));
        let mut answered = self.answered.take_definitions(false);
        // An answer has every field.
        answered.values_mut().for_each(|schema| remove_defaults(schema, |_| true));
        merged.extend(answered);
        merged
    }
}

/// What is taken in another form has a name of its own.
fn name_of_taken(name: &str, other: &BTreeSet<String>) -> String {
    if other.contains(name) { format!("{name}Input") } else { name.to_owned() }
}

/// Calls `change` with each object.
fn walk(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| walk(value, change));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| walk(value, change)),
        _ => {}
    }
}

/// Removes some values of the keyword `default` from a schema and from those within it. A property may have that name.
fn remove_defaults(schema: &mut Value, is_removed: fn(&Value) -> bool) {
    let Value::Object(schema) = schema else { return };
    if schema.get("default").is_some_and(is_removed) {
        schema.remove("default");
    }
    for (keyword, value) in schema {
        match (keyword.as_str(), value) {
            ("default" | "const" | "enum", _) => {}
            ("properties", Value::Object(fields)) => {
                fields.values_mut().for_each(|field| remove_defaults(field, is_removed));
            }
            (_, Value::Array(schemas)) => schemas.iter_mut().for_each(|schema| remove_defaults(schema, is_removed)),
            (_, value) => remove_defaults(value, is_removed),
        }
    }
}

/// Doc comments become plain text, and sizes of numbers those that OpenAPI names.
fn tidy(document: &mut Value) {
    walk(document, &mut |object: &mut Map<String, Value>| {
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = prose(text);
        }
        let format = object.get("format").and_then(Value::as_str).unwrap_or_default();
        let known = match format {
            "uint8" | "uint16" => "int32",
            "uint" | "uint32" | "uint64" => "int64",
            _ => return,
        };
        object.insert("format".into(), json!(known));
    });
}

/// A doc comment without its examples, its line breaks and its links to items.
fn prose(comment: &str) -> String {
    let comment = comment.split("```").next().unwrap_or_default().replace("[`", "`").replace("`]", "`");
    let paragraphs = comment.split("\n\n").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
