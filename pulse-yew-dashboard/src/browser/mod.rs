//! Everything that touches the browser: requests, painting, the clock, the address.

mod api;
mod env;
mod measure;
mod paint;
mod replay;
mod save;
mod sync;

pub use api::Api;
pub use env::{
    copy, device_pixel_ratio, iso_time, local_time, matches_media, now, remember_token, remembered_token, replace, show,
    shown_view, site,
};
pub use measure::{use_height, use_look, use_width};
pub use paint::paint;
pub use replay::use_viewer;
pub use save::{save_picture, save_text};
pub use sync::{Dispatch, use_store};
