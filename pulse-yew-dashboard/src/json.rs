//! Reads the answers of the server: a small JSON reader under serde's derived code.
//!
//! serde_json is made for speed. In WebAssembly it is several times larger: each type is compiled for the names of its
//! fields and for their numbers, for objects and for arrays, with words for every error. Here, everything that does
//! not depend on the type is compiled once, and a failure is one value without words.
//!
//! - A field of a struct is looked up in the struct's list of fields and handed on as a number, so that no type carries
//!   a comparison with each of its names. Therefore a field of an answer can have no `alias`.
//! - A struct is an object, never an array. An enum is a word, and nothing is `flatten` or `untagged`.
//! - A number that is longer than a double is exact to the last digit but one.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor,
        value::{StrDeserializer, U64Deserializer},
    },
    forward_to_deserialize_any,
};

/// The text is not what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// What a text says.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.peek() == 0 && reader.at == text.len() { Ok(value) } else { Err(Unreadable) }
}

/// What a text in UTF-8 says.
pub fn read_bytes<T: DeserializeOwned>(text: &[u8]) -> Result<T, Unreadable> {
    read(std::str::from_utf8(text).map_err(|_| Unreadable)?)
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        let short = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..' ' => {
                let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.push(digit(character as u32 / 16));
                out.push(digit(character as u32 % 16));
                continue;
            }
            _ => {
                out.push(character);
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
    out
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Where in a text is read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// A number as it is written: `digits` times ten to the power of `exponent`.
struct Number {
    is_negative: bool,
    digits: u64,
    exponent: i32,
}

impl Number {
    /// Powers of ten up to this one are exact, and so is what they are multiplied with or divided by.
    const EXACT: i32 = 22;

    fn as_f64(&self) -> f64 {
        let (mut value, mut exponent) = (self.digits as f64, self.exponent);
        // Beyond this, everything is 0 or infinite.
        exponent = exponent.clamp(-400, 400);
        while exponent != 0 {
            let step = exponent.clamp(-Self::EXACT, Self::EXACT);
            let power = (0..step.abs()).fold(1.0, |power, _| power * 10.0);
            value = if step < 0 { value / power } else { value * power };
            exponent -= step;
        }
        if self.is_negative { -value } else { value }
    }

    fn as_u64(&self) -> Result<u64, Unreadable> {
        let is_whole = self.exponent == 0 && (!self.is_negative || self.digits == 0);
        if is_whole { Ok(self.digits) } else { Err(Unreadable) }
    }

    fn as_i64(&self) -> Result<i64, Unreadable> {
        let value = i64::try_from(self.digits).map_err(|_| Unreadable)?;
        if self.exponent != 0 { Err(Unreadable) } else { Ok(if self.is_negative { -value } else { value }) }
    }
}

impl<'a> Reader<'a> {
    /// The next byte that is no space; 0 at the end.
    #[inline(never)]
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.byte()
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Goes beyond the next byte if it is this one.
    #[inline(never)]
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    #[inline(never)]
    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.take(byte) { Ok(()) } else { Err(Unreadable) }
    }

    /// Goes beyond a word if it is next.
    #[inline(never)]
    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let is_next = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    #[inline(never)]
    fn flag(&mut self) -> Result<bool, Unreadable> {
        if self.word("true") {
            Ok(true)
        } else if self.word("false") {
            Ok(false)
        } else {
            Err(Unreadable)
        }
    }

    #[inline(never)]
    fn number(&mut self) -> Result<Number, Unreadable> {
        let mut number = Number { is_negative: self.take(b'-'), digits: 0, exponent: 0 };
        if !self.byte().is_ascii_digit() {
            return Err(Unreadable);
        }
        let mut is_fraction = false;
        loop {
            let byte = self.byte();
            match byte {
                b'0'..=b'9' => {
                    let longer = number.digits.checked_mul(10).and_then(|n| n.checked_add(u64::from(byte - b'0')));
                    number.exponent += match longer {
                        Some(longer) => {
                            number.digits = longer;
                            -i32::from(is_fraction)
                        }
                        None => i32::from(!is_fraction),
                    };
                }
                b'.' if !is_fraction => is_fraction = true,
                _ => break,
            }
            self.at += 1;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            let is_negative = self.byte() == b'-';
            self.at += usize::from(matches!(self.byte(), b'-' | b'+'));
            let mut power = 0i32;
            while self.byte().is_ascii_digit() {
                power = power.saturating_mul(10).saturating_add(i32::from(self.byte() - b'0'));
                self.at += 1;
            }
            let power = if is_negative { -power } else { power };
            number.exponent = number.exponent.saturating_add(power);
        }
        Ok(number)
    }

    /// A string between quotes; only one with escapes is copied.
    #[inline(never)]
    fn string(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        self.expect(b'"')?;
        let mut whole = String::new();
        let mut start = self.at;
        loop {
            let byte = self.byte();
            if byte != b'"' && byte != b'\\' {
                if byte < b' ' {
                    return Err(Unreadable);
                }
                self.at += 1;
                continue;
            }
            let part = self.text.get(start..self.at).ok_or(Unreadable)?;
            self.at += 1;
            if byte == b'"' {
                if whole.is_empty() {
                    return Ok(Cow::Borrowed(part));
                }
                whole.push_str(part);
                return Ok(Cow::Owned(whole));
            }
            whole.push_str(part);
            whole.push(self.escape()?);
            start = self.at;
        }
    }

    /// The character that stands behind a backslash. Half a surrogate pair alone is U+FFFD.
    fn escape(&mut self) -> Result<char, Unreadable> {
        let byte = self.byte();
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.hex()?;
                if code & 0xfc00 == 0xd800 && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    let high = self.at;
                    self.at += 2;
                    let low = self.hex()?;
                    if low & 0xfc00 == 0xdc00 {
                        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
                    } else {
                        self.at = high;
                    }
                }
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err(Unreadable),
        })
    }

    fn hex(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.byte()).to_digit(16).ok_or(Unreadable)?;
            self.at += 1;
        }
        Ok(code)
    }

    /// Goes beyond a value, whatever it is. Only its strings are looked at: what is not read need not be right.
    #[inline(never)]
    fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0u32;
        loop {
            match self.peek() {
                0 => return Err(Unreadable),
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Unreadable)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                }
                _ => {
                    if !self.word("null") {
                        self.flag()?;
                    }
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Goes to the next part of a list or an object, or beyond its end.
    #[inline(never)]
    fn has_next(&mut self, is_first: &mut bool, end: u8) -> Result<bool, Unreadable> {
        if self.take(end) {
            return Ok(false);
        }
        if !std::mem::replace(is_first, false) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The number of the next field of an object that is one of `fields`.
    #[inline(never)]
    fn next_field(&mut self, is_first: &mut bool, fields: &[&str]) -> Result<Option<u64>, Unreadable> {
        while self.has_next(is_first, b'}')? {
            let name = self.string()?;
            self.expect(b':')?;
            match fields.iter().position(|field| *field == name) {
                Some(number) => return Ok(Some(number as u64)),
                None => self.skip()?,
            }
        }
        Ok(None)
    }
}

/// The parts of a list.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        if self.reader.has_next(&mut self.is_first, b']')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The fields of an object that is a struct.
struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
    fields: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        match self.reader.next_field(&mut self.is_first, self.fields)? {
            Some(number) => seed.deserialize(U64Deserializer::new(number)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The entries of an object whose names are values.
struct Entries<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        if !self.reader.has_next(&mut self.is_first, b'}')? {
            return Ok(None);
        }
        let name = self.reader.string()?;
        self.reader.expect(b':')?;
        seed.deserialize(StrDeserializer::new(&name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        seed.deserialize(&mut *self.reader)
    }
}

macro_rules! numbers {
    ($($method:ident: $visit:ident = $read:ident,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.number()?.$read()?)
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    /// No answer has a value of which the type is not known.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    numbers! {
        deserialize_u8: visit_u64 = as_u64,
        deserialize_u16: visit_u64 = as_u64,
        deserialize_u32: visit_u64 = as_u64,
        deserialize_u64: visit_u64 = as_u64,
        deserialize_i8: visit_i64 = as_i64,
        deserialize_i16: visit_i64 = as_i64,
        deserialize_i32: visit_i64 = as_i64,
        deserialize_i64: visit_i64 = as_i64,
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.number()?.as_f64())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.flag()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.word("null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.expect(b'[')?;
        visitor.visit_seq(Items { reader: self, is_first: true })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.expect(b'[')?;
        let value = visitor.visit_seq(Items { reader: &mut *self, is_first: true })?;
        // A visitor of a tuple stops at its last part.
        self.expect(b']')?;
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.expect(b'{')?;
        visitor.visit_map(Entries { reader: self, is_first: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.expect(b'{')?;
        visitor.visit_map(Fields { reader: self, is_first: true, fields })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(StrDeserializer::new(&self.string()?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char bytes byte_buf unit unit_struct tuple_struct identifier
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Two,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Whole {
        text: String,
        #[serde(rename = "type")]
        kind: Kind,
        #[serde(default)]
        count: u64,
        step: i32,
        share: f64,
        is: bool,
        place: Option<[f64; 2]>,
        pairs: Vec<(i32, u64)>,
        by_name: BTreeMap<String, Option<Kind>>,
    }

    #[test]
    fn what_serde_json_reads_is_read_alike() {
        let text =
            r#" { "type" : "two", "text": "\u00fc\"\\\n\ud83d\ude00 \ud800x ü", "unknown": {"a": [1, {"b": "}]"}, null,
            true, false, -1.5e3], "c": {}}, "step": -7, "share": -12.5, "is": true, "place": [1, 2.25],
            "pairs": [[-1, 2], [3, 18446744073709551615]], "by_name": {"a\tb": null, "b": "one"}, "none": [] } "#
                .replace("a\tb", "a\\tb");
        let read = read::<Whole>(&text).unwrap();
        let text = text.replace("\\ud800", "\u{fffd}");
        assert_eq!(read, serde_json::from_str(&text).unwrap());
        assert_eq!(read.text, "ü\"\\\n😀 \u{fffd}x ü");
    }

    #[test]
    fn what_is_no_answer_is_unreadable() {
        let good = r#"{"type":"one","text":"","step":1,"share":0,"is":false,"place":null,"pairs":[],"by_name":{}}"#;
        assert!(read::<Whole>(good).is_ok());
        for end in 0..good.len() {
            assert!(read::<Whole>(&good[..end]).is_err(), "{}", &good[..end]);
        }
        for (from, to) in [
            ("\"one\"", "\"three\""),
            ("\"step\":1", "\"step\":1.5"),
            ("\"step\":1", "\"step\":9999999999"),
            ("\"step\":1", "\"steps\":1"),
            ("\"share\":0", "\"share\":\"0\""),
            ("\"place\":null", "\"place\":[1,2,3]"),
            ("\"place\":null", "\"place\":[1]"),
            ("\"pairs\":[]", "\"pairs\":[[1,-2]]"),
            ("\"pairs\":[]", "\"pairs\":[,]"),
            ("\"is\":false", "\"is\":fals"),
            ("\"text\":\"\"", "\"text\":\"\\x\""),
            ("\"text\":\"\"", "\"text\":\"\n\""),
            ("{\"type\"", "[\"type\""),
        ] {
            assert_eq!(read::<Whole>(&good.replace(from, to)), Err(Unreadable), "{to}");
        }
        assert_eq!(read::<u64>("1 2"), Err(Unreadable));
        assert_eq!(read_bytes::<String>(b"\"\xff\""), Err(Unreadable));
    }

    #[test]
    fn a_text_is_written_as_serde_json_does() {
        let text: String = ('\0'..='\u{a1}').chain(['ü', '😀', '\u{2028}']).collect();
        assert_eq!(quoted(&text), serde_json::to_string(&text).unwrap());
        assert_eq!(read::<String>(&quoted(&text)).unwrap(), text);
    }

    #[test]
    fn numbers_are_what_is_written() {
        for text in ["0", "-0.0", "0.1", "1.005", "123456.789", "1700000000123", "9007199254740993", "1e3", "2.5E-3"] {
            assert_eq!(read::<f64>(text).unwrap(), text.parse::<f64>().unwrap(), "{text}");
        }
        for text in ["0.12345678901234567890123", "1e300", "4.9e-300", "12345678901234567890123"] {
            let (read, parsed) = (read::<f64>(text).unwrap(), text.parse::<f64>().unwrap());
            assert!((read - parsed).abs() <= parsed * 1e-14, "{text}: {read}");
        }
        assert_eq!(read::<f64>("1e999999999999"), Ok(f64::INFINITY));
        assert_eq!(read::<f64>("1e-999999999999"), Ok(0.0));
        assert_eq!(read::<i64>("-9223372036854775807"), Ok(-i64::MAX));
        assert_eq!(read::<u64>("18446744073709551616"), Err(Unreadable));
        assert_eq!(read::<u64>("-0"), Ok(0));
        assert!(read::<f64>("-").is_err() && read::<f64>(".5").is_err());
    }
}
