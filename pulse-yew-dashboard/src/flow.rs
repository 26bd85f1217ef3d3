//! The flow of visits between pages, laid out: where people come in on the left, goals on the right.

use std::collections::HashMap;

use pulse_core::{analyze::Tier, wire::PathsAnswer};

use crate::order;

/// Pages that are drawn: those of the most visits.
const PAGES: usize = 14;
/// Steps back that are told.
const BACK: usize = 5;
/// Columns at most; what would lie further right is in the last one.
const COLUMNS: usize = 6;
/// Size of the drawing, of a page, and the space between pages, in px. The space holds a page's name.
const WIDTH: f64 = 1080.0;
const HEIGHT: f64 = 440.0;
const BAR: f64 = 14.0;
const GAP: f64 = 46.0;
/// Width that the names in the last column need.
const NAME: f64 = 170.0;
/// Least height of a page and least width of a step.
const LEAST: f64 = 3.0;

/// A drawing of the flow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flow {
    /// Width and height in px.
    pub size: (f64, f64),
    /// The pages.
    pub pages: Vec<FlowPage>,
    /// The steps that lead on, the widest first.
    pub steps: Vec<FlowStep>,
    /// The largest steps that lead back and are not drawn: from, to, how often.
    pub back: Vec<(String, String, u64)>,
}

/// A page of the flow.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowPage {
    /// Its name.
    pub page: String,
    /// x, y, width, height.
    pub rect: [f64; 4],
    /// Visits to it.
    pub sessions: u64,
    /// Visits that ended here.
    pub exits: u64,
    /// Whether coming here is a goal.
    pub is_goal: bool,
    /// The tier of the mean frustration here.
    pub tier: Tier,
}

/// A step from page to page.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowStep {
    /// Indices of the pages.
    pub between: (usize, usize),
    /// How often.
    pub count: u64,
    /// The middle of it, as a path of SVG.
    pub path: String,
    /// How wide it is.
    pub width: f64,
}

impl Flow {
    /// Lays out what the server counted.
    pub fn new(answer: &PathsAnswer) -> Self {
        let nodes: Vec<_> = answer.nodes.iter().take(PAGES).collect();
        let index: HashMap<&str, usize> = nodes.iter().enumerate().map(|(i, node)| (&*node.page, i)).collect();
        let known = |edge: &pulse_core::analyze::page::PathEdge| {
            let (from, to) = (*index.get(&*edge.from)?, *index.get(&*edge.to)?);
            (from != to).then_some((from, to, edge.count))
        };
        let edges: Vec<(usize, usize, u64)> = answer.edges.iter().filter_map(known).collect();
        let entries: Vec<u64> = nodes.iter().map(|node| node.entries).collect();
        let goals: Vec<bool> = nodes.iter().map(|node| node.goal).collect();
        let columns = columns(&entries, &goals, &edges);
        let last = columns.iter().copied().max().unwrap_or(0);
        let on: Vec<_> = edges.iter().copied().filter(|(from, to, _)| columns[*from] < columns[*to]).collect();
        let flow = |i: usize| {
            let sum = |of: fn(&(usize, usize, u64)) -> usize| {
                on.iter().filter(|edge| of(edge) == i).map(|edge| edge.2).sum::<u64>()
            };
            nodes[i].sessions.max(sum(|edge| edge.0)).max(sum(|edge| edge.1))
        };
        let flows: Vec<u64> = (0..nodes.len()).map(flow).collect();
        // The fullest column fills the height.
        let scale = (0..=last)
            .map(|column| {
                let of: Vec<u64> = (0..nodes.len()).filter(|i| columns[*i] == column).map(|i| flows[i]).collect();
                let sum = of.iter().sum::<u64>().max(1) as f64;
                (HEIGHT - GAP * of.len() as f64).max(HEIGHT / 4.0) / sum
            })
            .fold(f64::INFINITY, f64::min);
        let step = (WIDTH - NAME) / last.max(1) as f64;
        let mut tops = vec![GAP; last + 1];
        let mut pages = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            let (column, height) = (columns[i], (flows[i] as f64 * scale).max(LEAST));
            let rect = [column as f64 * step, tops[column], BAR, height];
            tops[column] += height + GAP;
            pages.push(FlowPage {
                page: node.page.clone(),
                rect,
                sessions: node.sessions,
                exits: node.exits,
                is_goal: node.goal,
                tier: Tier::of(node.frustration.round() as u32),
            });
        }
        let mut back: Vec<_> = edges.iter().filter(|(from, to, _)| columns[*from] > columns[*to]).collect();
        order::most_first(&mut back, |edge| edge.2);
        let name = |i: usize| nodes[i].page.clone();
        let back = back.into_iter().take(BACK).map(|(from, to, count)| (name(*from), name(*to), *count)).collect();
        let height = tops.into_iter().fold(HEIGHT, f64::max);
        let steps = ribbons(&pages, on, scale);
        Self { size: (WIDTH, height), pages, steps, back }
    }
}

