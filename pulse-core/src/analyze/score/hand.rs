//! The way of the hand over a page view as it comes: how often the pointer is shaken.

use crate::{
    analyze::{
        thrash::Shakes,
        view::{Hand, Offset},
    },
    model::{Millis, Move},
};

/// Positions and flips that are remembered. A pointer makes some 60 positions a second.
const MOST: usize = 512;

#[derive(Debug, Clone, Default)]
pub(super) struct Pointer {
    /// How often it was shaken on the page views before.
    before: usize,
    hand: Hand,
    shakes: Shakes,
    /// The scroll offset that was told last.
    offset: Option<Offset>,
    /// Positions that the next offset may still have a say in.
    waiting: Vec<Move>,
}

impl Pointer {
    /// Takes the next position in.
    pub(super) fn point(&mut self, point: Move) {
        self.pass(point.at);
        self.waiting.push(point);
    }

    /// Takes the next scroll offset in.
    pub(super) fn scroll(&mut self, offset: Offset) {
        // What is at the same time comes after it.
        let before = self.waiting.partition_point(|point| point.at < offset.0);
        self.place(before, Some(offset));
        self.offset = Some(offset);
    }

    /// Places the positions that no offset from this time on has a say in.
    fn pass(&mut self, now: Millis) {
        let is_settled = |point: &Move| {
            point.at < now
                && match self.offset {
                    Some((told, _)) => now.saturating_sub(told) > Hand::APART_MS,
                    None => now.saturating_sub(point.at) > Hand::EARLY_MS,
                }
        };
        let settled = self.waiting.partition_point(is_settled);
        self.place(settled, None);
    }

    fn place(&mut self, count: usize, next: Option<Offset>) {
        for point in self.waiting.drain(..count) {
            self.shakes.add(self.hand.client(point, self.offset, next));
        }
    }

    /// Ends the page view.
    pub(super) fn end(&mut self) {
        self.place(self.waiting.len(), None);
        self.shakes.end();
        *self = Self { before: self.before + self.shakes.over.len(), ..Self::default() };
    }

    /// How often it was shaken.
    pub(super) fn thrash(&self) -> usize {
        let mut all = self.clone();
        all.end();
        all.before
    }

    /// Counts the records that are over; whether what is left can be remembered.
    pub(super) fn settle(&mut self) -> bool {
        self.before += self.shakes.over.drain(..).count();
        self.waiting.len() + self.shakes.len() <= MOST
    }

    pub(super) fn weight(&self) -> usize {
        self.waiting.capacity() * size_of::<Move>() + self.shakes.len() * 24
    }
}
