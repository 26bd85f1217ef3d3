//! Everything that touches the browser: requests, painting, the clock, the address.

mod api;
mod env;
mod measure;
mod paint;
mod replay;
mod sync;

pub use api::Api;
pub use env::{
    copy, device_pixel_ratio, iso_time, local_time, matches_media, note_sign_in, now, show, shown_view, site,
    was_signed_in,
};
pub use measure::{use_look, use_width};
pub use paint::paint;
pub use replay::use_viewer;
pub use sync::{Dispatch, use_store};
