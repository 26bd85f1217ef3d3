//! What a client has already and what it can unpack: `If-None-Match`, `Accept` and `Accept-Encoding`.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The encoding that the client prefers of those on offer; of equal ones the first, and the body as it is last.
    pub(super) fn accepted(request: &HeaderMap, on_offer: &[Self]) -> Self {
        let values = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let accepted: Vec<(&str, u16)> = values.flat_map(|value| value.split(',')).map(weighed).collect();
        let weight = |encoding: Self| {
            let of = |name: &str| accepted.iter().find(|(accepted, _)| accepted.eq_ignore_ascii_case(name));
            of(encoding.name()).or_else(|| of("*")).map(|(_, weight)| *weight)
        };
        // What the client does not name is acceptable only as it is.
        let (mut best, mut most) = (Self::Identity, weight(Self::Identity).unwrap_or(1).saturating_sub(1));
        for encoding in on_offer {
            let weight = weight(*encoding).unwrap_or(0);
            if weight > most {
                (best, most) = (*encoding, weight);
            }
        }
        best
    }

    fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    /// The header that says so.
    pub(super) fn header(self) -> Option<(HeaderName, HeaderValue)> {
        (self != Self::Identity).then(|| (header::CONTENT_ENCODING, HeaderValue::from_static(self.name())))
    }
}

/// One encoding of `Accept-Encoding`, and its weight in thousandths: 1000 when none is given.
fn weighed(part: &str) -> (&str, u16) {
    let mut params = part.split(';').map(str::trim);
    let name = params.next().unwrap_or_default();
    let weight = params.find_map(|param| param.strip_prefix("q=").or_else(|| param.strip_prefix("Q=")));
    let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0)).clamp(0.0, 1.0);
    (name, (weight * 1000.0).round() as u16)
}

/// Whether the client names this media type among those that it takes.
pub(super) fn accepts(request: &HeaderMap, media_type: &str) -> bool {
    let accepts = request.get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    accepts
        .flat_map(|accept| accept.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(media_type)))
}

/// The tag of a body. It is weak, since one tag stands for the body in every encoding.
pub(super) fn tag_of(body: &[u8]) -> HeaderValue {
    let hex: String = Sha256::digest(body).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("W/\"{hex}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the client has the body of this tag.
pub(super) fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(strong) else { return false };
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| known.trim() == "*" || strong(known) == tag)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn request(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_preferred_encoding_is_sent_and_of_equal_ones_the_first() {
        let both = [Encoding::Brotli, Encoding::Gzip];
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("BR", Encoding::Brotli),
            ("*", Encoding::Brotli),
            ("*;q=0.5, br;q=0", Encoding::Gzip),
            ("gzip;q=0.5, identity", Encoding::Identity),
            ("gzip, identity", Encoding::Gzip),
            ("identity;q=0, gzip;q=0.001", Encoding::Gzip),
            ("gzip;q=nonsense", Encoding::Identity),
            ("deflate", Encoding::Identity),
            ("br;q=0.000, gzip;q=0", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(Encoding::accepted(&request(header::ACCEPT_ENCODING, accept), &both), encoding, "{accept}");
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new(), &both), Encoding::Identity);
        let all = request(header::ACCEPT_ENCODING, "gzip, br");
        assert_eq!(Encoding::accepted(&all, &[Encoding::Gzip]), Encoding::Gzip);
    }

    #[test]
    fn a_tag_is_known_in_any_form() {
        let tag = tag_of(b"body");
        let text = tag.to_str().unwrap();
        let strong = text.trim_start_matches("W/");
        for known in [text, strong, "*", &format!("\"other\", {strong}")] {
            assert!(is_known(&request(header::IF_NONE_MATCH, known), &tag), "{known}");
        }
        assert!(!is_known(&request(header::IF_NONE_MATCH, "\"other\""), &tag));
        assert!(!is_known(&HeaderMap::new(), &tag));
        assert_ne!(tag, tag_of(b"another body"));
    }
}
