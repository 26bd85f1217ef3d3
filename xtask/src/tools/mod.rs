//! What the tests need and cargo does not bring: each is looked for, got where that is possible, and tried.

pub(crate) mod chromium;
pub(crate) mod mongod;
pub(crate) mod node;
