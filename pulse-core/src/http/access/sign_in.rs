//! Who is signed in: a token exchanged for a cookie, so that no script of the dashboard ever holds the token.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{HeaderMap, HeaderValue, header};

use super::token::{Digest, digest};
use crate::model::Millis;

/// Over HTTPS. Browsers take a cookie of this name only over HTTPS, for the whole host, and from nobody else.
const SECURE: &str = "__Host-pulse";

/// Over plain HTTP, which is for this machine: not every browser takes the other name there.
const PLAIN: &str = "pulse";

/// Who does nothing for so long is signed out.
const IDLE: Millis = 30 * 60 * 1000;

/// So is whoever signed in so long ago.
const LONGEST: Millis = 8 * 60 * 60 * 1000;

/// Who may be signed in at once. Beyond it, whoever has done nothing for longest is signed out.
const MOST: usize = 1024;

/// Bytes of a cookie's random value.
const BYTES: usize = 32;

/// Everybody who is signed in. Only in memory: a restart signs all out.
#[derive(Debug, Default)]
pub(super) struct SignIns(Mutex<HashMap<Digest, SignIn>>);

#[derive(Debug, Clone, Copy)]
struct SignIn {
    /// Place of the token that it was exchanged for.
    token: usize,
    began: Millis,
    used: Millis,
}

impl SignIn {
    fn is_good(&self, now: Millis) -> bool {
        now - self.used < IDLE && now - self.began < LONGEST
    }
}

/// There is no randomness to make a cookie of.
#[derive(Debug)]
pub(super) struct NoRandomness;

impl SignIns {
    /// Signs somebody in; the cookie's value.
    pub(super) fn begin(&self, token: usize, now: Millis) -> Result<String, NoRandomness> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        let value: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut all = self.lock();
        all.retain(|_, sign_in| sign_in.is_good(now));
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, sign_in)| sign_in.used).map(|(digest, _)| *digest)
        {
            all.remove(&oldest);
        }
        all.insert(digest(&value), SignIn { token, began: now, used: now });
        Ok(value)
    }

    /// The place of the token that a request is signed in with.
    pub(super) fn token(&self, headers: &HeaderMap, now: Millis) -> Option<usize> {
        let mut all = self.lock();
        values(headers).find_map(|value| {
            let digest = digest(value);
            let sign_in = all.get_mut(&digest)?;
            if !sign_in.is_good(now) {
                all.remove(&digest);
                return None;
            }
            sign_in.used = sign_in.used.max(now);
            Some(sign_in.token)
        })
    }

    /// Signs out whoever sends this.
    pub(super) fn end(&self, headers: &HeaderMap) {
        let mut all = self.lock();
        for value in values(headers) {
            all.remove(&digest(value));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, SignIn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request has a cookie that looks like one of ours.
pub(super) fn is_sent(headers: &HeaderMap) -> bool {
    values(headers).next().is_some()
}

/// The values of our cookies.
fn values(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).filter_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (matches!(name, SECURE | PLAIN) && value.len() == 2 * BYTES).then_some(value)
    })
}

/// The cookie of who has just signed in, as the page that asked came over HTTPS or not.
pub(super) fn cookie(value: &str, is_https: bool) -> Option<HeaderValue> {
    let most = LONGEST / 1000;
    let cookie = match is_https {
        true => format!("{SECURE}={value}; Path=/; Max-Age={most}; HttpOnly; SameSite=Strict; Secure"),
        false => format!("{PLAIN}={value}; Path=/; Max-Age={most}; HttpOnly; SameSite=Strict"),
    };
    HeaderValue::try_from(cookie).ok()
}

/// Cookies that take both away.
pub(super) fn no_cookies() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static("__Host-pulse=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"),
        HeaderValue::from_static("pulse=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sent(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())])
    }

    #[test]
    fn who_is_signed_in_is_so_for_half_an_hour_of_rest_and_eight_hours_at_most() {
        let sign_ins = SignIns::default();
        let value = sign_ins.begin(3, 1000).unwrap();
        let cookie = sent(&format!("theme=dark; pulse={value}"));
        assert_eq!(sign_ins.token(&cookie, 1000 + IDLE - 1), Some(3));
        assert_eq!(sign_ins.token(&cookie, 1000 + 2 * IDLE - 2), Some(3), "each use begins the rest anew");
        assert_eq!(sign_ins.token(&cookie, 1000 + 3 * IDLE), None);
        assert_eq!(sign_ins.token(&cookie, 1000 + 2 * IDLE), None, "and what ended has ended");

        let value = sign_ins.begin(0, 0).unwrap();
        let cookie = sent(&format!("__Host-pulse={value}"));
        for minutes in (0..480).step_by(20) {
            assert_eq!(sign_ins.token(&cookie, minutes * 60_000), Some(0), "{minutes}");
        }
        assert_eq!(sign_ins.token(&cookie, LONGEST), None);
    }

    #[test]
    fn who_signs_out_is_out_and_others_are_not() {
        let sign_ins = SignIns::default();
        let [mine, other] = [1, 2].map(|token| sent(&format!("pulse={}", sign_ins.begin(token, 0).unwrap())));
        sign_ins.end(&mine);
        assert_eq!((sign_ins.token(&mine, 1), sign_ins.token(&other, 1)), (None, Some(2)));
        for guessed in ["pulse=", "pulse", "", "Pulse=00", &format!("pulse={}", "0".repeat(64))] {
            assert_eq!(sign_ins.token(&sent(guessed), 1), None, "{guessed}");
        }
    }

    #[test]
    fn the_number_of_those_signed_in_is_bounded() {
        let sign_ins = SignIns::default();
        let first = sent(&format!("pulse={}", sign_ins.begin(0, 0).unwrap()));
        for n in 0..MOST as i64 + 5 {
            sign_ins.begin(1, n + 1).unwrap();
        }
        assert_eq!(sign_ins.lock().len(), MOST);
        assert_eq!(sign_ins.token(&first, 5000), None);
    }

    #[test]
    fn a_cookie_is_for_no_script_and_no_other_site() {
        let value = "0".repeat(64);
        for (is_https, name) in [(true, "__Host-pulse="), (false, "pulse=")] {
            let cookie = cookie(&value, is_https).unwrap();
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with(name) && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"));
            assert!(cookie.contains("; Path=/;") && !cookie.contains("Domain"));
            assert_eq!(cookie.ends_with("; Secure"), is_https);
        }
    }
}
