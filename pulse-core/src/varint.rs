//! Variable-length integers, as in Protocol Buffers: seven bits a byte, the lowest first, and the high bit set on all
//! bytes but the last. 300 is `[0xac, 0x02]`.
//!
//! Signed numbers are written in zigzag form, which puts the sign in the lowest bit, so that small ones of either sign
//! are short: 0, -1, 1, -2 become 0, 1, 2, 3.

/// Appends a varint.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a varint from the front. None when the bytes end within it, or it is longer than any `u64`.
pub(crate) fn take(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The zigzag form of a number.
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The number of a zigzag form.
pub(crate) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_numbers_are_short() {
        let bytes = |value| {
            let mut out = Vec::new();
            put(&mut out, value);
            out
        };
        assert_eq!(bytes(300), [0xac, 0x02]);
        assert_eq!((bytes(127).len(), bytes(128).len(), bytes(u64::MAX).len()), (1, 2, 10));
        assert_eq!([0, -1, 1, -2, i64::MIN].map(zigzag), [0, 1, 2, 3, u64::MAX]);
        assert_eq!(take(&mut &[0x80, 0x80][..]), None, "cut short");
        assert_eq!(take(&mut &[0xff; 11][..]), None, "too long");
    }

    proptest! {
        #[test]
        fn numbers_come_back(
            values in prop::collection::vec(prop_oneof![any::<u64>(), 0..300_u64], 0..20),
            signed: i64,
        ) {
            let mut out = Vec::new();
            values.iter().for_each(|&value| put(&mut out, value));
            let mut rest = &out[..];
            for value in values {
                prop_assert_eq!(take(&mut rest), Some(value));
            }
            prop_assert!(rest.is_empty());
            prop_assert_eq!(unzigzag(zigzag(signed)), signed);
        }
    }
}
