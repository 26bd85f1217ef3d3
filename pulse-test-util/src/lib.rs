//! Server processes for tests, benchmarks and fault tests: started, watched, and ended with the run.

pub mod app;
pub mod mongod;
pub mod process;
