//! Targets that are missed.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{alone, drawn, middle, named, outline, told};
use crate::{
    analyze::{
        detect::*,
        testing::{SHOP, click, click_on, dead_click, load},
    },
    model::{Element, Event, EventKind, Millis},
};

/// Controls of a page: path, tag, label and box. All but the fourth are in its outline.
const CONTROLS: [(&str, &str, &str, [f64; 4]); 9] = [
    // Two links, 10 px apart; the shorter side allows for 15 px.
    ("#a", "a", "Apples", [100.0, 100.0, 80.0, 20.0]),
    ("#b", "a", "Bananas", [100.0, 130.0, 80.0, 20.0]),
    // Two buttons, 10 px apart, which are too large for that.
    ("#c", "button", "Cherries", [100.0, 300.0, 80.0, 33.0]),
    ("#d", "button", "Dates", [100.0, 343.0, 80.0, 33.0]),
    // Two links, 5 px apart, of which three quarters are less than 12 px.
    ("#e", "a", "Elderberries", [100.0, 500.0, 80.0, 10.0]),
    ("#f", "a", "Figs", [100.0, 515.0, 80.0, 10.0]),
    // Too large to be missed, just so large that it is, and a small one near the large one.
    ("#g", "button", "Grapes", [600.0, 100.0, 200.0, 49.0]),
    ("#h", "button", "Hazelnuts", [600.0, 400.0, 200.0, 48.0]),
    ("#i", "button", "Ilama", [600.0, 174.0, 200.0, 48.0]),
];
const NOT_DRAWN: usize = 3;

/// Places beside the controls, and in the first one.
const BESIDE: [(f64, f64); 13] = [
    (188.0, 310.0),
    (189.0, 310.0),
    (204.0, 310.0),
    (205.0, 310.0),
    (212.0, 310.0),
    (213.0, 310.0),
    (140.0, 124.0),
    (140.0, 127.0),
    (140.0, 400.0),
    (700.0, 159.0),
    (700.0, 384.0),
    (700.0, 80.0),
    (140.0, 110.0),
];

/// For each pair of neighbours, the height at which the first one is near enough to the second, and at which it is not.
const NEAR: [[f64; 2]; 3] = [[115.0, 114.5], [331.0, 330.5], [503.0, 502.5]];

/// Part of a visit on the page of [`CONTROLS`].
#[derive(Debug, Clone, Copy)]
enum Scene {
    /// Clicks beside: which place, what is hit there, whether they are dead or select text, and how many.
    Beside { place: usize, thing: usize, how: usize, times: usize },
    /// A click on a control.
    Hit { control: usize },
    /// The first control of a pair opens a page after so long, which is left after so long; it is hit again some times,
    /// and then the other control or what lies under it, which may open a page for so long.
    Wrong { pair: usize, far: usize, after: Millis, stay: Millis, again: usize, then: bool, opens: Option<Millis> },
}

fn scene() -> impl Strategy<Value = Scene> {
    let beside = (0..BESIDE.len(), 0..5_usize, prop::sample::select(vec![0, 0, 0, 0, 1, 2]), 1..3_usize);
    let select = |ms: Vec<Millis>| prop::sample::select(ms);
    let opens = prop::option::of(select(vec![5000, 5001]));
    let wrong =
        (0..3_usize, 0..2_usize, select(vec![2000, 8000, 8001]), select(vec![5000, 5001]), 0..4_usize, 0..5_u8, opens);
    prop_oneof![
        4 => beside.prop_map(|(place, thing, how, times)| Scene::Beside { place, thing, how, times }),
        1 => (0..CONTROLS.len()).prop_map(|control| Scene::Hit { control }),
        2 => wrong.prop_map(|(pair, far, after, stay, again, then, opens)| {
            Scene::Wrong { pair, far, after, stay, again, then: then > 0, opens }
        }),
    ]
}

/// A click on the page of [`CONTROLS`].
#[derive(Debug, Clone, Copy)]
struct Aimed {
    at: Millis,
    x: f64,
    y: f64,
    /// What it hit: a control, or another thing by number.
    on: Result<usize, usize>,
    /// Whether it is neither dead nor selects text.
    is_plain: bool,
}

/// A visit to the page of [`CONTROLS`] and to pages that it opens, each for the first time.
#[derive(Debug, Default)]
struct Aims {
    at: Millis,
    events: Vec<Event>,
    clicks: Vec<Aimed>,
    /// When another page was entered, and when it was left for this one again.
    opened: Vec<(Millis, Millis)>,
}

impl Aims {
    fn new(scenes: &[(Millis, Scene)]) -> Self {
        let boxes = CONTROLS
            .iter()
            .enumerate()
            .filter(|(n, _)| *n != NOT_DRAWN)
            .map(|(_, (_, tag, label, rect))| drawn(if *tag == "a" { "link" } else { "button" }, *rect, label));
        let events = vec![load(1_000_000, ""), outline(1_000_000, boxes.collect())];
        let mut aims = Self { at: 1_000_000, events, ..Self::default() };
        for &(wait, scene) in scenes {
            aims.at += wait;
            match scene {
                Scene::Beside { place, thing, how, times } => {
                    for _ in 0..times {
                        aims.at += 700;
                        aims.click(BESIDE[place], Err(thing), how);
                    }
                }
                Scene::Hit { control } => aims.hit(control),
                Scene::Wrong { pair, far, after, stay, again, then, opens } => {
                    let (wrong, right) = (2 * pair, 2 * pair + 1);
                    aims.click((140.0, NEAR[pair][far]), Ok(wrong), 0);
                    aims.open(after, stay);
                    for _ in 0..again {
                        aims.at += 700;
                        aims.hit(wrong);
                    }
                    aims.at += 900;
                    match then {
                        true => aims.hit(right),
                        false => aims.click(middle(CONTROLS[right].3), Err(0), 0),
                    }
                    if let Some(stay) = opens {
                        aims.open(600, stay);
                    }
                }
            }
        }
        aims
    }

