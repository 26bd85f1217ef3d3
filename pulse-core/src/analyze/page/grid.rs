//! Counts by cell: what a map is drawn from.

use std::collections::HashMap;

use crate::varint;

/// Width and height of a tile in cells.
const SIDE: i32 = 8;
const CELLS: usize = (SIDE * SIDE) as usize;

/// Most tiles, 8 MiB of them: half a million cells.
const MOST_TILES: usize = 8192;

/// How often something happened in each cell, and in how many sessions.
///
/// Cells lie in tiles, so that memory grows with the area that was used and neighbours are found without a search.
/// Where there are too many tiles, those furthest down the page are not told apart: that depends on what was added and
/// not on the order, so that sums of parts are the sum of the whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Grid {
    tiles: Vec<Tile>,
    places: HashMap<Place, usize>,
    /// The tile that was used last.
    last: Option<(Place, usize)>,
    /// Tiles from here on are not kept.
    end: Option<Place>,
}

/// Row and column of a tile.
type Place = (i32, i32);

#[derive(Debug, Clone, PartialEq)]
struct Tile {
    place: Place,
    cells: Box<[Cell; CELLS]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    amount: u64,
    sessions: u32,
    /// The session that was counted last.
    last: u32,
}

impl PartialEq for Cell {
    /// Who was counted last is of no account.
    fn eq(&self, other: &Self) -> bool {
        (self.amount, self.sessions) == (other.amount, other.sessions)
    }
}

/// Bytes that are no grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidGrid;

impl Grid {
    /// Adds to a cell what happened in it in a session; sessions are numbered from 1 and come one after the other.
    pub(super) fn add(&mut self, column: i32, row: i32, amount: u64, session: u32) {
        let place = (row.div_euclid(SIDE), column.div_euclid(SIDE));
        let Some(tile) = self.tile(place) else { return };
        let cell = &mut tile.cells[(row.rem_euclid(SIDE) * SIDE + column.rem_euclid(SIDE)) as usize];
        cell.amount = cell.amount.saturating_add(amount);
        if cell.last != session {
            cell.last = session;
            cell.sessions = cell.sessions.saturating_add(1);
        }
    }

    /// Bytes of memory.
    pub(super) fn size(&self) -> usize {
        self.tiles.len() * size_of::<[Cell; CELLS]>()
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// The tile at a place, if it is kept.
    fn tile(&mut self, place: Place) -> Option<&mut Tile> {
        let index = match self.last {
            Some((last, index)) if last == place => index,
            _ => self.find(place)?,
        };
        self.last = Some((place, index));
        self.tiles.get_mut(index)
    }

    fn find(&mut self, place: Place) -> Option<usize> {
        if let Some(index) = self.places.get(&place) {
            return Some(*index);
        }
        if self.end.is_some_and(|end| place >= end) {
            return None;
        }
        if self.tiles.len() >= MOST_TILES {
            if self.tiles.iter().all(|tile| tile.place < place) {
                self.end = Some(place);
                return None;
            }
            self.drop_last();
        }
        let cells = Box::new([Cell::default(); CELLS]);
        self.places.insert(place, self.tiles.len());
        self.tiles.push(Tile { place, cells });
        Some(self.tiles.len() - 1)
    }

    /// Gives up the tile furthest down the page.
    fn drop_last(&mut self) {
        let Some(furthest) = (0..self.tiles.len()).max_by_key(|&index| self.tiles[index].place) else { return };
        let gone = self.tiles.swap_remove(furthest);
        self.places.remove(&gone.place);
        if let Some(moved) = self.tiles.get(furthest) {
            self.places.insert(moved.place, furthest);
        }
        self.end = Some(gone.place);
        self.last = None;
    }

    /// What was added to all cells together.
    pub(super) fn amount(&self) -> u64 {
        self.tiles.iter().flat_map(|tile| tile.cells.iter()).map(|cell| cell.amount).sum()
    }

    /// Column, row, amount and sessions of each cell that has any, by row, then column.
    pub(super) fn cells(&self) -> impl Iterator<Item = (i32, i32, u64, u32)> {
        let order = self.in_order();
        // Tiles that lie beside each other share their rows of cells.
        let mut beside: Vec<Vec<&Tile>> = Vec::new();
        for tile in order {
            match beside.last_mut() {
                Some(tiles) if tiles[0].place.0 == tile.place.0 => tiles.push(tile),
                _ => beside.push(vec![tile]),
            }
        }
        beside.into_iter().flat_map(|tiles| {
            (0..SIDE).flat_map(move |row| tiles.clone().into_iter().flat_map(move |tile| tile.row(row)))
        })
    }

    /// The tiles by row, then column.
    fn in_order(&self) -> Vec<&Tile> {
        let mut order: Vec<&Tile> = self.tiles.iter().collect();
        order.sort_unstable_by_key(|tile| tile.place);
        order
    }

    /// Adds the cells of other sessions.
    pub(super) fn merge(&mut self, other: &Self) {
        if let Some(end) = other.end {
            self.end_at(end);
        }
        for more in &other.tiles {
            let Some(tile) = self.tile(more.place) else { continue };
            for (cell, more) in tile.cells.iter_mut().zip(more.cells.iter()) {
                cell.add(more.amount, more.sessions);
            }
        }
    }

    /// Gives up the tiles from a place on.
    fn end_at(&mut self, end: Place) {
        while self.tiles.iter().any(|tile| tile.place >= end) {
            self.drop_last();
        }
        self.end = Some(self.end.map_or(end, |known| known.min(end)));
    }

    /// As few bytes as that takes: the number of tiles; of each tile its place and how many of its cells are used; of
    /// each cell its distance to the one before, amount and sessions; all as LEB128. The lowest bit of the first number
    /// says whether the place of the first tile that is not kept follows.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        varint::put(&mut out, ((self.tiles.len() as u64) << 1) | u64::from(self.end.is_some()));
        if let Some(end) = self.end {
            put_place(&mut out, end);
        }
        for tile in self.in_order() {
            put_place(&mut out, tile.place);
            let used = || tile.cells.iter().enumerate().filter(|(_, cell)| cell.sessions > 0);
            varint::put(&mut out, used().count() as u64);
            let mut next = 0;
            for (index, cell) in used() {
                varint::put(&mut out, (index - next) as u64);
                varint::put(&mut out, cell.amount);
                varint::put(&mut out, cell.sessions.into());
                next = index + 1;
            }
        }
        out
    }

