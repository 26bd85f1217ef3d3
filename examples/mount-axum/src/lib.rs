//! Nothing but examples of the documentation, which are compiled as its tests.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// And those of the document on mounting.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/mounting.md")]
struct Mounting;
