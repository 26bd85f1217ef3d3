//! The built dashboard, ready to serve: `cargo xtask dashboard` makes the files, and they are committed, so that
//! neither a wasm toolchain nor Node is needed to run Pulse.

/// A file in three encodings.
#[derive(Debug)]
pub struct File {
    /// Its path below the dashboard's address.
    pub name: &'static str,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with Brotli.
    pub brotli: &'static [u8],
    /// Compressed with gzip.
    pub gzip: &'static [u8],
}

macro_rules! files {
    ($($name:literal => $content_type:literal,)+) => {
        /// Every file of the dashboard.
        pub const FILES: &[File] = &[$(File {
            name: $name,
            content_type: $content_type,
            plain: include_bytes!(concat!("../dist/", $name)),
            brotli: include_bytes!(concat!("../dist/", $name, ".br")),
            gzip: include_bytes!(concat!("../dist/", $name, ".gz")),
        },)+];
    };
}

files! {
    "index.html" => "text/html; charset=utf-8",
    "style.css" => "text/css; charset=utf-8",
    "icon.svg" => "image/svg+xml",
    "boot.js" => "text/javascript; charset=utf-8",
    "dashboard.js" => "text/javascript; charset=utf-8",
    "dashboard_bg.wasm" => "application/wasm",
}

/// The file of that name.
pub fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}
