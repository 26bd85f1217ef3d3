//! Gathers the entries of a batch, up to its limit: the events first, then the moves, each under its index.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    limits::Limits,
    model::{Event, EventKind, EventType, Millis, Move},
    wire::{RejectReason, TrackAnswer, TrackRejection},
};

/// Moves that a batch tends to have at most: room for them is made at once.
const MOVES: usize = 48;

/// The entries of a batch, as far as they were read.
#[derive(Debug)]
pub(super) struct Gathered<'l> {
    pub(super) limits: &'l Limits,
    pub(super) moves: Vec<Move>,
    /// With the times that the sender gave.
    pub(super) events: Vec<Event>,
    pub(super) rejected: Vec<TrackRejection>,
    /// Rejections that the list has no room for.
    pub(super) rejected_unlisted: usize,
    /// All rejections, by reason.
    pub(super) reasons: Reasons,
    /// Entries gone through, and so the index of the next.
    pub(super) entries: usize,
    layouts: usize,
}

/// How many entries were rejected for each reason, in the order of [`RejectReason::ALL`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reasons([usize; RejectReason::ALL.len()]);

impl Reasons {
    pub(crate) fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub(super) fn add(&mut self, reason: RejectReason, count: usize) {
        self.0[reason as usize] += count;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (RejectReason, usize)> {
        RejectReason::ALL.iter().copied().zip(self.0)
    }
}

impl<'l> Gathered<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            moves: Vec::new(),
            events: Vec::new(),
            rejected: Vec::new(),
            rejected_unlisted: 0,
            reasons: Reasons::default(),
            entries: 0,
            layouts: 0,
        }
    }

    /// Entries that may still be decoded.
    pub(super) fn room(&self) -> usize {
        self.limits.batch_events.saturating_sub(self.entries)
    }

    /// Whether an event of this type is still taken. Wireframes are large, and a page has few.
    pub(super) fn takes(&self, event_type: EventType) -> bool {
        event_type != EventType::Layout || self.layouts < self.limits.batch_layouts
    }

    /// Adds the next entry.
    pub(super) fn add(&mut self, event: Result<Event, RejectReason>) {
        match event {
            Err(reason) => return self.reject(1, reason),
            Ok(event) if !self.takes(event.event_type()) => return self.reject(1, RejectReason::TooMany),
            Ok(Event { timestamp, kind: EventKind::MouseMove(place) }) => {
                self.moves.push(Move { at: timestamp, x: place.x, y: place.y });
            }
            Ok(event) => {
                self.layouts += usize::from(event.event_type() == EventType::Layout);
                self.events.push(event);
            }
        }
        self.entries += 1;
    }

    /// Rejects the next `count` entries.
    pub(super) fn reject(&mut self, count: usize, reason: RejectReason) {
        self.reasons.add(reason, count);
        let listed = count.min(TrackAnswer::LISTED.saturating_sub(self.rejected.len()));
        self.rejected.extend((self.entries..).take(listed).map(|index| TrackRejection { index, reason }));
        self.rejected_unlisted += count - listed;
        self.entries += count;
    }

    /// Adds moves. Columns of unequal length do not say which rows belong together, so that all of them are rejected.
    pub(super) fn add_moves(&mut self, columns: &MoveColumns) {
        let MoveColumns { start, times, xs, ys, differences } = columns;
        let lengths = [times.length, xs.length, ys.length];
        let rows = lengths.into_iter().max().unwrap_or_default();
        let even = lengths == [rows; 3];
        let (room, before) = (self.room(), self.moves.len());
        if even && let Some(start) = start {
            let column = |column| summed(column, *differences);
            let rows = column(times).zip(column(xs)).zip(column(ys)).take(room);
            let place = |((at, x), y)| Move { at: start.saturating_add(at), x: x as f64, y: y as f64 };
            self.moves.extend(rows.map(place));
        }
        let known = self.moves.len() - before;
        self.entries += known;
        self.reject(rows.min(room) - known, RejectReason::BadData);
        self.reject(rows.saturating_sub(room), RejectReason::TooMany);
    }
}

