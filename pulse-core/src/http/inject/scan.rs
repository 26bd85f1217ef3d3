//! Finds where the head of a page ends, in a page that arrives in pieces.
//!
//! ```text
//!            "<" + letter                       ">"
//!    Text ----------------> Tag (quotes apart) -----> Text, or Raw after a script, style, title ...
//!     | \-- "<!--" -------> Comment ---- "-->" -----> Text
//!     \--- "</head" or "<body" ---> here
//! ```
//!
//! Only as many bytes are held back as the longest name needs. A page that is broken so that its head never ends is
//! looked at for [`HeadScan::MOST`] bytes and then no more.

use memchr::{memchr, memchr3, memmem};

/// Elements whose content is text in which a tag means nothing.
const RAW: [&str; 6] = ["script", "style", "title", "textarea", "noscript", "template"];

/// Bytes after a `<` by which every name that matters is known: `textarea` and one byte more.
const NAME: usize = 9;

/// Where a scan has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// So many bytes have nothing in them that matters; the others are to be given again, with what follows them.
    Past(usize),
    /// The head ends before this byte.
    Here(usize),
    /// This page is not looked at any further.
    Never,
}

#[derive(Debug, Clone, Copy)]
enum Within {
    Text,
    Comment,
    Tag { quote: Option<u8>, then: Option<&'static str> },
    Raw(&'static str),
}

/// A scan of one page.
#[derive(Debug)]
pub(super) struct HeadScan {
    within: Within,
    read: usize,
}

impl HeadScan {
    /// Bytes of a page that are looked at.
    pub(super) const MOST: usize = 512 * 1024;

    pub(super) fn new() -> Self {
        Self { within: Within::Text, read: 0 }
    }

    /// Looks at the next bytes, which begin with those that were not passed the last time.
    pub(super) fn look(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let next = match self.within {
                Within::Text => match memchr(b'<', rest) {
                    None => return self.past(bytes.len()),
                    Some(open) => {
                        at += open;
                        match self.tag(&rest[open..]) {
                            Tag::HeadEnds => return Step::Here(at),
                            Tag::Unknown => return self.past(at),
                            Tag::Opens(length) => Some(length),
                        }
                    }
                },
                Within::Comment => memmem::find(rest, b"-->").map(|end| {
                    self.within = Within::Text;
                    end + 3
                }),
                Within::Tag { quote: Some(quote), then } => memchr(quote, rest).map(|end| {
                    self.within = Within::Tag { quote: None, then };
                    end + 1
                }),
                Within::Tag { quote: None, then } => memchr3(b'>', b'"', b'\'', rest).map(|end| {
                    self.within = match (rest[end], then) {
                        (b'>', Some(name)) => Within::Raw(name),
                        (b'>', None) => Within::Text,
                        (quote, _) => Within::Tag { quote: Some(quote), then },
                    };
                    end + 1
                }),
                Within::Raw(name) => match memmem::find(rest, b"</") {
                    None => None,
                    Some(open) if rest.len() < open + 2 + name.len() => return self.past(at + open),
                    Some(open) => {
                        if starts(&rest[open + 2..], name) {
                            self.within = Within::Tag { quote: None, then: None };
                        }
                        Some(open + 2)
                    }
                },
            };
            match next {
                Some(next) => at += next,
                // The last bytes may be the beginning of an end.
                None => return self.past(at.max(bytes.len().saturating_sub(2))),
            }
        }
    }

    fn past(&mut self, bytes: usize) -> Step {
        self.read += bytes;
        if self.read > Self::MOST { Step::Never } else { Step::Past(bytes) }
    }

    /// What begins with this `<`.
    fn tag(&mut self, bytes: &[u8]) -> Tag {
        let name = &bytes[1..];
        if name.len() < NAME && memchr(b'>', name).is_none() {
            return Tag::Unknown;
        }
        if is_tag(name, "/head") || is_tag(name, "body") {
            return Tag::HeadEnds;
        }
        if name.starts_with(b"!--") {
            self.within = Within::Comment;
            // `<!-->` is a comment, too.
            return Tag::Opens(2);
        }
        let letter = name.strip_prefix(b"/").unwrap_or(name).first();
        if letter.is_some_and(u8::is_ascii_alphabetic) {
            let then = RAW.into_iter().find(|raw| is_tag(name, raw));
            self.within = Within::Tag { quote: None, then };
        }
        Tag::Opens(1)
    }
}

enum Tag {
    HeadEnds,
    /// So many bytes were read of it.
    Opens(usize),
    /// More bytes are needed.
    Unknown,
}

fn starts(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
}

fn is_tag(bytes: &[u8], name: &str) -> bool {
    let ends = |byte: &u8| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace();
    starts(bytes, name) && bytes.get(name.len()).is_some_and(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the head ends in a page that arrives in pieces of one size.
    fn find(page: &str, piece: usize) -> Option<usize> {
        let (mut scan, mut held, mut before) = (HeadScan::new(), Vec::new(), 0);
        for chunk in page.as_bytes().chunks(piece) {
            held.extend_from_slice(chunk);
            match scan.look(&held) {
                Step::Here(at) => return Some(before + at),
                Step::Past(bytes) => {
                    held.drain(..bytes);
                    before += bytes;
                    assert!(held.len() <= NAME + 1, "{} bytes are held back", held.len());
                }
                Step::Never => return None,
            }
        }
        None
    }

    #[test]
    fn the_head_ends_where_a_browser_sees_it_end_however_the_page_arrives() {
        for (before, after) in [
            ("<html><head><title>x</title>", "</head><body></body></html>"),
            ("<HTML><HEAD>", "</HEAD ><BODY>"),
            ("<!doctype html><title>no head</title>", "<body class=x>"),
            ("<head><!-- </head> <body> -->", "</head>"),
            ("<head><!--><meta>", "</head><!-- -->"),
            ("<head><script>'</head>' + \"<body>\" < 3 </scrip</script >", "</head>"),
            (concat!("<head><title></head></title><sty", "le></head></sty", "le>"), "</head>"),
            ("<head><noscript><body></noscript><header></header><bodyguard>", "</head>"),
            ("<head><meta content='</head>' name=\"<body>\">", "</head>"),
            ("a < b <3 <> </ > <head>", "</head>"),
        ] {
            let page = format!("{before}{after}");
            for piece in 1..=page.len() {
                assert_eq!(find(&page, piece), Some(before.len()), "{page} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn what_has_no_head_is_let_be() {
        for page in
            ["", "<", "<p>a fragment</p>", "<head><script>", "<!-- <body>", "<a href=\"</head><body>", "</headless>"]
        {
            for piece in 1..=page.len().max(1) {
                assert_eq!(find(page, piece), None, "{page} in pieces of {piece}");
            }
        }
        let endless = "<p>".repeat(HeadScan::MOST);
        assert_eq!(find(&format!("{endless}</head>"), 8192), None);
    }
}
