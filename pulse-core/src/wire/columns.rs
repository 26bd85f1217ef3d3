//! Positions of the pointer as columns: one session on one page, for whoever draws it.
//!
//! A session of 100,000 positions is 9 MB as objects with names, twice when its strokes repeat them. As columns of small
//! differences it is 0.8 MB, and 0.24 MB after gzip. In JavaScript:
//!
//! ```js
//! const sum = (column) => { let value = 0; return column.map((step) => (value += step)); };
//! const positions = ({ t0, t, x, y }) => ({ t: sum(t).map((ms) => t0 + ms), x: sum(sum(x)), y: sum(sum(y)) });
//! // Stroke number i: positions strokes[i] up to strokes[i + 1], or to the end.
//! ```

use serde::{Deserialize, Serialize};

use crate::{
    analyze::{ClickPoint, HeatPoint, RagePoint, SessionHeatmap},
    model::{Layout, Millis, ViewportSize},
};

/// One session on one page: the part `map` of `GET /api/analytics/{session_id}?map=true`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SessionMap {
    /// Names of the session's pages in order of first visit.
    pub pages: Vec<String>,
    /// The page that is shown: the one asked for, else the one on which the visitor is when the session is live, else
    /// the one with the most events.
    pub page: String,
    /// Positions of the pointer.
    pub moves: MoveColumns,
    /// Clicks by time, those of rage bursts included.
    pub clicks: Vec<ClickPoint>,
    /// Rage bursts that are not suppressed, by time.
    pub rage_clicks: Vec<RagePoint>,
    /// Window size on that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<ViewportSize>,
    /// Document size on that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ViewportSize>,
    /// Wireframe of that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Positions there are.
    pub total: u64,
}

/// Positions stroke by stroke, the stroke that began first before the others; by time within a stroke.
///
/// `t` holds first differences and `x` and `y` second differences: places 10, 13, 17 are `[10, -7, 1]`, whose running
/// sums are the steps 10, 3, 4, whose running sums are the places. Three samples of one sweep differ by much, its steps
/// by little, and small numbers compress best.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MoveColumns {
    /// Time of the first position.
    pub t0: Millis,
    /// Times since `t0`, in ms. A stroke in another tab may begin before the stroke in front of it ends, so that a
    /// difference at the beginning of a stroke may be negative.
    pub t: Vec<Millis>,
    /// Places from the page's left edge, in whole px.
    pub x: Vec<i64>,
    /// Places from the page's top edge, in whole px.
    pub y: Vec<i64>,
    /// Index of the first position of each stroke.
    pub strokes: Vec<u32>,
}

impl MoveColumns {
    /// The columns of strokes, each by time.
    pub fn new(mut strokes: Vec<Vec<HeatPoint>>) -> Self {
        strokes.retain(|stroke| !stroke.is_empty());
        strokes.sort_by_key(|stroke| stroke.first().map(|first| first.timestamp));
        let mut columns = Self::default();
        let mut starts = 0;
        for stroke in &strokes {
            columns.strokes.push(starts);
            starts = starts.saturating_add(u32::try_from(stroke.len()).unwrap_or(u32::MAX));
        }
        let points = || strokes.iter().flatten();
        columns.t0 = points().next().map_or(0, |first| first.timestamp);
        columns.t = differences(points().map(|point| point.timestamp.saturating_sub(columns.t0))).collect();
        columns.x = differences(differences(points().map(|point| point.x.round() as i64))).collect();
        columns.y = differences(differences(points().map(|point| point.y.round() as i64))).collect();
        columns
    }

    /// Times of the positions, in ms since the epoch.
    pub fn times(&self) -> impl Iterator<Item = Millis> {
        sums(self.t.iter().copied()).map(|t| self.t0.wrapping_add(t))
    }

    /// Places of the positions, in px from the page's left edge.
    pub fn across(&self) -> impl Iterator<Item = i64> {
        sums(sums(self.x.iter().copied()))
    }

    /// Places of the positions, in px from the page's top edge.
    pub fn down(&self) -> impl Iterator<Item = i64> {
        sums(sums(self.y.iter().copied()))
    }
}

impl From<SessionHeatmap> for SessionMap {
    fn from(map: SessionHeatmap) -> Self {
        Self {
            pages: map.pages,
            page: map.page,
            moves: MoveColumns::new(map.trails),
            clicks: map.clicks,
            rage_clicks: map.rage_clicks,
            viewport: map.viewport,
            document: map.document,
            layout: map.layout,
            total: map.total,
        }
    }
}

fn differences(values: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    values.scan(0i64, |before, value| Some(value.wrapping_sub(std::mem::replace(before, value))))
}

fn sums(differences: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    differences.scan(0i64, |sum, difference| {
        *sum = sum.wrapping_add(difference);
        Some(*sum)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(x: f64, y: f64, timestamp: Millis) -> HeatPoint {
        HeatPoint { x, y, timestamp }
    }

    #[test]
    fn by_hand() {
        let later = vec![point(5.0, 0.0, 1_300)];
        let first = vec![point(10.0, 1.0, 1_000), point(13.4, 1.0, 1_050), point(17.0, 1.0, 1_101)];
        let columns = MoveColumns::new(vec![later, Vec::new(), first]);
        let expected = MoveColumns {
            t0: 1_000,
            t: vec![0, 50, 51, 199],
            x: vec![10, -7, 1, -16],
            y: vec![1, -1, 0, -1],
            strokes: vec![0, 3],
        };
        assert_eq!(columns, expected);
        assert_eq!(columns.across().collect::<Vec<_>>(), [10, 13, 17, 5]);
        assert_eq!(MoveColumns::new(Vec::new()), MoveColumns::default());
    }

    proptest! {
        #[test]
        fn columns_hold_every_position_once(
            strokes in prop::collection::vec(prop::collection::vec((-1e9..1e9f64, -1e9..1e9f64, any::<u32>()), 0..6), 0..6)
        ) {
            let strokes: Vec<Vec<HeatPoint>> = strokes
                .into_iter()
                .map(|stroke| stroke.into_iter().map(|(x, y, t)| point(x, y, t.into())).collect())
                .collect();
            let columns = MoveColumns::new(strokes.clone());
            let mut sorted: Vec<_> = strokes.into_iter().filter(|stroke| !stroke.is_empty()).collect();
            sorted.sort_by_key(|stroke| stroke[0].timestamp);
            let starts: Vec<usize> = columns.strokes.iter().map(|start| *start as usize).collect();
            let found: Vec<_> =
                columns.times().zip(columns.across()).zip(columns.down()).map(|((t, x), y)| (t, x, y)).collect();
            let of = |point: &HeatPoint| (point.timestamp, point.x.round() as i64, point.y.round() as i64);
            for (i, stroke) in sorted.iter().enumerate() {
                let end = starts.get(i + 1).copied().unwrap_or(found.len());
                prop_assert_eq!(&found[starts[i]..end], stroke.iter().map(of).collect::<Vec<_>>());
            }
            prop_assert_eq!(starts.len(), sorted.len());
        }
    }
}
