//! The heads of the tracker's requests, as Chromium writes them.

use std::{io::Write as _, sync::LazyLock};

use super::recorded::Meta;

/// What Chromium says of itself.
pub const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/// The recorded headers, ready to be sent: but for the browser's name, and for the origin, as made-up visits are of a
/// site that no server lists. Pages that are not of their origin are not kept.
static HEADERS: LazyLock<String> = LazyLock::new(|| {
    let headers = Meta::read().map(|meta| meta.headers).unwrap_or_default();
    let is_other = |name: &str| ["user-agent", "origin"].iter().any(|other| name.eq_ignore_ascii_case(other));
    let headers = headers.into_iter().filter(|(name, _)| !is_other(name));
    headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect()
});

/// Puts the head of a `POST` into `out`; the body of `length` bytes follows it.
pub fn write_head(out: &mut Vec<u8>, host: &str, path: &str, agent: &str, length: usize) {
    // Writing to a `Vec` cannot fail.
    let _ = write!(
        out,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: keep-alive\r\nContent-Length: {length}\r\n\
         User-Agent: {agent}\r\n{}\r\n",
        *HEADERS
    );
}
