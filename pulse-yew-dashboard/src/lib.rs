//! The Pulse dashboard: sessions, trails, clicks and insights, in Yew.
//!
//! Everything that decides is pure and tested on the host: [`route`], [`format`], [`state`] (the reducer) and [`map`]
//! (geometry, which answers draw commands). [`browser`] is the only place that fetches, paints or reads a clock;
//! [`components`] turn state into elements.

pub mod bodies;
pub mod browser;
pub mod components;
pub mod flow;
pub mod format;
pub mod json;
pub mod map;
pub mod markdown;
pub mod order;
pub mod page_map;
pub mod route;
pub mod site_page;
pub mod spot;
pub mod state;
pub mod summary;
pub mod table;
