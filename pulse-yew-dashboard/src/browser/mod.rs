//! Everything that touches the browser: requests, painting, the clock, the address.

mod api;
mod brush;
mod env;
mod measure;
mod on_page;
mod paint;
mod palette;
mod replay;
mod save;
mod sync;

pub use api::Api;
pub use env::{
    copy, device_pixel_ratio, iso_time, leave_for, local_clock, local_time, matches_media, note_sign_in, now, replace,
    show, shown_view, site, was_signed_in,
};
pub use measure::{use_look, use_size};
pub use on_page::{NotShown, open_on_page};
pub use paint::{Painter, Sight, paint_picture};
pub use replay::{is_own_moment, use_moment, use_viewer};
pub use save::{save_picture, save_text};
pub use sync::{Dispatch, use_store};
