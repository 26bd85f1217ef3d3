//! Small questions to the browser: the time, the address, what the person prefers.

use gloo::utils::window;
use js_sys::Date;
use pulse_core::model::Millis;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::{route::View, state::Site};

/// Where it is noted that somebody signed in: the cookie itself cannot be seen.
const SIGNED_IN: &str = "pulse-signed-in";
/// The farthest time that a browser's dates reach.
const FARTHEST: Millis = 8_640_000_000_000_000;

/// The time, in milliseconds since the epoch.
pub fn now() -> Millis {
    Date::now() as Millis
}

/// A time as people here write it.
pub fn local_time(at: Millis) -> String {
    date(at).map(|date| date.to_locale_string("default", &JsValue::UNDEFINED).into()).unwrap_or_default()
}

/// The hour and minute of a time, here: `01:00`.
pub fn local_clock(at: Millis) -> String {
    date(at).map(|date| format!("{:02}:{:02}", date.get_hours(), date.get_minutes())).unwrap_or_default()
}

/// A time for `<time datetime>`.
pub fn iso_time(at: Millis) -> String {
    date(at).map(|date| date.to_iso_string().into()).unwrap_or_default()
}

fn date(at: Millis) -> Option<Date> {
    (at.abs() <= FARTHEST).then(|| Date::new(&JsValue::from_f64(at as f64)))
}

/// The view that the address names.
pub fn shown_view() -> View {
    View::parse(&window().location().hash().unwrap_or_default())
}

/// Goes to a view; the back button leads back.
pub fn show(view: &View) {
    // Setting a fragment cannot fail in a window that is shown.
    let _ = window().location().set_hash(&view.to_string());
}

/// Shows a view in the place of the one that the address names: the back button leads past it.
pub fn replace(view: &View) {
    // As with `show`.
    let _ = window().location().replace(&view.to_string());
}

/// Goes to another document, by its address seen from this one; the back button leads back.
pub fn leave_for(address: &str) {
    // As with `show`.
    let _ = window().location().assign(address);
}

/// Whether a media query holds.
pub fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Device pixels per CSS pixel.
pub fn device_pixel_ratio() -> f64 {
    window().device_pixel_ratio()
}

/// Whether somebody has signed in here and not out.
pub fn was_signed_in() -> bool {
    storage().and_then(|storage| storage.get_item(SIGNED_IN).ok()?).is_some_and(|noted| noted == "true")
}

/// Notes that somebody has signed in, or out; where storage is off, nothing.
pub fn note_sign_in(signed_in: bool) {
    let Some(storage) = storage() else { return };
    let _ = if signed_in { storage.set_item(SIGNED_IN, "true") } else { storage.remove_item(SIGNED_IN) };
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Where the dashboard is served, and so where the tracker is.
pub fn site() -> Site {
    let location = window().location();
    let text = |part: Result<String, JsValue>| part.unwrap_or_default();
    Site {
        protocol: text(location.protocol()),
        hostname: text(location.hostname()),
        port: text(location.port()),
        path: text(location.pathname()),
    }
}

/// Puts text on the clipboard; false where the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    let written = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
}
