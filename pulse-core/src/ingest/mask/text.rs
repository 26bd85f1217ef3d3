//! Personal data in text: e-mail addresses, long numbers, tokens, and values of secret names (`password=...`).

use std::borrow::Cow;

use super::{MASK, is_secret};

/// Digits of the shortest number that is masked when nothing stands between them: a date has eight.
const DIGITS: usize = 9;

/// Letters and digits of the shortest token.
const TOKEN: usize = 20;

/// Of the letters and digits of a token, so many are digits: long words have none.
const TOKEN_DIGITS: usize = 2;

/// `text` without what is about one person.
pub(in crate::ingest) fn text(text: &str) -> Cow<'_, str> {
    // Most labels have nothing of this.
    let suspicious = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'%' | b'=' | b':');
    if text.bytes().filter(|byte| suspicious(*byte)).take(TOKEN_DIGITS).count() == 0 {
        return text.into();
    }
    let masked = pairs(&addresses(text));
    let masked = numbers(&tokens(&masked));
    if masked == text { text.into() } else { masked.into() }
}

/// Replaces the values of secret names: `password=hunter2`, `token: abc`.
fn pairs(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '"' | '\'');
        let name = &before[before.rfind(|c| !is_name(c)).map_or(0, |end| end + char_len(&before[end..]))..];
        let is_pair = match rest.as_bytes()[at] {
            b'=' => is_secret(name, &[]),
            _ => says_secret(name) && !after.starts_with("//"),
        };
        kept.push_str(&rest[..=at]);
        rest = after;
        if is_pair {
            let value = rest.trim_start_matches([' ', '"', '\'']);
            let end = value.find([' ', '&', ';', ',', '"', '\'', '<', ')', '}', '#']).unwrap_or(value.len());
            if end > 0 {
                kept.push_str(&rest[..rest.len() - value.len()]);
                kept.push_str(MASK);
                rest = &value[end..];
            }
        }
    }
    kept + rest
}

/// In prose a colon follows many words, such as "Passengers: 2": only these are about secrets.
fn says_secret(name: &str) -> bool {
    const NAMES: &[&str] = &["password", "passwd", "pwd", "token", "secret", "otp", "pin", "ssn", "cvv", "cvc", "jwt"];
    let name = name.trim_matches(['"', '\'', '[', ']']).to_ascii_lowercase();
    NAMES
        .iter()
        .any(|known| name == *known || name.ends_with(&format!("_{known}")) || name.ends_with(&format!("-{known}")))
        || name.ends_with("token")
        || name.ends_with("password")
}

/// Replaces `ann@shop.example`, also where `%40` stands for the sign.
fn addresses(text: &str) -> String {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, sign)) = ["@", "%40"].iter().filter_map(|sign| Some((rest.find(sign)?, *sign))).min() {
        let (before, after) = (&rest[..at], &rest[at + sign.len()..]);
        let start = before.rfind(|c| !is_local(c)).map_or(0, |end| end + char_len(&before[end..]));
        let end = after.find(|c| !is_host(c)).unwrap_or(after.len());
        if start < at && after[..end].contains('.') {
            kept.push_str(&before[..start]);
            kept.push_str("[e-mail]");
            rest = &after[end..];
        } else {
            kept.push_str(before);
            kept.push_str(sign);
            rest = after;
        }
    }
    kept + rest
}

/// Replaces what is random: letters and digits mixed, or a JSON web token.
fn tokens(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        kept.push_str(before);
        let jwt = from
            .starts_with("eyJ")
            .then(|| from.find(|c: char| !is_part(c) && !matches!(c, '.' | '-' | '_')).unwrap_or(from.len()));
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        if let Some(end) = jwt.filter(|end| *end >= TOKEN) {
            kept.push_str("[token]");
            rest = &from[end..];
        } else {
            kept.push_str(if is_token(&from[..end]) { "[token]" } else { &from[..end] });
            rest = &from[end..];
        }
    }
    kept + rest
}

/// Whether letters and digits are mixed as nobody writes them.
pub(super) fn is_token(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let mixed = run.bytes().all(|byte| byte.is_ascii_alphanumeric());
    mixed && run.len() >= TOKEN && digits >= TOKEN_DIGITS && digits < run.len()
}

/// Replaces numbers of cards, telephones, accounts and people.
fn numbers(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        match begins.then(|| number(bytes, at)).flatten() {
            Some(end) => {
                kept.push_str(&text[copied..at]);
                kept.push_str("[number]");
                (at, copied) = (end, end);
            }
            None if bytes[at].is_ascii_digit() => at += bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count(),
            None => at += 1,
        }
    }
    kept.push_str(&text[copied..]);
    kept
}

/// Where a number of many digits ends that begins here.
fn number(bytes: &[u8], start: usize) -> Option<usize> {
    // Groups of digits with one sign between them, as far as they go.
    let mut groups = Vec::with_capacity(6);
    let mut end = start;
    loop {
        let from = end + usize::from(!groups.is_empty());
        let digits = bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || groups.len() == 8 {
            break;
        }
        groups.push(digits);
        end = from + digits;
        if !matches!(bytes.get(end), Some(b' ' | b'-' | b'.' | b'/')) {
            break;
        }
    }
    let total: usize = groups.iter().sum();
    let first = groups.first().copied().unwrap_or_default();
    if first >= DIGITS {
        return Some(start + first);
    }
    let is_card =
        (13..=19).contains(&total) && groups.len() > 2 && groups.iter().all(|digits| *digits >= 3 || total >= 15);
    let is_person = groups.starts_with(&[3, 2, 4]);
    // +49 30 901820, 0049 ..., (030) 901820: a sign, a zero or a bracket begins it.
    let dialled = start > 0 && matches!(bytes[start - 1], b'+' | b'(') || bytes[start] == b'0';
    let is_phone = dialled && total >= 8 && groups.len() > 1;
    (is_card || is_person || is_phone).then_some(end)
}

pub(super) fn char_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}
