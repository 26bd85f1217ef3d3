//! The parameters of a query as the document lists them: names and words are those of the type that is parsed, and the
//! ranges are what its parser says to a value that is out of them.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::operations::Make;
use crate::wire::Query;

/// What a query may hold.
#[derive(Clone, Copy)]
pub(super) struct Parameters {
    schema: Make,
    /// What is wrong with a query, if something is.
    problem: fn(&str) -> Option<String>,
    required: Option<&'static str>,
}

impl Parameters {
    pub(super) fn of<Q: Query + JsonSchema>() -> Self {
        let problem = |query: &str| Q::parse(query).err().map(|error| error.problem.into_owned());
        Self { schema: Q::json_schema, problem, required: None }
    }

    pub(super) fn requires(self, name: &'static str) -> Self {
        Self { required: Some(name), ..self }
    }

    /// One object of the document for each.
    pub(super) fn list(&self, generator: &mut SchemaGenerator) -> Vec<Value> {
        let mut schema = (self.schema)(generator).to_value();
        let properties = schema["properties"].as_object_mut().map(std::mem::take).unwrap_or_default();
        properties.into_iter().map(|(name, schema)| self.parameter(&name, schema)).collect()
    }

    fn parameter(&self, name: &str, schema: Value) -> Value {
        let mut schema = without_null(schema);
        let about = schema.remove("description").unwrap_or_default();
        if schema.get("default").is_some_and(Value::is_null) {
            schema.remove("default");
        }
        // No parameter takes a control character, so that each with a range names it.
        let problem = (self.problem)(&format!("{name}=%00")).unwrap_or_default();
        if problem.starts_with("is milliseconds since the epoch") {
            schema = super::document::time();
        } else if ["integer", "number"].iter().any(|kind| schema.get("type") == Some(&json!(kind))) {
            let range = problem.strip_prefix("is a number from ").and_then(|range| range.split_once(" to "));
            let (least, most) = range.unwrap_or_else(|| panic!("{name} has no range: {problem}"));
            let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
            schema.insert("minimum".into(), number(least));
            schema.insert("maximum".into(), number(most));
            // 50 instead of 50.0.
            if let Some(default) = schema.get("default").and_then(Value::as_f64) {
                schema.insert("default".into(), number(&default.to_string()));
            }
        }
        let is_list = schema.get("type") == Some(&json!("array"));
        let mut parameter = json!({"name": name, "in": "query", "description": about, "schema": schema});
        if self.required == Some(name) {
            parameter["required"] = json!(true);
        }
        if is_list {
            parameter["style"] = json!("form");
            parameter["explode"] = json!(false);
        }
        parameter
    }
}

/// A parameter is there or not, and never null.
fn without_null(schema: Value) -> Map<String, Value> {
    let Value::Object(mut schema) = schema else { return Map::new() };
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| *kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(mut any)) = schema.remove("anyOf") {
        any.retain(|one| one["type"] != "null");
        if let Some(Value::Object(only)) = any.pop() {
            schema.extend(only);
        }
    }
    schema
}
