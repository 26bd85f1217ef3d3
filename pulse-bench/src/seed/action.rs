//! What visitors do to a page: scroll it, aim at something, click, type.

use pulse_core::model::{
    Click as ClickEvent, DeadClick, Direction, Element, EventKind, Keypress, PageError, RageClick, Scroll,
};

use super::{
    chance::{between, happens, normal, time},
    page::{Click, Item},
    shop::Address,
    visit::Visit,
};

/// The tracker tells of a scroll this often, in ms.
const SCROLL_MS: i64 = 150;

/// How long the tracker waits for an answer to a click, in ms.
const DEAD_AFTER_MS: u32 = 2500;

impl Visit<'_> {
    /// Further down, and now and then back up.
    pub(super) fn scroll_on(&mut self) {
        let screen = self.visitor.window.1;
        let by = if happens(&mut self.rng, 0.2) { -0.8 } else { 0.9 } * screen * between(&mut self.rng, 0.2, 1.4);
        self.scroll_to(self.scrolled + by);
        self.by_finger();
        self.wait(900.0);
    }

    fn scroll_to(&mut self, y: f64) {
        let screen = self.visitor.window.1;
        let end = y.clamp(0.0, (self.page.height - screen).max(0.0)).round();
        while (end - self.scrolled).abs() >= 1.0 {
            let direction = if end > self.scrolled { Direction::Down } else { Direction::Up };
            let step = between(&mut self.rng, 80.0, 260.0).min((end - self.scrolled).abs());
            self.scrolled = (self.scrolled + if direction == Direction::Down { step } else { -step }).round();
            self.now += SCROLL_MS;
            let depth = ((self.scrolled + screen) / self.page.height * 100.0).round().min(100.0);
            let turned = self.scrolling.replace(direction).is_some_and(|before| before != direction);
            self.note(EventKind::Scroll(Scroll { depth, y: self.scrolled, direction, turned, element: None }));
        }
    }

    /// Aims at something that draws them, and mostly clicks it.
    pub(super) fn try_something(&mut self) {
        let all: u32 = self.page.items.iter().map(|item| item.draw).sum();
        let mut drawn = self.rng.u32(..all.max(1));
        let chosen = self.page.items.iter().find(|item| match drawn.checked_sub(item.draw) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        });
        let Some(item) = chosen.cloned() else { return };
        let within = (between(&mut self.rng, 0.25, 0.75), between(&mut self.rng, 0.25, 0.75));
        self.aim(&item, within);
        let click = match item.click {
            Click::Rests => happens(&mut self.rng, 0.15),
            _ => happens(&mut self.rng, 0.6),
        };
        // Some are sure at once, and some are not.
        let usual = if !click || happens(&mut self.rng, 0.08) { 1900.0 } else { 180.0 };
        self.wait(usual);
        if click {
            self.click(&item, within);
        }
    }

    /// Aims at something and clicks it.
    pub(super) fn use_item(&mut self, item: &Item) {
        let within = (between(&mut self.rng, 0.25, 0.75), between(&mut self.rng, 0.25, 0.75));
        self.aim(item, within);
        self.wait(180.0);
        self.click(item, within);
    }

    /// Brings an item into sight and the pointer to it.
    fn aim(&mut self, item: &Item, within: (f64, f64)) {
        let [x, y, w, h] = item.rect;
        let screen = self.visitor.window.1;
        let place = |scrolled: f64| (x + w * within.0, y + h * within.1 - scrolled);
        if item.element.fixed {
            self.reach(place(0.0), w.min(h));
            return;
        }
        if !(70.0..screen - 20.0).contains(&place(self.scrolled).1) {
            let up = between(&mut self.rng, 0.3, 0.7);
            self.scroll_to(y + h * within.1 - screen * up);
            self.by_finger();
            self.wait(400.0);
        }
        self.reach(place(self.scrolled), w.min(h));
    }

    fn reach(&mut self, to: (f64, f64), size: f64) {
        if self.visitor.has_mouse() {
            let way = self.visitor.hand.reach(&mut self.rng, self.pointer, to, size);
            self.follow(&way);
        } else {
            self.pointer = to;
        }
    }

    fn click(&mut self, item: &Item, within: (f64, f64)) {
        let element = self.element_now(item);
        let place = self.press(&element, within);
        match item.click {
            Click::Goes(to) => {
                self.wait(150.0);
                self.load(to);
                if happens(&mut self.rng, 0.12) {
                    self.wait(1500.0);
                    self.back();
                }
            }
            Click::Sorts(to) => {
                self.wait(60.0);
                self.push(to);
            }
            Click::Breaks => {
                self.fail();
                self.wait(1600.0);
            }
            Click::Works => {
                if self.faults.are_none() && happens(&mut self.rng, 0.03) {
                    self.fail();
                }
                self.wait(700.0);
            }
            Click::Rests => self.wait(400.0),
            Click::Counts => {
                for _ in 0..self.rng.u8(..5) {
                    self.now += time(&mut self.rng, 240.0);
                    self.press(&element, within);
                }
            }
            Click::Field(kind) => self.fill_in(kind),
            Click::Dead => self.get_no_answer(&element, within, place),
            Click::Fails => self.order(&element, within),
        }
    }

    /// The element where it is now: what is fixed has scrolled along.
    fn element_now(&self, item: &Item) -> Element {
        let [x, y, w, h] = item.rect;
        let top = if item.element.fixed { y + self.scrolled } else { y };
        Element { rect: Some([x, top, w, h]), ..item.element.clone() }
    }

    /// One click, not exactly where the last one was.
    fn press(&mut self, element: &Element, within: (f64, f64)) -> (f64, f64) {
        let [left, top, w, h] = element.rect.unwrap_or_default();
        let slip =
            |rng: &mut fastrand::Rng, at: f64, size: f64| (at * size + 1.5 * normal(rng)).clamp(0.0, size).round();
        let (dx, dy) = (slip(&mut self.rng, within.0, w), slip(&mut self.rng, within.1, h));
        let share = |of: f64, size: f64| (size > 0.0).then(|| (of / size * 1000.0).round() / 1000.0);
        let (x, y) = (left + dx, top + dy);
        let element = Some(Box::new(element.clone()));
        let click = ClickEvent { x, y, element, rx: share(dx, w), ry: share(dy, h), ..ClickEvent::default() };
        self.note(EventKind::Click(click));
        self.by_finger();
        (x, y)
    }

    /// Nothing answers a click at a place: one waits, or loses patience.
    fn get_no_answer(&mut self, element: &Element, within: (f64, f64), (mut x, mut y): (f64, f64)) {
        let first = self.now;
        let count = if happens(&mut self.rng, 0.4) { self.rng.u32(2..10) } else { 0 };
        for _ in 0..count {
            self.now += time(&mut self.rng, 210.0).min(450);
            (x, y) = self.press(element, within);
        }
        let (last, element) = (self.now, Some(Box::new(element.clone())));
        if count > 0 {
            self.now += 1000;
            let span_ms = u32::try_from(last - first).unwrap_or_default();
            let rage = RageClick { x, y, count: count + 1, span_ms, element: element.clone() };
            self.recorder.event(self.now, first, EventKind::RageClick(rage));
        }
        self.now = last + i64::from(DEAD_AFTER_MS);
        let dead = DeadClick { x, y, element, waited_ms: DEAD_AFTER_MS };
        self.recorder.event(self.now, last, EventKind::DeadClick(dead));
    }

    /// An order goes through, or a script fails and one tries again.
    fn order(&mut self, element: &Element, within: (f64, f64)) {
        while self.faults.are_none() && happens(&mut self.rng, 0.3) {
            self.fail();
            self.wait(1600.0);
            self.press(element, within);
        }
        self.wait(500.0);
        let order = Address::Order(self.rng.u32(10_000..99_999));
        self.load(order);
    }

    /// A script stumbles over what was clicked.
    fn fail(&mut self) {
        self.now += time(&mut self.rng, 90.0);
        let message = "total is undefined".to_owned();
        self.note(EventKind::Error(PageError { name: "TypeError".into(), message }));
    }

    fn fill_in(&mut self, kind: &str) {
        let mut before = None;
        for _ in 0..self.rng.u8(4..20) {
            let interval = time(&mut self.rng, 190.0);
            self.now += interval;
            let hold_ms = Some(time(&mut self.rng, 85.0) as f64);
            let interval_ms = before.replace(self.now).map(|_| interval as f64);
            self.note(EventKind::Keypress(Keypress { interval_ms, hold_ms, field: kind.to_owned() }));
        }
        self.by_finger();
    }
}