    /// Adds what [`Self::to_bytes`] wrote, of other sessions. What is cut short, or goes on after its end, is refused.
    pub(super) fn add_bytes(&mut self, mut bytes: &[u8]) -> Result<(), InvalidGrid> {
        let from = &mut bytes;
        let head = get(from)?;
        if head & 1 == 1 {
            self.end_at(get_place(from)?);
        }
        for _ in 0..head >> 1 {
            let place = get_place(from)?;
            let used = get(from)?;
            let mut next = 0;
            let mut tile = self.tile(place);
            for _ in 0..used {
                let index = get(from)?.checked_add(next).filter(|index| *index < CELLS as u64).ok_or(InvalidGrid)?;
                let (amount, sessions) = (get(from)?, get(from)?);
                let sessions = u32::try_from(sessions).map_err(|_| InvalidGrid)?;
                if let Some(tile) = &mut tile {
                    tile.cells[index as usize].add(amount, sessions);
                }
                next = index + 1;
            }
        }
        if from.is_empty() { Ok(()) } else { Err(InvalidGrid) }
    }
}

impl Tile {
    /// The used cells of one of its rows.
    fn row(&self, row: i32) -> impl Iterator<Item = (i32, i32, u64, u32)> {
        let cells = &self.cells[(row * SIDE) as usize..][..SIDE as usize];
        let (row, column) = (self.place.0 * SIDE + row, self.place.1 * SIDE);
        let used = (column..).zip(cells).filter(|(_, cell)| cell.sessions > 0);
        used.map(move |(column, cell)| (column, row, cell.amount, cell.sessions))
    }
}

impl Cell {
    fn add(&mut self, amount: u64, sessions: u32) {
        self.amount = self.amount.saturating_add(amount);
        self.sessions = self.sessions.saturating_add(sessions);
    }
}

fn get(from: &mut &[u8]) -> Result<u64, InvalidGrid> {
    varint::take(from).ok_or(InvalidGrid)
}

/// Small for places on either side of the origin.
fn put_place(out: &mut Vec<u8>, place: Place) {
    for at in [place.0, place.1] {
        varint::put(out, varint::zigzag(at.into()));
    }
}

