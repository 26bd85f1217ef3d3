//! Server processes for tests, benchmarks and fault tests: started, watched, and ended with the run.

pub mod mongod;
pub mod process;
