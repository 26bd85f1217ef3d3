//! What it takes to run servers and watch them, for the benchmarks and for the fault tests.

pub mod connection;
pub mod mongod;
pub mod progress;
pub mod tracker_body;
pub mod usage;

pub use pulse_test_util::process;
