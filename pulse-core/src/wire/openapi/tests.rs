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
        for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "query") {
            assert!(parameter["description"].is_string(), "{} {}", operation.path, parameter["name"]);
        }
    }
    let references = OPENAPI.split("\"#/").skip(1).filter_map(|rest| rest.split('"').next());
    for reference in references {
        assert!(document.pointer(&format!("/{reference}")).is_some(), "{reference}");
    }
}

#[test]
fn ranges_are_those_of_the_parser() {
    let document: Value = serde_json::from_str(OPENAPI).expect("json");
    let parameters = document["paths"]["/api/sessions"]["get"]["parameters"].as_array().expect("a list");
    let schema = |name: &str| &parameters.iter().find(|parameter| parameter["name"] == name).expect("it")["schema"];
    assert_eq!((&schema("limit")["minimum"], &schema("limit")["maximum"]), (&json!(1), &json!(500)));
    assert_eq!(schema("from")["anyOf"][0]["maximum"], json!(253_402_300_799_999_i64));
    assert_eq!(schema("live")["type"], "boolean");
}
