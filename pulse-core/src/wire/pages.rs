//! Answers of the routes about pages and the ways between them.

use serde::{Deserialize, Serialize};

use crate::analyze::page::{PageRow, PathEdge, PathNode, Way};

/// Answer of `GET /api/pages`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PagesAnswer {
    /// The pages, in the order asked for.
    pub pages: Vec<PageRow>,
    /// Pages there are.
    pub total: u64,
    /// Pages in this answer.
    pub shown: u64,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Answer of `GET /api/paths`: the navigation graph.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PathsAnswer {
    /// Pages, the one with the most sessions first.
    pub nodes: Vec<PathNode>,
    /// Pages there are.
    pub nodes_total: u64,
    /// Steps from page to page, the most usual first.
    pub edges: Vec<PathEdge>,
    /// Different steps there are.
    pub edges_total: u64,
    /// The most usual ways to the page that was asked for, to each page else.
    pub paths: Vec<Way>,
    /// Different ways there are.
    pub paths_total: u64,
    /// Whether time or room ran out before all sessions were counted: the same request goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}
