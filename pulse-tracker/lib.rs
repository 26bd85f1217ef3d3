//! The text of `pulse.js`, the tracker, ready to be served.
//!
//! The script is built from `src/*.js` by `npm run build` into the committed `dist/` folder, so that
//! whoever builds the server needs no Node. `dist/SOURCES.sha256` says which sources it was built from.

/// The script as the browser runs it: one minified file of UTF-8 text.
pub const SCRIPT: &[u8] = include_bytes!("dist/pulse.js");

/// The same, compressed with brotli, for `Content-Encoding: br`.
pub const SCRIPT_BR: &[u8] = include_bytes!("dist/pulse.js.br");

/// The same, compressed with gzip, for `Content-Encoding: gzip`.
pub const SCRIPT_GZ: &[u8] = include_bytes!("dist/pulse.js.gz");
