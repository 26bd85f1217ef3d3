//! The API as an [OpenAPI](https://spec.openapis.org/oas/v3.1.0) document, and as a page for people.
//!
//! Both are files of the repository, so that a program that mounts Pulse carries the text and not what makes it. They
//! are made from the code's own types: `operations` lists the routes, and the schemas of parameters, bodies and answers
//! are derived from the types that are parsed and answered, with their doc comments. Tests compare the files with what
//! the code makes now, and `cargo xtask openapi` writes them anew.
//!
//! ```text
//! operations + types (schemars) -> document -> openapi.json -> page -> http/api_page.html
//! ```

#[cfg(test)]
mod document;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod page;
#[cfg(test)]
mod parameters;
#[cfg(test)]
mod tests;

/// The document, as JSON.
pub const OPENAPI: &str = include_str!("openapi.json");
