//! Hands at work, as models of pointing make them: calm motion with all that a hand adds to a straight line.
//!
//! A reach is a fast first movement of minimum jerk (Flash & Hogan 1985) that takes the time of Fitts' law, ends beside its
//! target by a share of the way (Meyer et al. 1988), and is followed by corrections after a reaction time; over it lies
//! tremor of 8 to 12 Hz. Between reaches the hand rests, fidgets, or swings the pointer out of the way.

use std::f64::consts::TAU;

use super::{
    SEEDS,
    hand::{Play, element},
};
use crate::analyze::Report;

/// Visits for each seed.
const HANDS: u64 = 14;
/// Targets of one visit.
const REACHES: usize = 45;

/// Visits of work without a task problem, by mouse.
pub(super) fn all() -> Vec<(String, Report)> {
    let visit = |seed: u64, hand: u64| {
        let mut p = Play::on(seed + 5 * hand, false, "https://office.test", "*/done");
        work(&mut p);
        (format!("hand {hand} (mouse, {seed})"), p.report())
    };
    SEEDS.flat_map(|seed| (0..HANDS).map(move |hand| visit(seed, hand))).collect()
}

fn work(p: &mut Play) {
    p.load("/desk", "Desk", 900.0, Vec::new());
    for _ in 0..REACHES {
        let (x, y) = (60.0 + 1_150.0 * p.random(), 60.0 + 700.0 * p.random());
        let width = 16.0 + 180.0 * p.random() * p.random();
        reach(p, x, y, width);
        match (p.random() * 8.0) as u32 {
            0 => swing(p),
            1 => fidget(p),
            2..=4 => p.rest(900.0),
            _ => {
                p.wait(180.0);
                let side = width.max(20.0);
                let thing = element(
                    "button",
                    &format!("#b{}-{}", x as u32, y as u32),
                    "",
                    [x - side / 2.0, y - side / 2.0, side, side],
                );
                p.click_here(Some(&thing));
                p.rest(700.0);
            }
        }
    }
}

/// Goes to a target of a width: a first movement, and corrections until it is in.
fn reach(p: &mut Play, x: f64, y: f64, width: f64) {
    loop {
        let (dx, dy) = (x - p.x, y - p.y);
        let way = dx.hypot(dy);
        if way <= width / 2.0 {
            return;
        }
        let ms = p.pace * p.about(90.0 + 140.0 * (way / width + 1.0).log2());
        // Short of the target more often than beyond it, and beside it a little.
        let (along, aside) = (0.86 + 0.2 * p.random(), (p.random() - 0.5) * 0.12);
        let to = (p.x + dx * along - dy * aside, p.y + dy * along + dx * aside);
        glide(p, to, ms);
        let ms = 90.0 + 90.0 * p.random();
        p.pause(ms as i64);
    }
}

/// One movement of minimum jerk, bent a little, with tremor.
fn glide(p: &mut Play, to: (f64, f64), ms: f64) {
    let (from, bend) = ((p.x, p.y), (p.random() - 0.5) * 0.1);
    let (hertz, phase, tremor) = (8.0 + 4.0 * p.random(), TAU * p.random(), 0.4 + 1.2 * p.random());
    let steps = (ms / p.tick as f64).ceil().max(1.0);
    for step in 1..=steps as usize {
        let t = step as f64 / steps;
        let way = t * t * t * (10.0 - 15.0 * t + 6.0 * t * t);
        let shake = tremor * (TAU * hertz * t * ms / 1_000.0 + phase).sin();
        let arc = bend * (TAU * way / 2.0).sin();
        p.x = from.0 + (to.0 - from.0) * way - (to.1 - from.1) * arc + shake;
        p.y = from.1 + (to.1 - from.1) * way + (to.0 - from.0) * arc + shake * 0.7;
        p.pause(p.tick);
        p.tell_pointer();
    }
}

/// Out of the way and back, as when something is read that lies under the pointer.
fn swing(p: &mut Play) {
    let (x, y) = (p.x, p.y);
    let ms = p.pace * p.about(260.0);
    glide(p, (x + 240.0, y + 60.0), ms);
    p.rest(500.0);
    glide(p, (x, y), ms);
}

/// Small circles while thinking, one in about half a second.
fn fidget(p: &mut Play) {
    let (x, y, radius) = (p.x, p.y, 10.0 + 25.0 * p.random());
    let round_ms = p.pace * p.about(520.0);
    let steps = (3.0 * round_ms / p.tick as f64) as usize;
    for step in 0..steps {
        let angle = TAU * step as f64 * p.tick as f64 / round_ms;
        (p.x, p.y) = (x + radius * angle.sin(), y + radius * (1.0 - angle.cos()));
        p.pause(p.tick);
        p.tell_pointer();
    }
}
