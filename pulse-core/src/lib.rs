//! Pulse sees how people use a website and says what to fix.
pub mod analyze;
pub mod model;
pub mod wire;
