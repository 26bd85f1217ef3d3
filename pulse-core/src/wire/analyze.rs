//! What is asked of an analyst: parameters, and the body.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::Query;

/// Parameters of `POST /api/analyze/{session_id}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AnalyzeSessionQuery {
    /// Whether to ask anew although an answer is kept.
    #[serde(deserialize_with = "flag")]
    #[cfg_attr(test, schemars(extend("type" = ["boolean", "string"], "enum" = [true, false, ""])))]
    pub refresh: bool,
}

impl Query for AnalyzeSessionQuery {}

/// Parameters of `POST /api/analyze`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AnalyzeQuery {
    /// The page; the whole site when not said.
    pub page: Option<String>,
    /// Whether to ask anew although an answer is kept.
    #[serde(deserialize_with = "flag")]
    #[cfg_attr(test, schemars(extend("type" = ["boolean", "string"], "enum" = [true, false, ""])))]
    pub refresh: bool,
}

impl Query for AnalyzeQuery {}

/// Parameters of `GET /api/analyze`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct KeptQuery {
    /// The page; the whole site when not said.
    pub page: Option<String>,
}

impl Query for KeptQuery {}

/// `refresh`, `refresh=true` or `refresh=false`.
fn flag<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    match &*Cow::<'de, str>::deserialize(d)? {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(D::Error::custom("is true or false")),
    }
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyError {
    /// The field, cut at 40 characters; none when it is the body itself.
    pub field: Option<String>,
    /// What is wrong. It never repeats a value.
    pub problem: Cow<'static, str>,
}

impl BodyError {
    fn new(field: Option<&str>, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.map(str::to_owned), problem: problem.into() }
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "field {field}: {}", self.problem),
            None => write!(f, "the body cannot be read: {}", self.problem),
        }
    }
}

impl std::error::Error for BodyError {}

/// Body of `POST /api/analyze` and `POST /api/analyze/{session_id}`. It may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct AnalyzeBody {
    /// A question in one's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        all(test, feature = "server"),
        schemars(extend("maxLength" = crate::Limits::default().question_chars, "pattern" = r"\S"))
    )]
    pub question: Option<String>,
}

impl AnalyzeBody {
    /// Reads a body, in which a question has at most `question_chars` characters.
    ///
    /// # Errors
    /// It is not a JSON object, a field is unknown, or the question cannot be used.
    pub fn parse(body: &[u8], question_chars: usize) -> Result<Self, BodyError> {
        /// An unknown name is repeated up to here.
        const NAME: usize = 40;
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(body).map_err(|_| BodyError::new(None, "it is not a json object"))?;
        let mut asked = Self::default();
        for (name, value) in fields {
            let text = match (name.as_str(), value) {
                ("question", serde_json::Value::Null) => continue,
                ("question", serde_json::Value::String(text)) => text,
                ("question", _) => return Err(BodyError::new(Some("question"), "is a text")),
                (name, _) => {
                    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
                    return Err(BodyError::new(Some(&name), "is unknown here"));
                }
            };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() || text.chars().count() > question_chars {
                return Err(BodyError::new(Some("question"), format!("is 1 to {question_chars} characters long")));
            }
            asked.question = Some(text);
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_refresh_is_asked_for_by_name() {
        for (query, refresh) in [("", false), ("refresh", true), ("refresh=true", true), ("refresh=false", false)] {
            assert_eq!(AnalyzeSessionQuery::parse(query), Ok(AnalyzeSessionQuery { refresh }), "{query}");
        }
        for (query, message) in [
            ("refresh=1", "parameter refresh: is true or false"),
            ("again=true", "parameter again: is unknown here"),
            ("refresh&refresh", "parameter refresh: is there more than once"),
            ("page=/pay", "parameter page: is unknown here"),
        ] {
            assert_eq!(AnalyzeSessionQuery::parse(query).unwrap_err().to_string(), message);
        }
        let many = AnalyzeQuery { page: Some("/pay".into()), refresh: true };
        assert_eq!(AnalyzeQuery::parse(&many.to_query_string()), Ok(many));
    }

    #[test]
    fn a_body_holds_a_question_or_nothing() {
        let parse = |body: &str| AnalyzeBody::parse(body.as_bytes(), 20);
        for nothing in ["", " \n", "{}", "{\"question\": null}"] {
            assert_eq!(parse(nothing), Ok(AnalyzeBody::default()), "{nothing}");
        }
        assert_eq!(parse("{\"question\": \" Why \\n here? \"}").unwrap().question.as_deref(), Some("Why here?"));
        for (body, message) in [
            ("[]", "the body cannot be read: it is not a json object"),
            ("{\"question\": ", "the body cannot be read: it is not a json object"),
            ("{\"question\": 3}", "field question: is a text"),
            ("{\"question\": \" \"}", "field question: is 1 to 20 characters long"),
            ("{\"question\": \"123456789012345678901\"}", "field question: is 1 to 20 characters long"),
            ("{\"model\": \"x\"}", "field model: is unknown here"),
        ] {
            assert_eq!(parse(body).unwrap_err().to_string(), message);
        }
    }
}
