//! The spot of a problem, cut out of the page's outline, with its element ringed.

use pulse_core::model::LayoutBox;
use yew::prelude::*;

use crate::spot::SpotPicture;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) picture: SpotPicture,
}

/// Px between the element and its ring.
const AIR: f64 = 6.0;

pub(super) fn spot_view(props: &Props) -> Html {
    let SpotPicture { view: [x, y, w, h], boxes, ring } = &props.picture;
    html! {
        <svg class="spot" viewBox={format!("{x} {y} {w} {h}")} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            { for boxes.iter().map(shape) }
            { rect([ring[0] - AIR, ring[1] - AIR, ring[2] + 2.0 * AIR, ring[3] + 2.0 * AIR], "ring", 12.0) }
        </svg>
    }
}

fn shape(of: &LayoutBox) -> Html {
    let [x, y, w, h] = of.r;
    let label = of.l.as_deref().unwrap_or_default();
    match of.k.as_str() {
        "image" => rect(of.r, "solid", 8.0),
        "heading" => rect([x, y + h * 0.22, w, h * 0.56], "solid", 4.0),
        "text" => rect([x, y + h * 0.3, w, (h * 0.4).min(12.0)], "solid", 3.0),
        "link" if label.is_empty() => rect([x, y + h * 0.22, w, h * 0.56], "solid", 3.0),
        "link" => words(of.r, label),
        "button" | "input" => html! { <>{ rect(of.r, "line", 10.0) }{ words(of.r, label) }</> },
        _ => rect(of.r, "line", 12.0),
    }
}

fn rect([x, y, w, h]: [f64; 4], class: &'static str, radius: f64) -> Html {
    html! {
        <rect {class} x={x.to_string()} y={y.to_string()} width={w.to_string()} height={h.to_string()} rx={radius.to_string()} />
    }
}

/// A label that fits into its box, or none.
fn words([x, y, w, h]: [f64; 4], label: &str) -> Html {
    let size = (h * 0.5).clamp(8.0, 15.0);
    if label.is_empty() || label.chars().count() as f64 * size * 0.56 > w + 4.0 {
        return html! {};
    }
    html! {
        <text x={(x + w / 2.0).to_string()} y={(y + h / 2.0 + size * 0.35).to_string()} font-size={size.to_string()}>{ label }</text>
    }
}
