//! Pulse's tower services, called as a server would call them.
#![allow(clippy::unwrap_used)]

mod api;
mod counting;
mod dashboard;
mod delivery;
mod golden;
mod lists;
mod live;
mod metrics;
mod models;
mod mount;
mod openapi;
mod overlay;
mod problems;
mod security;
mod sites;
mod sums;
mod support;
