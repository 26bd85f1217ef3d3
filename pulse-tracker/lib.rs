//! The texts of `pulse.js`, the tracker, and `overlay.js`, the map over a live page, ready to be served.
//!
//! The scripts are built from `src/` by `npm run build` into the committed `dist/` folder, so that whoever builds the
//! server needs no Node. `dist/SOURCES.sha256` says which sources they were built from.

/// A script in its three encodings.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// As the browser runs it: one minified file of UTF-8 text.
    pub plain: &'static [u8],
    /// The same, compressed with brotli, for `Content-Encoding: br`.
    pub brotli: &'static [u8],
    /// The same, compressed with gzip, for `Content-Encoding: gzip`.
    pub gzip: &'static [u8],
}

/// `pulse.js`, a classic script: records what visitors do.
pub const TRACKER: Script = Script {
    plain: include_bytes!("dist/pulse.js"),
    brotli: include_bytes!("dist/pulse.js.br"),
    gzip: include_bytes!("dist/pulse.js.gz"),
};

/// `overlay.js`, a module that the tracker imports when the dashboard opens the page: draws the page's map over it.
pub const OVERLAY: Script = Script {
    plain: include_bytes!("dist/overlay.js"),
    brotli: include_bytes!("dist/overlay.js.br"),
    gzip: include_bytes!("dist/overlay.js.gz"),
};
