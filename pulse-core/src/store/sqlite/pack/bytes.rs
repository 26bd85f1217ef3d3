//! The alphabet of packed values: integers, numbers and texts, written to and read from bytes.
//!
//! ```text
//! varint   see `crate::varint`
//! signed   varint of the zigzag form
//! number   varint: integer n as zigzag(n) << 1; hundredths as zigzag(100 n) << 2 | 1; anything else as 3 and 8 bytes
//! text     varint: 0 and a text that is new to this batch; else how many new texts ago it was written
//! new text varint of the length, then the bytes in the short hand of `tokens`
//! ```

use super::{PackError, tokens};
use crate::{
    model::px,
    varint::{self, unzigzag, zigzag},
};

/// Texts that are looked through for a repeat: most repeats are near, and a batch of many texts must not cost a search
/// of all of them for each.
const NEAR: usize = 64;

/// Writes values, one behind the other.
#[derive(Default)]
pub(super) struct Output<'a> {
    pub(super) bytes: Vec<u8>,
    texts: Vec<&'a str>,
}

impl<'a> Output<'a> {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), texts: Vec::new() }
    }

    pub(super) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(super) fn varint(&mut self, value: u64) {
        varint::put(&mut self.bytes, value);
    }

    pub(super) fn signed(&mut self, value: i64) {
        self.varint(zigzag(value));
    }

    pub(super) fn number(&mut self, value: f64) {
        let small = |whole: &i64| whole.unsigned_abs() < 1 << 60;
        let hundredths = || px::integer((value * 100.0).round()).filter(|n| *n as f64 / 100.0 == value);
        if let Some(whole) = px::integer(value).filter(small) {
            self.varint(zigzag(whole) << 1);
        } else if let Some(hundredths) = hundredths().filter(small) {
            self.varint(zigzag(hundredths) << 2 | 1);
        } else {
            self.varint(3);
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(super) fn text(&mut self, text: &'a str) {
        let near = self.texts.iter().rev().take(NEAR);
        if let Some(ago) = near.enumerate().find_map(|(ago, known)| (*known == text).then_some(ago)) {
            return self.varint(ago as u64 + 1);
        }
        self.varint(0);
        self.texts.push(text);
        let short = tokens::shorten(text);
        self.varint(short.len() as u64);
        self.bytes.extend_from_slice(&short);
    }
}

/// Reads what [`Output`] wrote.
pub(super) struct Input<'a> {
    pub(super) rest: &'a [u8],
    texts: Vec<String>,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, texts: Vec::new() }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], PackError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(PackError::Torn)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, PackError> {
        let (&byte, rest) = self.rest.split_first().ok_or(PackError::Torn)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(super) fn varint(&mut self) -> Result<u64, PackError> {
        varint::take(&mut self.rest).ok_or(PackError::Torn)
    }

    pub(super) fn signed(&mut self) -> Result<i64, PackError> {
        Ok(unzigzag(self.varint()?))
    }

    /// A count of things that take at least one byte each: a torn value must not make us allocate without bound.
    pub(super) fn count(&mut self) -> Result<usize, PackError> {
        let count = usize::try_from(self.varint()?).map_err(|_| PackError::Torn)?;
        if count > self.rest.len() { Err(PackError::Torn) } else { Ok(count) }
    }

    /// A varint that fits what it is for.
    pub(super) fn integer<T: TryFrom<u64>>(&mut self) -> Result<T, PackError> {
        T::try_from(self.varint()?).map_err(|_| PackError::Torn)
    }

    pub(super) fn number(&mut self) -> Result<f64, PackError> {
        let value = self.varint()?;
        if value & 1 == 0 {
            return Ok(unzigzag(value >> 1) as f64);
        }
        if value & 2 == 0 {
            return Ok(unzigzag(value >> 2) as f64 / 100.0);
        }
        let bytes = self.take(8)?.try_into().map_err(|_| PackError::Torn)?;
        Ok(f64::from_le_bytes(bytes))
    }

    pub(super) fn text(&mut self) -> Result<String, PackError> {
        let ago: usize = self.integer()?;
        if ago > 0 {
            let place = self.texts.len().checked_sub(ago).ok_or(PackError::Torn)?;
            return Ok(self.texts[place].clone());
        }
        let length = self.count()?;
        let text = tokens::lengthen(self.take(length)?)?;
        self.texts.push(text.clone());
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn values_come_back(
            whole: u64, signed: i64, number in prop_oneof![any::<f64>(), -1e6..1e6, (-9_999..9_999).prop_map(|n| f64::from(n) / 100.0)],
            texts in prop::collection::vec("[a-c]?|main > li:nth-of-type\\([0-9]{1,2}\\)|.{0,20}|\\PC*", 0..12),
        ) {
            let mut out = Output::default();
            out.varint(whole);
            out.signed(signed);
            out.number(number);
            texts.iter().for_each(|text| out.text(text));
            let mut input = Input::new(&out.bytes);
            prop_assert_eq!(input.varint().unwrap(), whole);
            prop_assert_eq!(input.signed().unwrap(), signed);
            prop_assert_eq!(input.number().unwrap().to_bits(), number.to_bits());
            for text in texts {
                prop_assert_eq!(input.text().unwrap(), text);
            }
            prop_assert!(input.rest.is_empty());
        }
    }

    #[test]
    fn numbers_take_few_bytes() {
        for (number, length) in
            [(0.0, 1), (31.0, 1), (-32.0, 1), (1440.0, 2), (4000.0, 2), (0.5, 2), (33.25, 3), (0.125, 9)]
        {
            let mut out = Output::default();
            out.number(number);
            assert_eq!(out.bytes.len(), length, "{number}");
        }
    }

    #[test]
    fn a_repeated_text_takes_one_byte() {
        let mut out = Output::default();
        out.text("#pay");
        let once = out.bytes.len();
        out.text("#pay");
        assert_eq!(out.bytes.len(), once + 1);
    }
}
