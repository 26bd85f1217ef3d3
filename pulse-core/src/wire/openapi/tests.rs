//! The files are what the code makes, and say what the parsers know.

use std::{collections::HashSet, fs, path::Path};

use serde_json::{Value, json};

use super::{OPENAPI, document::document, operations::operations, page::page};
use crate::wire::{Route, route::all_routes};

/// Compares a file with what it should be, or writes it.
fn compare(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    if std::env::var_os("PULSE_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&path, text).expect("the file can be written");
    }
    let committed = fs::read_to_string(&path).expect("the file can be read");
    assert!(committed == text, "{file} is older than the code: run `cargo xtask openapi`");
}

/// JSON with a line for each operation and each schema: as small as it is served, and a change shows where it is.
fn lines(value: &Value, depth: u32) -> String {
    match value {
        Value::Object(object) if depth > 0 => {
            let line = |(key, value): (&String, &Value)| format!("{}:{}", json!(key), lines(value, depth - 1));
            format!("{{\n{}\n}}", object.iter().map(line).collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}

#[test]
fn the_files_are_as_the_code_makes_them() {
    let document = document();
    compare("wire/openapi/openapi.json", &(lines(&document, 3) + "\n"));
    compare("http/api_page.html", &page(&document));
}

#[test]
fn every_operation_is_a_route_and_every_route_an_operation() {
    let routes = all_routes();
    let (mut described, mut names) = (Vec::new(), HashSet::new());
    for operation in operations() {
        let path = operation.path.replace("{session_id}", "session-1").replace("{visitor_id}", "visitor-1");
        let path = path.replace("{id}", "0123456789abcdef");
        let route = Route::parse(&operation.method.to_uppercase(), &path);
        let route = route.unwrap_or_else(|error| panic!("{} {path}: {error:?}", operation.method));
        assert!(routes.contains(&route), "{route:?}");
        assert!(names.insert(operation.id), "{}", operation.id);
        described.push(route);
    }
    for route in routes {
        assert!(described.contains(&route), "{route:?} is not in the document");
    }
}

#[test]
fn every_parameter_says_what_it_means_and_every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(OPENAPI).expect("json");
    for operation in operations() {
        let parameters = document["paths"][operation.path][operation.method]["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{} {}", operation.path, parameter["name"]);
        }
    }
    let references = OPENAPI.split("\"#/").skip(1).filter_map(|rest| rest.split('"').next());
    for reference in references {
        assert!(document.pointer(&format!("/{reference}")).is_some(), "{reference}");
    }
}

/// Lists the fields of a schema that do not say what they mean.
fn silent_fields(schema: &Value, place: &str, silent: &mut Vec<String>) {
    // The words of a variant are about its name and its data.
    let is_variant = schema["description"].is_string() && schema["properties"]["type"]["const"].is_string();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        silent_fields(field, &place, silent);
        if !is_variant && !field["description"].is_string() {
            silent.push(place);
        }
    }
    for several in ["anyOf", "oneOf", "allOf", "prefixItems"] {
        schema[several].as_array().into_iter().flatten().for_each(|one| silent_fields(one, place, silent));
    }
    for one in ["items", "additionalProperties"].iter().filter_map(|one| schema.get(one)) {
        silent_fields(one, place, silent);
    }
}

#[test]
fn every_field_says_what_it_means() {
    let document: Value = serde_json::from_str(OPENAPI).expect("json");
    let mut silent = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        silent_fields(schema, name, &mut silent);
    }
    for operation in operations() {
        let responses = document["paths"][operation.path][operation.method]["responses"].as_object();
        let contents = responses.into_iter().flatten().filter_map(|(_, response)| response["content"].as_object());
        contents.flatten().for_each(|(_, content)| silent_fields(&content["schema"], operation.id, &mut silent));
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn defaults_stand_at_parameters_and_not_in_answers() {
    let document: Value = serde_json::from_str(OPENAPI).expect("json");
    let parameters = document["paths"]["/api/heatmap"]["get"]["parameters"].as_array().expect("a list");
    let default = |name: &str| {
        let parameter = parameters.iter().find(|parameter| parameter["name"] == name).expect("it");
        parameter["schema"]["default"].clone()
    };
    for (name, value) in [
        ("rage_radius", json!(50)),
        ("rage_window_ms", json!(1000)),
        ("rage_count", json!(3)),
        ("dead_after_ms", json!(2500)),
        ("mode", json!("page")),
        ("count", json!("events")),
        ("device", Value::Null),
    ] {
        assert_eq!(default(name), value, "{name}");
    }
    let fields = &document["components"]["schemas"]["PageHeatmap"]["properties"];
    assert!(fields["elements_total"].is_object() && fields["elements_total"].get("default").is_none(), "{fields}");
}

#[test]
fn ranges_are_those_of_the_parser() {
    let document: Value = serde_json::from_str(OPENAPI).expect("json");
    let parameters = document["paths"]["/api/sessions"]["get"]["parameters"].as_array().expect("a list");
    let schema = |name: &str| &parameters.iter().find(|parameter| parameter["name"] == name).expect("it")["schema"];
    assert_eq!((&schema("limit")["minimum"], &schema("limit")["maximum"]), (&json!(1), &json!(500)));
    assert_eq!(schema("from")["anyOf"][0]["maximum"], json!(253_402_300_799_999_i64));
    assert_eq!(schema("live")["type"], "boolean");
    // Cursors are texts, in answers and in parameters.
    for path in ["/api/analytics/{session_id}", "/api/problems"] {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().expect("a list");
        let cursor = parameters.iter().find(|parameter| parameter["name"] == "cursor").expect("it");
        assert_eq!(cursor["schema"], json!({"type": "string", "pattern": r"^\d{1,9}$"}), "{path}");
    }
}
