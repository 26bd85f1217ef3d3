//! Requests as a browser writes them.

use std::io::Write as _;

/// A browser of this kind.
pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Puts the head of a `POST` into `out`: what a browser says, without what differs between browsers.
pub(crate) fn write_head(out: &mut Vec<u8>, host: &str, path: &str, agent: &str, length: usize) {
    // Writing to a `Vec` cannot fail.
    let _ = write!(
        out,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://127.0.0.1\r\nuser-agent: {agent}\r\naccept: */*\r\n\
         content-type: text/plain;charset=UTF-8\r\ncontent-length: {length}\r\n\r\n"
    );
}