fn get_place(from: &mut &[u8]) -> Result<Place, InvalidGrid> {
    let mut at = || {
        let at = i32::try_from(varint::unzigzag(get(from)?)).map_err(|_| InvalidGrid)?;
        // Far from where a cell's number would not fit.
        Some(at).filter(|at| at.unsigned_abs() < 1 << 26).ok_or(InvalidGrid)
    };
    Ok((at()?, at()?))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn grid(adds: &[(i32, i32, u64, u32)]) -> Grid {
        let mut grid = Grid::default();
        adds.iter().for_each(|&(column, row, amount, session)| grid.add(column, row, amount, session));
        grid
    }

    #[test]
    fn too_many_tiles_leave_out_the_lowest() {
        let most = MOST_TILES as i32;
        let down = |rows: &mut dyn Iterator<Item = i32>| {
            let mut grid = Grid::default();
            rows.for_each(|row| grid.add(0, row * SIDE, 1, 1));
            grid
        };
        let all = down(&mut (0..most + 5));
        assert_eq!(all.cells().last(), Some((0, (most - 1) * SIDE, 1, 1)));
        assert_eq!(
            down(&mut (0..most + 5).rev()).cells().collect::<Vec<_>>(),
            all.cells().collect::<Vec<_>>(),
            "whatever the order"
        );
        let mut parts = down(&mut (0..9));
        parts.add_bytes(&down(&mut (9..most + 5)).to_bytes()).expect("a grid");
        assert_eq!(parts.cells().collect::<Vec<_>>(), all.cells().collect::<Vec<_>>(), "and however it came together");
        let mut merged = down(&mut (0..9));
        merged.merge(&down(&mut (9..most + 5)));
        assert_eq!(merged.cells().collect::<Vec<_>>(), all.cells().collect::<Vec<_>>(), "by value, too");
        let mut after = Grid::default();
        after.add(0, (most + 2) * SIDE, 1, 1);
        after.add_bytes(&all.to_bytes()).expect("a grid");
        assert_eq!(after.cells().collect::<Vec<_>>(), all.cells().collect::<Vec<_>>());
    }

    #[test]
    fn other_bytes_are_refused() {
        let mut ended = grid(&[(3, 4, 5, 1), (-40, 900, 1, 1)]);
        ended.end_at((200, 0));
        for good in [Grid::default(), grid(&[(3, 4, 5, 1), (-40, 900, 1, 1)]), ended] {
            let good = good.to_bytes();
            assert_eq!(Grid::default().add_bytes(&good), Ok(()));
            for cut in 0..good.len() {
                assert_eq!(Grid::default().add_bytes(&good[..cut]), Err(InvalidGrid), "{cut} of {good:?}");
            }
            assert_eq!(Grid::default().add_bytes(&[&good[..], &[0]].concat()), Err(InvalidGrid), "{good:?} and more");
        }
        // A cell outside its tile; one after the last; too many sessions; no end where one was promised; a far place.
        for bad in [
            &[2, 0, 0, 1, 64, 1, 1][..],
            &[2, 0, 0, 2, 63, 1, 1, 0, 1, 1],
            &[2, 0, 0, 1, 0, 1, 255, 255, 255, 255, 31],
            &[1],
            &[2, 255, 255, 255, 255, 15, 0, 0],
        ] {
            assert_eq!(Grid::default().add_bytes(bad), Err(InvalidGrid), "{bad:?}");
        }
    }

    proptest! {
        /// Straight from the definition, and the same when it comes in parts.
        #[test]
        fn counts_of_cells(
            adds in prop::collection::vec((-40..40_i32, -40..200_i32, 0..9_u64, 1..5_u32), 0..60),
            cut in 0..60_usize,
        ) {
            let mut adds = adds;
            adds.sort_by_key(|add| add.3);
            let mut expected: BTreeMap<(i32, i32), (u64, BTreeSet<u32>)> = BTreeMap::new();
            for &(column, row, amount, session) in &adds {
                let cell = expected.entry((row, column)).or_default();
                cell.0 += amount;
                cell.1.insert(session);
            }
            let expected: Vec<_> =
                expected.into_iter().map(|((row, column), (n, who))| (column, row, n, who.len() as u32)).collect();
            prop_assert_eq!(grid(&adds).cells().collect::<Vec<_>>(), expected.clone());
            // A session is in one part.
            let first = adds.get(cut).map_or(u32::MAX, |add| add.3);
            let at = adds.partition_point(|add| add.3 < first);
            let mut sum = grid(&adds[at..]);
            let mut merged = sum.clone();
            sum.add_bytes(&grid(&adds[..at]).to_bytes()).expect("a grid");
            prop_assert_eq!(sum.cells().collect::<Vec<_>>(), expected.clone());
            merged.merge(&grid(&adds[..at]));
            prop_assert_eq!(merged.cells().collect::<Vec<_>>(), expected);
        }
    }
}
