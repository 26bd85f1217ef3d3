//! Addresses: their parameters, the parts of their path, their fragment, and addresses within them.

use std::borrow::Cow;

use super::{
    MASK, is_secret,
    text::{char_len, is_token, text},
    words::is_before_secret,
};
use crate::ingest::text::clean;

/// What stands in the place of a part of a path: it reads as ids do in names of pages, and names the same page.
const PART: &str = ":id";

/// Times that an address may be written into another one and is still looked into.
const DEPTH: usize = 3;

/// `url` at most `chars` long, without credentials before the host and without what looks secret.
pub(crate) fn url(url: &str, chars: usize, more: &[String]) -> String {
    let masked = masked(&without_credentials(clean(url, chars)), more, DEPTH);
    // A mask may be longer than what it stands for.
    if masked.len() > chars { clean(&masked, chars) } else { masked }
}

fn masked(url: &str, more: &[String], depth: usize) -> String {
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = match host {
        0 => 0,
        host => url[host..].find(['/', '?', '#', ';']).map_or(url.len(), |at| host + at),
    };
    let tail = url[path..].find(['?', '#']).map_or(url.len(), |at| path + at);
    let mut out = String::with_capacity(url.len());
    out.push_str(&url[..path]);
    mask_path(&url[path..tail], more, depth, &mut out);
    // A fragment may be written like a path, a query, or both.
    for part in url[tail..].split_inclusive(['?', '#', '&', ';', '!']) {
        let end = part.len() - usize::from(part.ends_with(['?', '#', '&', ';', '!']));
        mask_pair(&part[..end], more, depth, &mut out);
        out.push_str(&part[end..]);
    }
    out
}

fn mask_path(path: &str, more: &[String], depth: usize, out: &mut String) {
    let mut before = "";
    for (place, part) in path.split('/').enumerate() {
        if place > 0 {
            out.push('/');
        }
        // Parameters of a part: /reset;token=abc
        for (place, piece) in part.split(';').enumerate() {
            if place > 0 {
                out.push(';');
                mask_pair(piece, more, depth, out);
            } else {
                let secret = is_personal(piece) || (is_before_secret(before, more) && is_made_up(piece));
                out.push_str(if secret { PART } else { piece });
            }
        }
        before = part;
    }
}

fn mask_pair(pair: &str, more: &[String], depth: usize, out: &mut String) {
    match pair.split_once('=') {
        Some((_, "")) => out.push_str(pair),
        Some((name, value)) if is_secret(&decoded(name), more) || hides(value, more, depth) => {
            out.extend([name, "=", MASK]);
        }
        Some(_) => out.push_str(pair),
        None if pair.contains('/') => mask_path(pair, more, depth, out),
        None if is_personal(pair) => out.push_str(MASK),
        None => out.push_str(pair),
    }
}

/// Whether a value is, or holds, something secret: an address within an address, JSON, personal data.
fn hides(value: &str, more: &[String], depth: usize) -> bool {
    if is_personal(value) {
        return true;
    }
    let inner = decoded(value);
    if depth == 0 {
        // Whoever packs so deep has something to hide.
        return inner != value;
    }
    let names_secret = |mut rest: &str| {
        while let Some(at) = rest.find(['=', ':']) {
            let name = rest[..at].trim_end_matches(['"', '\'', ' ', ']']);
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let name = &name[name.rfind(|c| !is_part(c)).map_or(0, |end| end + char_len(&name[end..]))..];
            if is_secret(name, more) && rest.len() > at + 1 && !rest[at + 1..].starts_with("//") {
                return true;
            }
            rest = &rest[at + 1..];
        }
        false
    };
    names_secret(&inner)
        || (inner.contains(['/', '?', '&', ';']) && masked(&inner, more, depth - 1) != *inner)
        || (inner != value && hides(&inner, more, depth - 1))
}

/// Whether text is about one person: an e-mail address, a long number, something random.
fn is_personal(part: &str) -> bool {
    let part = decoded(part);
    // A UUID is a common id, and random in a way that tells nothing by itself.
    let chunk = |chunk: &str| {
        let has = |is: fn(&u8) -> bool| chunk.bytes().any(|byte| is(&byte));
        chunk.len() >= 8 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
    };
    let is_random = part.len() >= 20 && part.split(['-', '_', '.', '~']).any(chunk);
    is_token(&part) || is_random || matches!(text(&part), Cow::Owned(_))
}

/// Whether a part of a path was not chosen as a word: it has a digit, or capitals within, or is very long.
fn is_made_up(part: &str) -> bool {
    let capitals = part.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    part.len() >= 4 && (part.bytes().any(|byte| byte.is_ascii_digit()) || capitals || part.len() >= 24)
}

/// `%74oken` as `token`.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16));
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned().into()
}

fn without_credentials(mut url: String) -> String {
    if let Some(start) = url.find("://").map(|at| at + 3) {
        let host_end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
        if let Some(at) = url[start..host_end].rfind('@') {
            url.replace_range(start..=start + at, "");
        }
    }
    url
}