    fn hit(&mut self, control: usize) {
        self.click(middle(CONTROLS[control].3), Ok(control), 0);
    }

    fn click(&mut self, (x, y): (f64, f64), on: Result<usize, usize>, how: usize) {
        let thing = |(path, tag)| Element { interactive: false, ..named(path, tag, "", [0.0, 0.0, 900.0, 900.0]) };
        let element = match on {
            Ok(control) => {
                let (path, tag, label, rect) = CONTROLS[control];
                Some(named(path, tag, label, rect))
            }
            Err(other) => {
                let things = [("main>div", "div"), ("main>p", "p"), ("main>img", "img"), ("main>h2", "h2")];
                things.get(other).copied().map(thing)
            }
        };
        let mut event = match &element {
            Some(element) => click_on(self.at, x, y, element),
            None => click(self.at, x, y),
        };
        if let EventKind::Click(click) = &mut event.kind {
            click.selected = how == 2;
        }
        self.events.push(event);
        if how == 1 {
            self.events.push(dead_click(self.at, x, y, element.as_ref(), 2500));
        }
        self.clicks.push(Aimed { at: self.at, x, y, on, is_plain: how == 0 });
    }

    fn open(&mut self, after: Millis, stay: Millis) {
        let entered = self.at + after;
        self.at = entered + stay;
        let path = char::from(b'a' + self.opened.len() as u8).to_string();
        self.events.extend([load(entered, &path), load(self.at, "")]);
        self.opened.push((entered, self.at));
    }

    /// From a place to a control's box.
    fn distance(control: usize, x: f64, y: f64) -> f64 {
        let [left, top, w, h] = CONTROLS[control].3;
        (x.clamp(left, left + w) - x).hypot(y.clamp(top, top + h) - y)
    }

    /// The control beside which a click was.
    fn beside(&self, click: &Aimed, is_touch: bool) -> Option<usize> {
        let Err(thing) = click.on else { return None };
        let most = match thing {
            2 | 3 => 8.0,
            _ if is_touch => 32.0,
            _ => 24.0,
        };
        let is_known =
            |control: &usize| *control != NOT_DRAWN || self.clicks.iter().any(|click| click.on == Ok(*control));
        let px = |control: &usize| Self::distance(*control, click.x, click.y);
        let nearest = (0..CONTROLS.len()).filter(is_known).min_by(|a, b| px(a).total_cmp(&px(b)))?;
        let is_small = CONTROLS[nearest].3[3] <= 48.0;
        (click.is_plain && is_small && px(&nearest) > 0.0 && px(&nearest) <= most).then_some(nearest)
    }

    /// The control that was meant by a click that opened its neighbour.
    fn beside_neighbour(&self, number: usize) -> Option<usize> {
        let click = self.clicks[number];
        let wrong = click.on.ok()?;
        let (entered, left) = self.opened.iter().copied().find(|(entered, _)| *entered > click.at)?;
        let other = self.clicks.iter().any(|c| c.at > click.at && c.at < entered && c.on != click.on);
        if other || entered - click.at > 8000 || left - entered > 5000 {
            return None;
        }
        let mut later = self.clicks.iter().filter(|later| later.at >= left).take(3);
        let then = later.find(|later| later.on != click.on)?;
        let right = then.on.ok()?;
        let shorter = CONTROLS[wrong].3[3];
        let reach = if shorter <= 32.0 { (shorter * 3.0 / 4.0).max(12.0) } else { 12.0 };
        let next = self.opened.iter().find(|(entered, _)| *entered > then.at);
        let left_too = next.is_some_and(|(entered, left)| left - entered <= 5000);
        (Self::distance(right, click.x, click.y) <= reach && !left_too).then_some(right)
    }

    fn expected(&self, is_touch: bool) -> BTreeMap<String, (usize, Millis, Millis)> {
        let mut missed: BTreeMap<usize, Vec<(Millis, bool)>> = BTreeMap::new();
        for (number, click) in self.clicks.iter().enumerate() {
            if let Some(control) = self.beside(click, is_touch) {
                missed.entry(control).or_default().push((click.at, false));
            }
            if let Some(control) = self.beside_neighbour(number) {
                missed.entry(control).or_default().push((click.at, true));
            }
        }
        missed.retain(|_, misses| misses.len() >= 2 || misses.iter().any(|(_, neighbour)| *neighbour));
        let of = |(control, misses): (usize, Vec<(Millis, bool)>)| {
            let (path, _, label, _) = CONTROLS[control];
            let is_clicked = self.clicks.iter().any(|click| click.on == Ok(control));
            let name = if is_clicked { path.to_owned() } else { format!("“{label}”") };
            (format!("{SHOP} {name}"), (misses.len(), misses[0].0, misses[misses.len() - 1].0))
        };
        missed.into_iter().map(of).collect()
    }
}

proptest! {
    /// Clicks beside controls, and on neighbours that are left at once.
    #[test]
    fn missed_targets_as_by_the_definition(
        scenes in prop::collection::vec((prop::sample::select(vec![600, 9000_i64]), scene()), 0..12),
        device in prop::sample::select(vec![Device::Desktop, Device::Mobile]),
    ) {
        let aims = Aims::new(&scenes);
        let context = Context { device, ..Context::default() };
        let found = told(&alone(&aims.events, &context, missed_target::missed_target));
        prop_assert_eq!(found, aims.expected(device == Device::Mobile));
    }
}
