//! Nothing but the example of the README, which is compiled as a test of the documentation.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