/// Positions of the pointer in columns, as a body says them.
#[derive(Debug)]
pub(super) struct MoveColumns {
    /// What the times are counted from, in milliseconds since the epoch.
    pub(super) start: Option<Millis>,
    pub(super) times: Column,
    pub(super) xs: Column,
    pub(super) ys: Column,
    /// How the values are given.
    pub(super) differences: Differences,
}

/// How the values of a column are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Differences {
    /// Each less the one before it: 400, 407, 413 as 400, 7, 6.
    First,
    /// The differences of those again: 400, -393, -1. A hand's speed changes little, so that these are small.
    Second,
}

/// The values of a column.
fn summed(column: &Column, differences: Differences) -> impl Iterator<Item = i64> {
    let (mut step, mut value) = (0_i64, 0_i64);
    column.values.iter().map(move |&difference| {
        step = if differences == Differences::Second { step.saturating_add(difference) } else { difference };
        value = value.saturating_add(step);
        value
    })
}

/// A list of whole numbers.
#[derive(Debug, Default)]
pub(super) struct Column {
    /// Those before the first that cannot be read, or that there is no room for.
    values: Vec<i64>,
    /// How many there are in all.
    length: usize,
}

/// Reads a [`Column`].
pub(super) struct ReadColumn {
    /// Numbers to read; others are counted.
    pub(super) room: usize,
    /// Whether each value is read by itself, so that a bad one is no error.
    pub(super) alone: bool,
}

impl<'de> DeserializeSeed<'de> for ReadColumn {
    type Value = Column;

    fn deserialize<D: Deserializer<'de>>(self, column: D) -> Result<Column, D::Error> {
        column.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ReadColumn {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of whole numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Column, A::Error> {
        let mut column = Column { values: Vec::with_capacity(MOVES.min(self.room)), length: 0 };
        while column.length < self.room && column.values.len() == column.length {
            let value = if self.alone {
                list.next_element::<&RawValue>()?.map(|raw| serde_json::from_str::<i64>(raw.get()).ok())
            } else {
                list.next_element()?.map(Some)
            };
            let Some(value) = value else { return Ok(column) };
            column.values.extend(value);
            column.length += 1;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            column.length += 1;
        }
        Ok(column)
    }
}

/// How one entry of a list of events is read.
pub(super) trait EntryForm: Copy {
    /// The event, or why it is rejected.
    ///
    /// # Errors
    ///
    /// When the JSON cannot be read, so that nothing after it can be read, either.
    fn read<'de, D: Deserializer<'de>>(
        self,
        entry: D,
        gathered: &Gathered<'_>,
    ) -> Result<Result<Event, RejectReason>, D::Error>;
}

/// Reads a list of events.
pub(super) struct ReadEvents<'g, 'l, F> {
    pub(super) form: F,
    pub(super) gathered: &'g mut Gathered<'l>,
    /// Whether each entry is read by itself, so that a bad one costs itself alone.
    pub(super) alone: bool,
}

impl<'de, F: EntryForm> DeserializeSeed<'de> for ReadEvents<'_, '_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, events: D) -> Result<(), D::Error> {
        events.deserialize_seq(self)
    }
}

impl<'de, F: EntryForm> Visitor<'de> for ReadEvents<'_, '_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { form, gathered, alone } = self;
        while gathered.room() > 0 {
            let event = if alone {
                let read = |raw: &'de RawValue| {
                    let mut json = serde_json::Deserializer::from_str(raw.get());
                    form.read(&mut json, gathered).unwrap_or(Err(RejectReason::BadData))
                };
                list.next_element()?.map(read)
            } else {
                list.next_element_seed(ReadEntry { form, gathered })?
            };
            let Some(event) = event else { return Ok(()) };
            gathered.add(event);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            gathered.reject(1, RejectReason::TooMany);
        }
        Ok(())
    }
}

struct ReadEntry<'g, 'l, F> {
    form: F,
    gathered: &'g Gathered<'l>,
}

impl<'de, F: EntryForm> DeserializeSeed<'de> for ReadEntry<'_, '_, F> {
    type Value = Result<Event, RejectReason>;

    fn deserialize<D: Deserializer<'de>>(self, entry: D) -> Result<Self::Value, D::Error> {
        self.form.read(entry, self.gathered)
    }
}
