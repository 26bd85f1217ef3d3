//! Reads a query from the text of its parameters, with serde.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{DeserializeOwned, Error, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};

/// Reads the value that parameters stand for, each given by name and text.
pub(super) fn read<'a, Q: DeserializeOwned>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Q, Problem> {
    Q::deserialize(MapDeserializer::new(pairs.map(|(name, text)| (name, Text(text)))))
}

/// What is wrong with a parameter.
#[derive(Debug)]
pub(super) struct Problem(pub(super) Cow<'static, str>);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl Error for Problem {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        let problem = problem.to_string();
        // What is left over after flattened structs have taken theirs is reported so, and not by `unknown_field`.
        if problem.starts_with("unknown field") { Self::unknown_field("", &[]) } else { Self(problem.into()) }
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("is unknown here".into())
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(match expected {
            [first @ .., last] if !first.is_empty() => format!("is {} or {last}", first.join(", ")).into(),
            _ => "cannot be used".into(),
        })
    }
}

/// The text of one parameter.
struct Text<'a>(&'a str);

impl<'de> IntoDeserializer<'de, Problem> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_bool(self.0.parse().map_err(|_| Problem("is true or false".into()))?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}
