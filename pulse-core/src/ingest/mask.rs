//! Addresses without secrets: the values of parameters that look like one are not stored.

use super::text::clean;

/// Words that make a parameter's name look secret.
const SECRET: &[&str] = &[
    "token",
    "email",
    "mail",
    "code",
    "pass",
    "pwd",
    "secret",
    "session",
    "auth",
    "key",
    "signature",
    "phone",
    "otp",
    "sid",
    "jwt",
];

/// What stands in the place of a value.
const MASK: &str = "***";

/// `url` at most `chars` long, without credentials before the host and without the values of secret parameters,
/// in the query and in a fragment that is written like one.
pub(super) fn url(url: &str, chars: usize) -> String {
    let url = without_credentials(clean(url, chars));
    let Some(start) = url.find(['?', '#']) else { return url };
    let (page, tail) = url.split_at(start);
    let mut out = String::with_capacity(url.len());
    out.push_str(page);
    for part in tail.split_inclusive(['?', '#', '&']) {
        let end = part.find(['?', '#', '&']).unwrap_or(part.len());
        let (pair, separator) = part.split_at(end);
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret(name) => {
                out.extend([name, "=", MASK]);
            }
            _ => out.push_str(pair),
        }
        out.push_str(separator);
    }
    out
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word))
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

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn secrets_are_masked_and_the_rest_is_kept() {
        for (given, kept) in [
            ("https://a.test/p?id=1&reset_token=abc&x=2#top", "https://a.test/p?id=1&reset_token=***&x=2#top"),
            ("https://a.test/p?Email=a%40b.c", "https://a.test/p?Email=***"),
            ("https://a.test/p#access_token=abc&state=1", "https://a.test/p#access_token=***&state=1"),
            ("https://user:pw@a.test/p@q", "https://a.test/p@q"),
            ("https://a.test/p?token=", "https://a.test/p?token="),
            ("/relative?code=1", "/relative?code=***"),
        ] {
            assert_eq!(url(given, 2048), kept);
        }
    }
}
