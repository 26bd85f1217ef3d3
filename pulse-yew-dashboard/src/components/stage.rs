//! A map on a canvas, sharp on any screen, that says what is pointed at, by pointer or by keyboard.

use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

use super::readout::Readout;
use crate::{
    browser::{paint, use_look, use_width},
    map::{Draw, Frame, Mark, Paint, Scene, Spot},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) scene: Scene,
    pub(super) testid: &'static str,
    pub(super) label: &'static str,
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Probe {
    Nothing,
    /// The pointer is here, in CSS pixels of the canvas.
    Pointer((f64, f64)),
    /// This mark was stepped to.
    Mark(usize),
}

#[component]
pub(super) fn Stage(props: &Props) -> Html {
    let Props { scene, testid, label } = props;
    let (canvas, well) = (use_node_ref(), use_node_ref());
    let probe = use_state_eq(|| Probe::Nothing);
    let frame = use_width(well.clone()).map(|width| Frame::fit(scene.size(), width));
    let marks = use_memo(scene.clone(), Scene::marks);
    let (ring, said) = said(scene, frame, &marks, *probe);

    use_painting(canvas.clone(), scene, frame, ring);
    let follow = if matches!(*probe, Probe::Mark(_)) { ring.map(Spot::place) } else { scene.head() };
    use_following(well.clone(), frame, follow);

    let step = {
        let (probe, count) = (probe.clone(), marks.len());
        Callback::from(move |forward: bool| {
            if let Some(mark) = stepped(*probe, count, forward) {
                probe.set(Probe::Mark(mark));
            }
        })
    };
    let onkeydown = {
        let step = step.clone();
        Callback::from(move |event: KeyboardEvent| {
            let forward = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => true,
                "ArrowLeft" | "ArrowUp" => false,
                _ => return,
            };
            event.prevent_default();
            step.emit(forward);
        })
    };
    let onpointermove = {
        let probe = probe.clone();
        Callback::from(move |event: PointerEvent| {
            probe.set(Probe::Pointer((event.offset_x().into(), event.offset_y().into())));
        })
    };
    let onpointerleave = {
        let probe = probe.clone();
        Callback::from(move |_: PointerEvent| probe.set(Probe::Nothing))
    };
    html! {
        <>
            <div class="stage" ref={well}>
                <canvas ref={canvas} tabindex="0" role="img" aria-label={*label} data-testid={*testid}
                    data-scale={frame.map(|frame| frame.scale.to_string())} {onkeydown} {onpointermove} {onpointerleave}></canvas>
            </div>
            <Readout {said} aloud={matches!(*probe, Probe::Mark(_))} steps={!marks.is_empty()} on_step={step} />
        </>
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
    let look = use_look();
    use_effect_with((scene.clone(), frame, ring, look), move |(scene, frame, ring, _)| {
        if let (Some(canvas), Some(frame)) = (canvas.cast::<HtmlCanvasElement>(), frame) {
            let mut draws = scene.draw(frame);
            draws.extend(ring.map(|spot| pointed_at(spot, frame)));
            paint(&canvas, frame, &draws);
        }
    });
}

/// The ring around what is asked about.
fn pointed_at(spot: Spot, frame: &Frame) -> Draw {
    match spot {
        Spot::Place((x, y)) => Draw::Ring { at: frame.place(x, y), r: 13.0, ink: Paint::Text.solid() },
        Spot::Box([x, y, w, h]) => {
            let (right, bottom) = (x + w, y + h);
            let points = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)];
            let points = points.map(|(x, y)| frame.place(x, y)).to_vec();
            Draw::Line { points, width: 2.0, ink: Paint::Text.solid() }
        }
    }
}

/// Scrolls a long page so that a place stays in sight.
#[hook]
fn use_following(well: NodeRef, frame: Option<Frame>, place: Option<(f64, f64)>) {
    use_effect_with((frame, place), move |(frame, place)| {
        if let (Some(well), Some(frame), Some((x, y))) = (well.cast::<Element>(), frame, place) {
            let (_, y) = frame.place(*x, *y);
            let (top, height) = (f64::from(well.scroll_top()), f64::from(well.client_height()));
            if y < top + 24.0 || y > top + height - 24.0 {
                well.set_scroll_top((y - height / 2.0) as i32);
            }
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
