//! What a hand does on a map: drags, pinches, turns a wheel, presses keys.

use std::{cell::RefCell, rc::Rc};

use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::window,
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, WheelEvent};
use yew::prelude::*;

use super::stage::Probe;
use crate::{
    browser::show,
    map::{Frame, Gaze, Grip, STEP, wheel_zoom},
    route::View,
};

/// Share of a canvas that a press of an arrow key moves along.
const STRIDE: f64 = 0.15;
/// A second click this near to the first, in CSS pixels, lets what is clicked go.
const SAME: f64 = 8.0;
/// CSS pixels of a line, where a wheel counts lines.
const LINE: f64 = 16.0;

/// What to attach to the canvas.
pub(super) struct Input {
    pub(super) onkeydown: Callback<KeyboardEvent>,
    pub(super) onpointerdown: Callback<PointerEvent>,
    pub(super) onpointermove: Callback<PointerEvent>,
    pub(super) onpointerup: Callback<PointerEvent>,
    pub(super) onpointerleave: Callback<PointerEvent>,
}

/// The frame as the latest event left it: there may be several of them before it is drawn.
#[derive(Clone)]
struct Latest {
    frame: Rc<RefCell<Option<Frame>>>,
    gaze: UseStateSetter<Gaze>,
}

impl Latest {
    /// Looks another way; false when that makes no difference.
    fn look(&self, gaze: impl FnOnce(&Frame) -> Gaze) -> bool {
        let mut latest = self.frame.borrow_mut();
        let Some(before) = *latest else { return false };
        let after = Frame::new(before.page, (before.width, before.height), gaze(&before));
        self.gaze.set(after.gaze());
        latest.replace(after) != Some(after)
    }

    /// Moves along as far as the page goes, and gives back how far it did not.
    fn drag(&self, (across, down): (f64, f64)) -> f64 {
        let top = |latest: &Self| latest.frame.borrow().map_or(0.0, |frame| frame.top);
        let before = top(self);
        self.look(|frame| frame.moved(-across, -down));
        -down - (top(self) - before)
    }
}

#[hook]
pub(super) fn use_input(
    canvas: NodeRef,
    frame: Option<Frame>,
    gaze: UseStateSetter<Gaze>,
    probe: UseStateSetter<Probe>,
    link: Option<View>,
) -> Input {
    let latest = Latest { frame: use_mut_ref(|| None), gaze };
    *latest.frame.borrow_mut() = frame;
    let grip = use_mut_ref(Grip::default);
    use_wheel(canvas, latest.clone());
    // What was clicked stays in question while the pointer goes to its link.
    let pinned = use_mut_ref(|| None::<(f64, f64)>);
    let onkeydown = {
        let (latest, probe, pinned) = (latest.clone(), probe.clone(), pinned.clone());
        Callback::from(move |event: KeyboardEvent| {
            let is_shortcut = event.ctrl_key() || event.meta_key() || event.alt_key();
            match (event.key().as_str(), &link) {
                ("Enter", Some(link)) => return show(link),
                ("Escape", _) => {
                    *pinned.borrow_mut() = None;
                    return probe.set(Probe::Nothing);
                }
                _ => {}
            }
            if !is_shortcut && latest.frame.borrow().is_some_and(|frame| keyed(&event.key(), &frame).is_some()) {
                event.prevent_default();
                latest.look(|frame| keyed(&event.key(), frame).unwrap_or_else(|| frame.gaze()));
            }
        })
    };
    let onpointerdown = {
        let grip = grip.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                if let Some(canvas) = event.target_dyn_into::<HtmlCanvasElement>() {
                    // Without it, a drag ends where the canvas does.
                    let _ = canvas.set_pointer_capture(event.pointer_id());
                }
                grip.borrow_mut().press(event.pointer_id(), place(&event));
            }
        })
    };
    let onpointermove = {
        let (grip, latest, probe, pinned) = (grip.clone(), latest.clone(), probe.clone(), pinned.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(pull) = grip.borrow_mut().pull(event.pointer_id(), place(&event)) else {
                if pinned.borrow().is_none() {
                    probe.set(Probe::Pointer(place(&event)));
                }
                return;
            };
            if pull.factor != 1.0 {
                latest.look(|frame| frame.zoomed(pull.factor, pull.middle));
            }
            let rest = latest.drag(pull.by);
            // A finger that is at the end of the map goes on with the page.
            if event.pointer_type() == "touch" && rest != 0.0 {
                window().scroll_by_with_x_and_y(0.0, rest);
            }
        })
    };
    let onpointerup = {
        let (grip, probe, pinned) = (grip.clone(), probe.clone(), pinned.clone());
        Callback::from(move |event: PointerEvent| {
            if grip.borrow_mut().release(event.pointer_id()) {
                let at = place(&event);
                let is_same = |(x, y): (f64, f64)| (x - at.0).hypot(y - at.1) < SAME;
                let again = pinned.take().is_some_and(is_same);
                if !again {
                    *pinned.borrow_mut() = Some(at);
                }
                probe.set(Probe::Pointer(at));
            }
        })
    };
    let onpointerleave = Callback::from(move |event: PointerEvent| {
        if event.pointer_type() != "touch" && pinned.borrow().is_none() {
            probe.set(Probe::Nothing);
        }
    });
    Input { onkeydown, onpointerdown, onpointermove, onpointerup, onpointerleave }
}

fn place(event: &PointerEvent) -> (f64, f64) {
    (event.offset_x().into(), event.offset_y().into())
}

/// Where a key leads, if it leads anywhere.
fn keyed(key: &str, frame: &Frame) -> Option<Gaze> {
    let (across, down) = (frame.width * STRIDE, frame.height * STRIDE);
    let middle = (frame.width / 2.0, frame.height / 2.0);
    Some(match key {
        "+" | "=" => frame.zoomed(STEP, middle),
        "-" => frame.zoomed(1.0 / STEP, middle),
        "0" => Gaze::default(),
        "ArrowRight" => frame.moved(across, 0.0),
        "ArrowLeft" => frame.moved(-across, 0.0),
        "ArrowDown" => frame.moved(0.0, down),
        "ArrowUp" => frame.moved(0.0, -down),
        _ => return None,
    })
}

/// A wheel moves the map, and with Control or Command, as a pinch on a trackpad reports it, zooms. Where the map ends,
/// the page goes on.
#[hook]
fn use_wheel(canvas: NodeRef, latest: Latest) {
    use_effect_with((), move |()| {
        let listener = canvas.cast::<HtmlCanvasElement>().map(|canvas| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&canvas, "wheel", options, move |event| {
                let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
                let unit = if wheel.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LINE };
                let (across, down) = (wheel.delta_x() * unit, wheel.delta_y() * unit);
                let at = (wheel.offset_x().into(), wheel.offset_y().into());
                let is_zoom = wheel.ctrl_key() || wheel.meta_key();
                let moved = latest
                    .look(|frame| if is_zoom { frame.zoomed(wheel_zoom(down), at) } else { frame.moved(across, down) });
                if is_zoom || moved {
                    wheel.prevent_default();
                }
            })
        });
        move || drop(listener)
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_zoom_and_move() {
        let frame = Frame::new((1000.0, 4000.0), (500.0, 400.0), Gaze::default());
        let scale = |key| Frame::new(frame.page, (500.0, 400.0), keyed(key, &frame).unwrap()).scale;
        assert!(scale("+") > frame.scale && scale("-") < frame.scale && scale("0") == frame.scale);
        assert_eq!(keyed("ArrowDown", &frame).unwrap().y, 120.0);
        assert_eq!(keyed("n", &frame), None);
    }
}
