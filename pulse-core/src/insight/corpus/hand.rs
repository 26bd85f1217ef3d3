//! A visitor of a shop, by mouse or by touch: moves, clicks, scrolls and types as trackers tell it.

use crate::{
    analyze::{
        Report, Timeline,
        detect::{Context, detect},
        summarize,
    },
    model::{
        Batch, BatchId, BatchParts, Click, Custom, DeadClick, Device, Direction, Element, Event, EventKind, Goals,
        Keypress, Layout, LayoutBox, Millis, MouseMove, Navigation, NavigationKind, PageError, Scroll, SessionStart,
        Viewport, ViewportSize, Visibility, VisibilityState,
    },
};

pub(super) const SHOP: &str = "https://shop.test";
const START: Millis = 1_790_000_000_000;

/// One visit as it happens.
pub(super) struct Play {
    chance: u64,
    pub(super) touch: bool,
    at: Millis,
    site: &'static str,
    goals: Goals,
    /// Time between two positions of the pointer, in ms.
    pub(super) tick: Millis,
    /// How long the hand takes, against others.
    pub(super) pace: f64,
    /// Where the pointer is in the window.
    pub(super) x: f64,
    pub(super) y: f64,
    scroll: f64,
    document: f64,
    view: u32,
    page: String,
    title: String,
    events: Vec<Event>,
    batches: Vec<Batch>,
}

impl Play {
    pub(super) fn new(seed: u64, touch: bool) -> Self {
        Self {
            chance: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            touch,
            at: START,
            site: SHOP,
            goals: Goals::new(["/thanks"]),
            tick: 50,
            pace: 1.0,
            x: 400.0,
            y: 300.0,
            scroll: 0.0,
            document: 1_000.0,
            view: 0,
            page: String::new(),
            title: String::new(),
            events: Vec::new(),
            batches: Vec::new(),
        }
    }

    /// The same on another site, with goals of its own, by another tracker and another hand: positions come every 16 to
    /// 120 ms, and a slow hand takes twice as long as a quick one.
    pub(super) fn on(seed: u64, touch: bool, site: &'static str, goal: &'static str) -> Self {
        let place = seed as usize % 5;
        let goals = Goals::new([goal]);
        Self {
            site,
            goals,
            tick: [16, 33, 50, 100, 120][place],
            pace: [0.8, 1.6, 1.0, 1.3, 0.9][place],
            ..Self::new(seed, touch)
        }
    }

    fn width(&self) -> f64 {
        if self.touch { 390.0 } else { 1280.0 }
    }

    fn height(&self) -> f64 {
        if self.touch { 760.0 } else { 800.0 }
    }

