//! A visit to the shop, as it happens: looking around, scrolling, clicking, typing, giving up.

use std::collections::HashSet;

use fastrand::Rng;
use pulse_core::model::{
    Direction, EventKind, Layout, Navigation, NavigationKind, Viewport, Visibility, VisibilityState,
};

use super::{
    chance::{happens, time},
    fault::{Fault, Faults},
    hand::{Place, SAMPLE_MS},
    page::{Click, Page},
    recorder::{Recorded, Recorder},
    shop::Address,
    visitor::Visitor,
};

/// What a tap or a scroll counts for with who leaves no trail: as long as a mouse would have moved for it.
const BY_FINGER: i64 = 25;

/// Everything that is known while it goes on. Times count from its start.
pub(super) struct Visit<'a> {
    pub(super) rng: Rng,
    pub(super) visitor: &'a Visitor,
    pub(super) recorder: Recorder,
    pub(super) now: i64,
    pub(super) page: Page,
    /// How far the page is scrolled, in px.
    pub(super) scrolled: f64,
    /// Which way it was scrolled last.
    pub(super) scrolling: Option<Direction>,
    /// Where the pointer is in the window.
    pub(super) pointer: Place,
    /// Positions of the pointer that are still to come.
    pub(super) left: i64,
    address: Address,
    /// The pages before this one.
    trail: Vec<Address>,
    /// Pages whose outline was sent.
    outlined: HashSet<Address>,
    /// Flaws that were planted.
    pub(super) faults: Faults,
}

impl<'a> Visit<'a> {
    /// A whole visit with about so many positions of the pointer, or as long as one with so many.
    pub(super) fn record(rng: Rng, visitor: &'a Visitor, moves: u32, faults: &'static [Fault]) -> Vec<Recorded> {
        let mut visit = Self {
            rng,
            visitor,
            recorder: Recorder::default(),
            now: 0,
            page: Page { items: Vec::new(), height: 0.0 },
            scrolled: 0.0,
            scrolling: None,
            pointer: (visitor.window.0 * 0.6, visitor.window.1 * 0.4),
            left: moves.into(),
            address: Address::Home,
            trail: Vec::new(),
            outlined: HashSet::new(),
            faults: Faults::new(faults),
        };
        let first = match visit.rng.u8(..10) {
            0..5 => Address::Home,
            5..8 => Address::product(&mut visit.rng),
            8 => Address::Category(visit.rng.u32(..4), false),
            _ => Address::Search(visit.rng.u32(..4)),
        };
        visit.load(first);
        while visit.left > 0 {
            visit.step();
        }
        visit.leave();
        visit.recorder.batches
    }

    fn step(&mut self) {
        match self.rng.u8(..100) {
            0..30 => self.read(),
            30..48 => self.scroll_on(),
            48..95 => self.try_something(),
            95..98 => self.look_away(),
            98 if self.visitor.has_mouse() => self.shake(),
            _ => self.wait(1500.0),
        }
    }

    /// Does nothing for about so long, in ms.
    pub(super) fn wait(&mut self, usual: f64) {
        self.now += time(&mut self.rng, usual * self.visitor.leisure).max(1);
    }

    /// Notes what happens now.
    pub(super) fn note(&mut self, kind: EventKind) {
        self.recorder.event(self.now, self.now, kind);
    }

    /// Loads a page from its address.
    pub(super) fn load(&mut self, to: Address) {
        let from = (self.now > 0).then(|| self.address.url());
        if from.is_some() {
            self.leave();
            self.wait(350.0);
        }
        self.trail.push(to);
        self.show(to);
        self.recorder.load(to.url(), to.title());
        self.note(EventKind::Navigation(Navigation { url: to.url(), from, kind: NavigationKind::Load }));
        let (w, h) = self.visitor.window;
        self.note(EventKind::Viewport(Viewport { w, h, doc_w: w, doc_h: self.page.height, dpr: self.visitor.dpr }));
        if self.outlined.insert(to) {
            let hash = format!("{}-{w}", to.path());
            let boxes = self.page.items.iter().map(super::page::Item::outline).collect();
            self.now += 20;
            self.note(EventKind::Layout(Layout { hash, boxes }));
        }
        self.wait(600.0);
        self.meet_faults(to);
    }

    /// Shows the same document under another address.
    pub(super) fn push(&mut self, to: Address) {
        if to == self.address {
            return;
        }
        let from = Some(self.address.url());
        self.show(to);
        self.recorder.go(to.url());
        self.note(EventKind::Navigation(Navigation { url: to.url(), from, kind: NavigationKind::Push }));
    }

    /// Goes back to the page before, if there is one.
    pub(super) fn back(&mut self) {
        if self.trail.len() > 1 {
            self.trail.pop();
            if let Some(to) = self.trail.pop() {
                self.load(to);
            }
        }
    }

    fn show(&mut self, to: Address) {
        self.address = to;
        self.page = to.page(self.visitor.window.0);
        if !self.faults.are_none() {
            let dead = self.page.items.iter_mut().filter(|item| item.click == Click::Dead);
            dead.for_each(|item| item.click = Click::Works);
        }
        (self.scrolled, self.scrolling) = (0.0, None);
    }

    fn leave(&mut self) {
        let url = self.address.url();
        self.note(EventKind::Navigation(Navigation { url, from: None, kind: NavigationKind::Unload }));
        self.recorder.close();
    }

    /// Another tab for a while.
    fn look_away(&mut self) {
        self.note(EventKind::Visibility(Visibility { state: VisibilityState::Hidden }));
        self.wait(9000.0);
        self.note(EventKind::Visibility(Visibility { state: VisibilityState::Visible }));
        self.left -= BY_FINGER;
    }

    /// Follows lines with the pointer, or lets it rest.
    fn read(&mut self) {
        if !self.visitor.has_mouse() || happens(&mut self.rng, 0.35) {
            self.left -= BY_FINGER;
            return self.wait(2200.0);
        }
        for _ in 0..self.rng.u8(2..6) {
            let (x, y) = self.pointer;
            let to = (x + 240.0 * (self.rng.f64() - 0.45), y + 60.0 * (self.rng.f64() - 0.4));
            let way = self.visitor.hand.drift(&mut self.rng, self.pointer, to);
            self.follow(&way);
            self.wait(250.0);
        }
    }

    /// Impatience: to and fro, fast.
    fn shake(&mut self) {
        let (x, y) = self.pointer;
        let width = 60.0 + 160.0 * self.rng.f64();
        let way: Vec<Place> =
            (0..self.rng.u32(8..16)).map(|n| (x + width * f64::from(n % 2), y + 4.0 * self.rng.f64())).collect();
        self.follow(&way);
    }

    /// Moves the pointer, 50 ms from place to place.
    pub(super) fn follow(&mut self, way: &[Place]) {
        let (w, h) = self.visitor.window;
        let mut told = None;
        for &(x, y) in way {
            self.now += SAMPLE_MS;
            self.pointer = (x.clamp(0.0, w - 1.0), y.clamp(0.0, h - 1.0));
            let place = (self.pointer.0.round() as i64, (self.pointer.1 + self.scrolled).round() as i64);
            if told.replace(place) != Some(place) {
                self.recorder.moved(self.now, place.0, place.1);
            }
            self.left -= 1;
        }
    }

    /// Counts what a finger did.
    pub(super) fn by_finger(&mut self) {
        if !self.visitor.has_mouse() {
            self.left -= BY_FINGER;
        }
    }
}
