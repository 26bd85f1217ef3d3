//! Halo, a small shop for Pulse to watch: real pages, a real cart, and flaws that are there on purpose.
//!
//! [`Shop`] is a tower service and mounts in any server; the `demo-shop` binary serves it by itself.

mod pages;
mod payments;
mod policy;
mod products;
mod shop;
mod site;
mod template;

pub use payments::{PAYMENTS, Payment};
pub use policy::tracker_origin;
pub use shop::Shop;