    /// From 0 to 1 (xorshift64*).
    pub(super) fn random(&mut self) -> f64 {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        (self.chance.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Give or take a fifth.
    pub(super) fn about(&mut self, value: f64) -> f64 {
        value * (0.8 + 0.4 * self.random())
    }

    fn push(&mut self, kind: EventKind) {
        self.events.push(Event { timestamp: self.at, kind });
    }

    /// A box for this window: pages are laid out for 1,280 px.
    pub(super) fn rect(&self, x: f64, y: f64, w: f64, h: f64) -> [f64; 4] {
        if self.touch { [(x * 0.3).round(), y, (w * 0.3).max(44.0).round(), h] } else { [x, y, w, h] }
    }

    pub(super) fn wait(&mut self, ms: f64) {
        self.at += self.about(ms) as Millis;
    }

    pub(super) fn pause(&mut self, ms: Millis) {
        self.at += ms;
    }

    /// The next page is loaded.
    pub(super) fn load(&mut self, path: &str, title: &str, document: f64, boxes: Vec<LayoutBox>) {
        self.close();
        self.page = format!("{}{path}", self.site);
        self.title = title.to_owned();
        (self.scroll, self.document) = (0.0, document);
        let url = self.page.clone();
        self.push(EventKind::Navigation(Navigation { url, from: None, kind: NavigationKind::Load }));
        let (w, h) = (self.width(), self.height());
        self.push(EventKind::Viewport(Viewport { w, h, doc_w: w, doc_h: document, dpr: 1.0 }));
        self.pause(1_050);
        self.push(EventKind::Layout(Layout { hash: format!("{path}{}", boxes.len()), boxes }));
    }

    /// A page of an application that is drawn without a load.
    pub(super) fn step(&mut self, path: &str, kind: NavigationKind, boxes: Vec<LayoutBox>) {
        let from = Some(std::mem::replace(&mut self.page, format!("{}{path}", self.site)));
        self.push(EventKind::Navigation(Navigation { url: self.page.clone(), from, kind }));
        self.scroll = 0.0;
        self.redraw(boxes);
    }

    /// The page changes in place; its outline is told when it has come to rest.
    pub(super) fn redraw(&mut self, boxes: Vec<LayoutBox>) {
        self.pause(1_050);
        self.push(EventKind::Layout(Layout { hash: format!("{}{}", self.page, self.at), boxes }));
    }

    fn close(&mut self) {
        if self.events.is_empty() {
            return;
        }
        self.view += 1;
        let events = std::mem::take(&mut self.events);
        self.batches.push(Batch::new(BatchParts {
            id: BatchId {
                session: "corpus-session".parse().unwrap(),
                view: format!("view-{:04}", self.view).parse().unwrap(),
                seq: 0,
            },
            received_at: self.at,
            page_url: Some(self.page.clone()),
            title: Some(self.title.clone()),
            shifted_ms: 0,
            moves: Vec::new(),
            events,
        }));
        self.pause(120);
    }

    /// The pointer goes to a place of the window: minimum jerk (Flash & Hogan 1985), with tremor, every tick.
    fn move_to(&mut self, x: f64, y: f64) {
        if self.touch {
            return;
        }
        let (from_x, from_y) = (self.x, self.y);
        let ms = self.pace * self.about(250.0 + (x - from_x).hypot(y - from_y) * 0.7);
        let steps = (ms / self.tick as f64).ceil().max(1.0);
        for step in 1..=steps as usize {
            let t = step as f64 / steps;
            let way = t * t * t * (10.0 - 15.0 * t + 6.0 * t * t);
            let tremor = if t < 1.0 { 2.0 } else { 0.0 };
            self.x = from_x + (x - from_x) * way + (self.random() - 0.5) * tremor;
            self.y = from_y + (y - from_y) * way + (self.random() - 0.5) * tremor;
            self.pause(self.tick);
            self.tell_pointer();
        }
    }

    pub(super) fn tell_pointer(&mut self) {
        let (x, y) = (self.x.round(), (self.y + self.scroll).round());
        self.push(EventKind::MouseMove(MouseMove { x, y }));
    }

    /// The pointer goes to an element, which is scrolled into view.
    pub(super) fn go(&mut self, element: &Element) {
        let [x, y, w, h] = element.rect.unwrap();
        if y < self.scroll || y + h > self.scroll + self.height() {
            self.scroll_to((y - self.height() / 2.0).clamp(0.0, (self.document - self.height()).max(0.0)));
        }
        let (x, y) = (x + w * (0.3 + 0.4 * self.random()), y + h * (0.3 + 0.4 * self.random()));
        self.move_to(x, y - self.scroll);
        (self.x, self.y) = (x, y - self.scroll);
    }

    /// A click on an element, after going there.
    pub(super) fn click(&mut self, element: &Element) {
        self.go(element);
        self.wait(if self.touch { 700.0 } else { 160.0 });
        self.click_here(Some(element));
    }

    /// A click where the pointer is.
    pub(super) fn click_here(&mut self, element: Option<&Element>) {
        let (x, y) = (self.x.round(), (self.y + self.scroll).round());
        let element = element.cloned().map(Box::new);
        self.push(EventKind::Click(Click { x, y, element, ..Click::default() }));
    }

    /// A click at a place of the page that hits `hit`.
    pub(super) fn click_at(&mut self, x: f64, y: f64, hit: &Element) {
        self.move_to(x, y - self.scroll);
        (self.x, self.y) = (x, y - self.scroll);
        self.wait(200.0);
        self.click_here(Some(hit));
    }

    /// The click just made was dead.
    pub(super) fn dead(&mut self) {
        let last = self.events.iter().rev().find_map(|event| match &event.kind {
            EventKind::Click(click) => Some((event.timestamp, click.clone())),
            _ => None,
        });
        let (timestamp, click) = last.unwrap();
        let dead = DeadClick { x: click.x, y: click.y, element: click.element, waited_ms: 2500 };
        self.events.push(Event { timestamp, kind: EventKind::DeadClick(dead) });
    }

    /// Clicks in quick succession.
    pub(super) fn rage(&mut self, element: &Element, clicks: usize, dead: bool) {
        self.go(element);
        for _ in 0..clicks {
            self.wait(190.0);
            self.x += (self.random() - 0.5) * 3.0;
            self.click_here(Some(element));
            if dead {
                self.dead();
            }
        }
        self.wait(2_800.0);
        self.rest(300.0);
    }

    /// A pointer that keeps nearly still.
    pub(super) fn rest(&mut self, ms: f64) {
        let until = self.at + self.about(ms) as Millis;
        while self.at < until {
            self.pause(350);
            if !self.touch {
                self.x += (self.random() - 0.5) * 4.0;
                self.y += (self.random() - 0.5) * 4.0;
                self.tell_pointer();
            }
        }
    }

    /// The pointer is shaken.
    pub(super) fn shake(&mut self) {
        let middle = self.x;
        for step in 0..14 {
            self.x = middle + if step % 2 == 0 { 70.0 } else { -70.0 };
            self.pause(60);
            self.tell_pointer();
        }
        self.x = middle;
    }

    pub(super) fn scroll_to(&mut self, y: f64) {
        let y = y.clamp(0.0, (self.document - self.height()).max(0.0));
        while (self.scroll - y).abs() > 0.5 {
            let step = self.about(170.0).min((self.scroll - y).abs());
            let down = y > self.scroll;
            self.scroll += if down { step } else { -step };
            self.pause(150);
            let depth = ((self.scroll + self.height()) / self.document * 100.0).round();
            let direction = if down { Direction::Down } else { Direction::Up };
            let y = self.scroll.round();
            self.push(EventKind::Scroll(Scroll { depth, y, direction, turned: false, element: None }));
        }
    }

    /// Reads down to a share of the page, resting at each window.
    pub(super) fn read(&mut self, share: f64, ms_each: f64) {
        let end = share * (self.document - self.height()).max(0.0);
        loop {
            self.rest(ms_each);
            if self.scroll >= end - 1.0 {
                return;
            }
            self.scroll_to((self.scroll + self.height() * 0.6).min(end));
        }
    }

    /// Key presses in a field of a kind, about 200 ms apart.
    pub(super) fn keys(&mut self, presses: usize, field: &str) {
        let mut last = None;
        for _ in 0..presses {
            self.wait(200.0 * self.pace);
            let interval_ms = last.map(|last| (self.at - last) as f64);
            last = Some(self.at);
            self.push(EventKind::Keypress(Keypress { interval_ms, hold_ms: Some(80.0), field: field.to_owned() }));
        }
    }

    /// Clicks a field and types into it.
    pub(super) fn fill(&mut self, field: &Element, presses: usize) {
        self.click(field);
        self.wait(500.0);
        let kind = if field.path.contains("mail") { "email" } else { "text" };
        self.keys(presses, kind);
        self.wait(400.0);
    }

    pub(super) fn away(&mut self, ms: f64) {
        self.push(EventKind::Visibility(Visibility { state: VisibilityState::Hidden }));
        self.wait(ms);
        self.push(EventKind::Visibility(Visibility { state: VisibilityState::Visible }));
        self.wait(600.0);
    }

    pub(super) fn error(&mut self, message: &str) {
        self.pause(180);
        self.push(EventKind::Error(PageError { name: "TypeError".to_owned(), message: message.to_owned() }));
    }

    pub(super) fn goal(&mut self) {
        self.push(EventKind::Custom(Custom { name: Goals::EVENT.to_owned(), props: Default::default() }));
    }

    /// Text was selected by the click just made.
    pub(super) fn selected(&mut self) {
        if let Some(Event { kind: EventKind::Click(click), .. }) = self.events.last_mut() {
            click.selected = true;
        }
    }

    /// The report, after leaving.
    pub(super) fn report(mut self) -> Report {
        self.wait(300.0);
        let url = self.page.clone();
        self.push(EventKind::Navigation(Navigation { url, from: None, kind: NavigationKind::Unload }));
        self.close();
        let timeline = Timeline::new(std::mem::take(&mut self.batches));
        let device = if self.touch { Device::Mobile } else { Device::Desktop };
        let context = Context { device, goals: self.goals.clone(), ..Context::default() };
        let start = SessionStart {
            session_id: "corpus-session".parse().unwrap(),
            visitor_id: None,
            started_at: START,
            page_url: self.site.to_owned(),
            title: None,
            referrer: None,
            device,
            viewport: Some(ViewportSize { w: self.width(), h: self.height() }),
            excluded: None,
        };
        let diagnosis = detect(&timeline, &context);
        Report::new(&start, &timeline, &context.thresholds, summarize(&timeline, &context.thresholds), diagnosis)
    }
}

/// An element of a tag, with a label, at a place.
pub(super) fn element(tag: &str, id: &str, label: &str, rect: [f64; 4]) -> Element {
    Element {
        tag: tag.to_owned(),
        label: Some(label.to_owned()).filter(|label| !label.is_empty()),
        rect: Some(rect),
        interactive: matches!(tag, "button" | "a" | "input" | "select"),
        role: (tag == "input").then(|| "textbox".to_owned()),
        ..Element::from_selector(id)
    }
}

/// A box of an outline.
pub(super) fn drawn(kind: &str, rect: [f64; 4], label: &str) -> LayoutBox {
    let l = Some(label.to_owned()).filter(|label| !label.is_empty());
    LayoutBox { k: kind.to_owned(), r: rect, l }
}
