//! A map on a canvas that uses the height that is there, can be zoomed and moved, and says what is pointed at, by
//! pointer or by keyboard.

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::{
    readout::{self, readout},
    stage_input::use_input,
    zoom::{self, zoom},
};
use crate::{
    browser::{Painter, Sight, use_look, use_size},
    map::{Draw, Frame, Gaze, Mark, Paint, Scene, Spot},
    route::{Filter, View},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) scene: Scene,
    pub(super) testid: &'static str,
    pub(super) label: &'static str,
    /// The visits that the scene is made of: what is pointed at leads to some of them.
    #[prop_or_default]
    pub(super) visits: Option<Filter>,
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Probe {
    /// Nothing in particular.
    Nothing,
    /// The pointer is here, in CSS pixels of the canvas.
    Pointer((f64, f64)),
    /// This mark was stepped to.
    Mark(usize),
}

#[component]
pub(super) fn Stage(props: &Props) -> Html {
    let Props { scene, testid, label, visits } = props;
    let (canvas, well) = (use_node_ref(), use_node_ref());
    let probe = use_state_eq(|| Probe::Nothing);
    let gaze = use_state_eq(Gaze::default);
    let page = scene.size();
    let frame = use_size(well.clone()).map(|size| Frame::new(page, size, *gaze));
    let marks = use_memo(Still(scene.clone()), |Still(scene)| scene.marks());
    let seen = &marks[..scene.seen(&marks)];
    let (ring, said) = said(scene, frame, seen, *probe);

    // Another page is seen from its top.
    use_effect_with((page.0.to_bits(), page.1.to_bits()), {
        let gaze = gaze.setter();
        move |_| gaze.set(Gaze::default())
    });
    use_painting(canvas.clone(), scene, frame, ring);
    use_following(&gaze, frame, scene.focus());
    let link = visits.as_ref().zip(frame).and_then(|(visits, frame)| behind(scene, &frame, seen, *probe, visits));
    let input = use_input(canvas.clone(), frame, gaze.setter(), probe.setter(), link.clone());

    let step = {
        let (probe, gaze, marks, count) = (probe.clone(), gaze.setter(), marks.clone(), seen.len());
        Callback::from(move |forward: bool| {
            let Some(i) = stepped(*probe, count, forward) else { return };
            probe.set(Probe::Mark(i));
            if let Some(seen) = frame.and_then(|frame| frame.seeing(marks[i].spot().rect())) {
                gaze.set(seen);
            }
        })
    };
    let on_zoom = {
        let gaze = gaze.setter();
        Callback::from(move |factor: Option<f64>| match (factor, frame) {
            (Some(factor), Some(frame)) => gaze.set(frame.zoomed(factor, (frame.width / 2.0, frame.height / 2.0))),
            _ => gaze.set(Gaze::default()),
        })
    };
    let of_frame = |of: fn(&Frame) -> f64| frame.as_ref().map(|frame| of(frame).to_string());
    html! {
        <>
            <div class="stage" ref={well}>
                <canvas ref={canvas} tabindex="0" role="img" aria-label={*label} data-testid={*testid}
                    data-scale={of_frame(|frame| frame.scale)} data-left={of_frame(|frame| frame.left)} data-top={of_frame(|frame| frame.top)}
                    onkeydown={input.onkeydown} onpointerdown={input.onpointerdown} onpointermove={input.onpointermove}
                    onpointerup={input.onpointerup.clone()} onpointercancel={input.onpointerup} onpointerleave={input.onpointerleave}></canvas>
            </div>
            <div class="under">
                { readout(&readout::Props { said, link, aloud: matches!(*probe, Probe::Mark(_)), steps: !seen.is_empty(), on_step: step }) }
                { zoom(&zoom::Props { frame, on_zoom }) }
            </div>
        </>
    }
}

/// A scene whatever its time.
struct Still(Scene);

impl PartialEq for Still {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_still(&other.0)
    }
}

/// The mark after or before the one that is asked about, round and round.
fn stepped(probe: Probe, count: usize, forward: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (probe, forward) {
        (Probe::Mark(i), true) if i < last => i + 1,
        (Probe::Mark(i), false) if i > 0 => (i - 1).min(last),
        (_, true) => 0,
        (_, false) => last,
    })
}

/// The visits behind what is asked about.
fn behind(scene: &Scene, frame: &Frame, marks: &[Mark], probe: Probe, visits: &Filter) -> Option<View> {
    let Scene::Page(page) = scene else { return None };
    let of = match probe {
        Probe::Nothing => None,
        Probe::Pointer(at) => page.visits(frame, Ok(at), marks),
        Probe::Mark(i) => page.visits(frame, Err(marks.get(i)?), marks),
    }?;
    let Filter { element, at, marks, .. } = of;
    Some(View::Sessions(Filter { element, at, marks, ..visits.clone() }))
}

/// What is said, and what on the page a ring is drawn around.
fn said(scene: &Scene, frame: Option<Frame>, marks: &[Mark], probe: Probe) -> (Option<Spot>, String) {
    match (probe, frame) {
        (Probe::Pointer(at), Some(frame)) => scene.point_at(&frame, at, marks),
        (Probe::Mark(i), _) => match marks.get(i) {
            Some(mark) => (Some(mark.spot()), format!("{} of {}: {}", i + 1, marks.len(), scene.describe(mark))),
            None => (None, scene.describe_all()),
        },
        _ => (None, scene.describe_all()),
    }
}

#[hook]
fn use_painting(canvas: NodeRef, scene: &Scene, frame: Option<Frame>, ring: Option<Spot>) {
    let (painter, look) = (use_mut_ref(Painter::default), use_look());
    let sight =
        frame.map(|frame| Sight { scene: scene.clone(), frame, ring: ring.map(|spot| pointed_at(spot, &frame)), look });
    use_effect_with(sight, move |sight| {
        if let (Some(canvas), Some(sight)) = (canvas.cast::<HtmlCanvasElement>(), sight) {
            // What cannot be painted now is painted with the next change.
            let _ = painter.borrow_mut().paint(&canvas, sight);
        }
    });
}

/// The ring around what is asked about.
fn pointed_at(spot: Spot, frame: &Frame) -> Draw {
    let ink = Paint::Text.solid();
    match spot {
        Spot::Place((x, y)) => Draw::Ring { at: frame.place(x, y), r: 13.0, width: 2.0, ink },
        Spot::Box([x, y, w, h]) => {
            let (right, bottom) = (x + w, y + h);
            let points = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)];
            let points = points.map(|(x, y)| frame.place(x, y)).to_vec();
            Draw::Line { points, width: 2.0, ink }
        }
    }
}

/// Moves the map so that what is replayed stays in sight.
#[hook]
fn use_following(gaze: &UseStateHandle<Gaze>, frame: Option<Frame>, focus: Option<[f64; 4]>) {
    let gaze = gaze.setter();
    use_effect_with(focus, move |focus| {
        if let Some(seen) = frame.zip(*focus).and_then(|(frame, focus)| frame.seeing(focus)) {
            gaze.set(seen);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stepping_goes_round_and_survives_fewer_marks() {
        assert_eq!(stepped(Probe::Nothing, 3, true), Some(0));
        assert_eq!(stepped(Probe::Nothing, 3, false), Some(2));
        assert_eq!(stepped(Probe::Mark(2), 3, true), Some(0));
        assert_eq!(stepped(Probe::Mark(0), 3, false), Some(2));
        assert_eq!(stepped(Probe::Mark(9), 3, false), Some(2));
        assert_eq!(stepped(Probe::Mark(0), 0, true), None);
    }
}
