//! Files that the person keeps: what is shown, as a table or a picture.

use gloo::utils::{body, document};
use js_sys::encode_uri_component;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::paint_picture;
use crate::map::{Draw, Frame, Paint, Scene};

/// Width of a saved picture, and the height of a line under it, in px.
const WIDTH: f64 = 1400.0;
const LINE: f64 = 26.0;

/// Saves text under a name.
pub fn save_text(name: &str, media_type: &str, text: &str) {
    let address = format!("data:{media_type};charset=utf-8,{}", String::from(encode_uri_component(text)));
    save(name, &address);
}

/// Saves what an address holds under a name.
fn save(name: &str, address: &str) {
    let Ok(link) = document().create_element("a") else { return };
    let attributes = [("href", address), ("download", name)];
    if attributes.iter().all(|(name, value)| link.set_attribute(name, value).is_ok())
        && let Ok(link) = link.dyn_into::<HtmlElement>()
    {
        link.click();
    }
}

/// Saves a map as a picture, with lines under it that say what it shows.
pub fn save_picture(name: &str, scene: &Scene, lines: &[String]) {
    let canvas =
        document().create_element("canvas").ok().and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
    let Some(canvas) = canvas else { return };
    // Only an element of the page has the colours of its style sheet.
    canvas.set_class_name("unseen");
    if body().append_child(&canvas).is_err() {
        return;
    }
    let map = Frame::fit(scene.size(), WIDTH);
    let frame = Frame { height: map.height + LINE * (lines.len() as f64 + 1.0), ..map };
    let ground = [0.0, 0.0, frame.width, frame.height];
    let mut draws = vec![Draw::Rect { rect: ground, radius: 0.0, fill: Some(Paint::Surface.solid()), stroke: None }];
    draws.extend(scene.ground(&map));
    draws.extend(lines.iter().enumerate().map(|(n, line)| Draw::Text {
        at: (frame.width / 2.0, map.height + LINE * (n as f64 + 1.0)),
        size: 15.0,
        text: line.clone(),
        ink: Paint::Text.solid(),
    }));
    let painted = paint_picture(&canvas, &frame, &draws);
    if let (Some(()), Ok(address)) = (painted, canvas.to_data_url()) {
        save(name, &address);
    }
    canvas.remove();
}
