//! The document as a page: no script, no other file, links only within it.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::operations::{Operation, operations};

/// What stands around it, with its style.
const FRAME: &str = include_str!("frame.html");

/// The page.
pub(super) fn page(document: &Value) -> String {
    let (mut index, mut body) = (String::new(), String::new());
    let mut tag = "";
    for operation in operations() {
        if operation.tag != tag {
            tag = operation.tag;
            let end = if index.is_empty() { "" } else { "</ul>\n" };
            let _ = writeln!(index, "{end}<p>{tag}</p>\n<ul>");
            let _ = writeln!(body, "<h2>{tag}</h2>");
        }
        let Operation { id, method, path, .. } = operation;
        let _ = writeln!(index, "<li><a href=\"#{id}\"><b>{}</b> {path}</a></li>", method.to_uppercase());
        section(&mut body, &operation, document);
    }
    index.push_str("</ul>\n");
    body.push_str("<h2>Types</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        type_section(&mut body, name, schema);
    }
    let about = paragraphs(document["info"]["description"].as_str().unwrap_or_default());
    FRAME.replace("{about}", &about).replace("{index}", &index).replace("{body}", &body)
}

fn section(out: &mut String, operation: &Operation, document: &Value) {
    let Operation { id, method, path, summary, about, scope, .. } = operation;
    let described = &document["paths"][path][method];
    let _ = writeln!(out, "<section id=\"{id}\">\n<h3><b>{}</b> <code>{path}</code></h3>", method.to_uppercase());
    let _ = writeln!(out, "<p>{}</p>", text(&format!("{summary} {about}")));
    if let Some(scope) = scope {
        let _ = writeln!(out, "<p class=\"quiet\">Requires a credential with the scope <code>{scope}</code>.</p>");
    }
    let parameters = described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = parameters.iter().map(|parameter| {
        let is_required = parameter["required"] == true;
        [
            name(string(parameter, "name"), is_required),
            with_default(&parameter["schema"]),
            text(string(parameter, "description")),
        ]
    });
    table(out, "Parameters", ["name", "type", "meaning"], rows);
    if let Some(content) = described["requestBody"]["content"].as_object() {
        for content in content.values() {
            let optional = if described["requestBody"]["required"] == true { "" } else { ", which may be left out" };
            let _ = writeln!(out, "<p>Body: {}{optional}</p>", type_of(&content["schema"]));
            let example = serde_json::to_string_pretty(&content["example"]).unwrap_or_default();
            let _ = writeln!(out, "<pre tabindex=\"0\">{}</pre>", escaped(&example));
        }
    }
    let rows = described["responses"].as_object().into_iter().flatten().flat_map(|(status, response)| {
        let response = resolved(response, document);
        let about = text(string(response, "description"));
        let content = response["content"].as_object().cloned().unwrap_or_default();
        let types = content.iter().map(|(media, content)| match media.as_str() {
            "application/json" => type_of(&content["schema"]),
            media => format!("<code>{media}</code>: {}", type_of(&content["schema"])),
        });
        let types = types.collect::<Vec<_>>().join("<br>");
        [[format!("<code>{status}</code>"), types, about]]
    });
    table(out, "Answers", ["status", "type", "meaning"], rows);
    out.push_str("</section>\n");
}

fn type_section(out: &mut String, name: &str, schema: &Value) {
    let _ = writeln!(out, "<section id=\"type-{name}\">\n<h3><code>{name}</code></h3>");
    out.push_str(&paragraphs(string(schema, "description")));
    if schema["properties"].is_null() && schema["oneOf"].is_null() {
        let _ = writeln!(out, "<p>{}</p>", type_of(schema));
    }
    table(out, "Fields", ["name", "type", "meaning"], fields(schema));
    let variants = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let values = variants.iter().filter(|variant| !variant["const"].is_null());
    let values = values.map(|value| [constant(value), text(string(value, "description"))]);
    table(out, "Values", ["value", "meaning"], values);
    for variant in variants.iter().filter(|variant| variant["const"].is_null()) {
        let about = text(string(variant, "description"));
        table(out, &format!("One of these: {about}"), ["name", "type", "meaning"], fields(variant));
    }
    out.push_str("</section>\n");
}

fn fields(schema: &Value) -> impl Iterator<Item = [String; 3]> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    schema["properties"].as_object().into_iter().flatten().map(move |(field, schema)| {
        let is_required = required.iter().any(|required| required == field);
        [name(field, is_required), with_default(schema), text(string(schema, "description"))]
    })
}