/// The column of each page. The page where most come in is in the first. Each other follows the page from which most
/// come to it, and goals stand at the end.
fn columns(entries: &[u64], goals: &[bool], edges: &[(usize, usize, u64)]) -> Vec<usize> {
    let first = (0..entries.len()).max_by_key(|i| (entries[*i], std::cmp::Reverse(*i)));
    let mut columns: Vec<Option<usize>> = vec![None; entries.len()];
    if let Some(first) = first {
        columns[first] = Some(0);
    }
    loop {
        let next = edges.iter().filter(|(from, to, _)| columns[*from].is_some() && columns[*to].is_none());
        let Some((from, to, _)) = next.max_by_key(|(from, to, count)| (*count, std::cmp::Reverse((*from, *to)))) else {
            break;
        };
        columns[*to] = columns[*from].map(|column| (column + 1).min(COLUMNS - 1));
    }
    let last = columns.iter().flatten().copied().max().unwrap_or(0);
    let place = |(column, is_goal): (Option<usize>, &bool)| match column {
        Some(_) if *is_goal => last,
        column => column.unwrap_or(0),
    };
    columns.into_iter().zip(goals).map(place).collect()
}

/// The steps, each beginning and ending beside the others of its page.
fn ribbons(pages: &[FlowPage], mut edges: Vec<(usize, usize, u64)>, scale: f64) -> Vec<FlowStep> {
    order::sort_by(&mut edges, |a, b| {
        let place = |edge: &(usize, usize, u64)| (pages[edge.0].rect[1], pages[edge.1].rect[1]);
        place(a).0.total_cmp(&place(b).0).then(place(a).1.total_cmp(&place(b).1))
    });
    let mut ends = vec![(0.0, 0.0); pages.len()];
    let mut steps: Vec<FlowStep> = edges
        .into_iter()
        .map(|(from, to, count)| {
            let width = (count as f64 * scale).max(1.0);
            let ([x, y, w, _], [tx, ty, ..]) = (pages[from].rect, pages[to].rect);
            let (start, end) = (y + ends[from].0 + width / 2.0, ty + ends[to].1 + width / 2.0);
            ends[from].0 += width;
            ends[to].1 += width;
            let (x, middle) = (x + w, (x + w + tx) / 2.0);
            let path = format!("M{x:.1} {start:.1}C{middle:.1} {start:.1} {middle:.1} {end:.1} {tx:.1} {end:.1}");
            FlowStep { between: (from, to), count, path, width }
        })
        .collect();
    order::most_first(&mut steps, |step| step.count);
    steps
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn answer() -> PathsAnswer {
        let node = |page: &str, sessions: u64, entries: u64, goal: bool| {
            serde_json::json!({"page": page, "sessions": sessions, "views": sessions, "entries": entries, "exits": 1,
                "quick_backs": 0, "frustration": if page == "/pay" { 16.0 } else { 0.4 }, "goal": goal})
        };
        let edge = |from: &str, to: &str, count: u64| serde_json::json!({"from": from, "to": to, "count": count});
        serde_json::from_value(serde_json::json!({
            "nodes": [node("/", 100, 90, false), node("/cart", 60, 5, false), node("/pay", 40, 0, false),
                node("/thanks", 20, 0, true), node("/terms", 3, 3, false)],
            "edges": [edge("/", "/cart", 55), edge("/cart", "/pay", 40), edge("/pay", "/thanks", 20), edge("/cart", "/", 9),
                edge("/", "/thanks", 1), edge("/", "/far", 1)],
            "nodes_total": 6, "edges_total": 6, "paths": [], "paths_total": 0
        }))
        .unwrap()
    }

    #[test]
    fn pages_stand_in_the_order_of_the_way_and_goals_at_the_end() {
        let flow = Flow::new(&answer());
        let across: Vec<f64> = flow.pages.iter().map(|page| page.rect[0]).collect();
        assert!(across[0] < across[1] && across[1] < across[2] && across[2] < across[3], "{across:?}");
        assert_eq!(across[4], across[0], "where people come in only");
        assert_eq!((flow.pages[2].tier, flow.pages[3].is_goal), (Tier::High, true));
        let counts: Vec<u64> = flow.steps.iter().map(|step| step.count).collect();
        assert_eq!(counts, [55, 40, 20, 1], "the way back is not drawn");
        assert_eq!(flow.back, [("/cart".to_owned(), "/".to_owned(), 9)], "but told");
    }

    #[test]
    fn widths_are_by_traffic_and_all_lie_within_the_drawing() {
        let flow = Flow::new(&answer());
        let (wide, narrow) = (flow.steps[0].width, flow.steps[2].width);
        assert!((wide / narrow - 55.0 / 20.0).abs() < 0.01);
        for page in &flow.pages {
            let [x, y, w, h] = page.rect;
            assert!(x >= 0.0 && y >= 0.0 && x + w <= flow.size.0 && y + h <= flow.size.1, "{page:?}");
        }
        for (i, page) in flow.pages.iter().enumerate() {
            let leaving: f64 = flow.steps.iter().filter(|step| step.between.0 == i).map(|step| step.width).sum();
            assert!(leaving <= page.rect[3] + 1.0, "{page:?}");
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let flow = Flow::new(&PathsAnswer::default());
        assert!(flow.pages.is_empty() && flow.steps.is_empty());
    }
}