fn name(name: &str, is_required: bool) -> String {
    format!("<code>{name}</code>{}", if is_required { "" } else { " <i>optional</i>" })
}

fn table<const N: usize>(out: &mut String, title: &str, head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let rows: Vec<[String; N]> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "<div class=\"wide\"><table><caption>{title}</caption>\n<thead>");
    out.push_str(&row("th scope=\"col\"", &head.map(str::to_owned)));
    out.push_str("</thead><tbody>\n");
    rows.iter().for_each(|cells| out.push_str(&row("td", cells)));
    out.push_str("</tbody></table></div>\n");
}

fn row(tag: &str, cells: &[String]) -> String {
    let end = tag.split(' ').next().unwrap_or_default();
    let cells: String = cells.iter().map(|cell| format!("<{tag}>{cell}</{end}>")).collect();
    format!("<tr>{cells}</tr>\n")
}

/// A schema in a few words, with what holds when the value is left out.
fn with_default(schema: &Value) -> String {
    let default = schema.get("default").map(plain).filter(|default| !default.is_empty());
    default.map_or_else(
        || type_of(schema),
        |default| format!("{}, default <code>{}</code>", type_of(schema), escaped(&default)),
    )
}

/// A schema in a few words.
fn type_of(schema: &Value) -> String {
    let Some(object) = schema.as_object() else { return "anything".into() };
    if let Some(name) = string(schema, "$ref").rsplit('/').next().filter(|name| !name.is_empty()) {
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    for any in ["anyOf", "oneOf"] {
        if let Some(Value::Array(any)) = object.get(any) {
            return any.iter().map(type_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if object.contains_key("const") {
        return constant(schema);
    }
    if let Some(Value::Array(values)) = object.get("enum") {
        return values
            .iter()
            .map(|value| format!("<code>{}</code>", escaped(&plain(value))))
            .collect::<Vec<_>>()
            .join(", ");
    }
    let types: Vec<&str> = match object.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => return "anything".into(),
    };
    types.into_iter().map(|kind| simple(kind, object)).collect::<Vec<_>>().join(" or ")
}

/// One type of JSON with its limits.
fn simple(kind: &str, schema: &Map<String, Value>) -> String {
    let limit = |name: &str| schema.get(name).map(plain);
    match kind {
        "array" => match schema.get("prefixItems") {
            Some(Value::Array(items)) => {
                format!("list of {}", items.iter().map(type_of).collect::<Vec<_>>().join(", "))
            }
            _ => format!("list of {}", schema.get("items").map_or("anything".into(), type_of)),
        },
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("object of {}", type_of(values)),
            _ => "object".into(),
        },
        "integer" | "number" => match (limit("minimum"), limit("maximum")) {
            (Some(least), Some(most)) => format!("{kind}, {least} to {most}"),
            (Some(least), None) => format!("{kind}, {least} or more"),
            _ => kind.into(),
        },
        "string" => match (limit("pattern"), limit("format"), limit("maxLength")) {
            (Some(pattern), ..) => format!("text like <code>{}</code>", escaped(&pattern)),
            (_, Some(format), _) => format!("text: {format}"),
            (_, _, Some(most)) => format!("text of at most {most} characters"),
            _ => "text".into(),
        },
        other => other.into(),
    }
}

fn constant(schema: &Value) -> String {
    format!("<code>{}</code>", escaped(&plain(&schema["const"])))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A response, or the one that it refers to.
fn resolved<'a>(response: &'a Value, document: &'a Value) -> &'a Value {
    match response["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap_or(response),
        None => response,
    }
}

fn paragraphs(prose: &str) -> String {
    prose.split("\n\n").filter(|text| !text.is_empty()).map(|one| format!("<p>{}</p>\n", text(one))).collect()
}

/// Prose with `code` and links.
fn text(prose: &str) -> String {
    let escaped = escaped(prose);
    let parts = escaped.split('`').enumerate();
    let coded: String =
        parts.map(|(i, part)| if i % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() }).collect();
    let Some((before, rest)) = coded.split_once('[') else { return coded };
    match rest.split_once("](").and_then(|(label, rest)| Some((label, rest.split_once(')')?))) {
        Some((label, (target, after))) if target.starts_with("https://") => {
            format!("{before}<a href=\"{target}\" rel=\"noreferrer\">{label}</a>{after}")
        }
        _ => coded.clone(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
