//! Unpacks a body: `Content-Encoding: gzip`, and zlib's deflate from the tracker.
//!
//! A small body must not become a large one, because work and memory follow what comes out. Unpacking therefore stops
//! at
//! [`Limits::unzipped_bytes`], and before that at [`Limits::unpack_ratio`] times the bytes on the wire, once more than
//! [`Limits::unpack_free_bytes`] have come out. With 40:1 beyond 64 KiB, a body of 1 KiB may become 64 KiB, and one of
//! 10 KiB may become 400 KiB. A tracker's body becomes some three times as large.

use std::{borrow::Cow, cell::RefCell, io::Read};

use flate2::{Decompress, FlushDecompress, Status, read::MultiGzDecoder};

use super::IngestError;
use crate::limits::Limits;

/// The first byte of zlib's deflate as browsers write it. No JSON begins with it.
const ZLIB: u8 = b'x';

/// The value of `Content-Encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    /// The encoding of that name, if bodies may have it.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        [(&b"identity"[..], Self::Identity), (b"gzip", Self::Gzip)]
            .into_iter()
            .find_map(|(known, encoding)| name.eq_ignore_ascii_case(known).then_some(encoding))
    }
}

/// The body of a request as it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IngestBody<'a> {
    bytes: &'a [u8],
    packing: Packing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zlib,
}

impl<'a> IngestBody<'a> {
    pub(crate) fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        let packing = match encoding {
            Encoding::Gzip => Packing::Gzip,
            // The tracker says so by the first byte alone: a header would cost a preflight.
            Encoding::Identity if bytes.first() == Some(&ZLIB) => Packing::Zlib,
            Encoding::Identity => Packing::None,
        };
        Self { bytes, packing }
    }

    /// Most bytes that unpacking makes of it; 0 when it is not packed.
    pub(crate) fn most_unpacked(self, limits: &Limits) -> usize {
        match self.packing {
            Packing::None => 0,
            _ => {
                let by_ratio = self.bytes.len().saturating_mul(limits.unpack_ratio).max(limits.unpack_free_bytes);
                by_ratio.min(limits.unzipped_bytes)
            }
        }
    }

    /// The body as it was before it was packed.
    pub(crate) fn unpack(self, limits: &Limits) -> Result<Cow<'a, [u8]>, IngestError> {
        let most = self.most_unpacked(limits);
        let unpacked = match self.packing {
            Packing::None => return Ok(Cow::Borrowed(self.bytes)),
            Packing::Gzip => read(MultiGzDecoder::new(self.bytes), self.bytes.len(), most),
            Packing::Zlib => inflate(self.bytes, most),
        };
        unpacked.map(Cow::Owned)
    }
}

fn read(decoder: impl Read, packed: usize, most: usize) -> Result<Vec<u8>, IngestError> {
    let mut out = Vec::with_capacity(most.min(packed.saturating_mul(4)));
    // One more than that, so that too many are noticed.
    decoder.take(most as u64 + 1).read_to_end(&mut out).map_err(|_| IngestError::Packing)?;
    if out.len() > most { Err(IngestError::TooLarge) } else { Ok(out) }
}

thread_local! {
    /// An inflater's state is some thirty times as large as a body, so each thread keeps one.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// Unpacks zlib's deflate.
fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, IngestError> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(true);
        // One more than may come out, so that too many are noticed.
        let mut out = Vec::with_capacity((most + 1).min(packed.len().saturating_mul(4).max(64)));
        loop {
            let read = usize::try_from(inflater.total_in()).unwrap_or(packed.len());
            let before = (read, out.len());
            // It fills what is reserved and no more.
            let status = inflater.decompress_vec(&packed[read..], &mut out, FlushDecompress::Finish);
            match status {
                _ if out.len() > most => return Err(IngestError::TooLarge),
                Ok(Status::StreamEnd) => return Ok(out),
                Ok(_) if out.len() == out.capacity() => {
                    let more = out.len().min(most + 1 - out.len());
                    out.reserve_exact(more);
                }
                // Room is left, so that nothing more can come of it.
                Ok(_) if (inflater.total_in() as usize, out.len()) == before => return Err(IngestError::Packing),
                Ok(_) => {}
                Err(_) => return Err(IngestError::Packing),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use flate2::{
        Compression,
        write::{GzEncoder, ZlibEncoder},
    };

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8], encoding: Encoding, limits: &Limits) -> Result<Vec<u8>, IngestError> {
        IngestBody::new(bytes, encoding).unpack(limits).map(Cow::into_owned)
    }

    #[test]
    fn a_body_comes_back_whatever_its_packing() {
        let limits = Limits::default();
        let body = b"[\"hello\"]";
        assert_eq!(unpacked(body, Encoding::Identity, &limits), Ok(body.to_vec()));
        assert_eq!(unpacked(&gzip(body), Encoding::Gzip, &limits), Ok(body.to_vec()));
        assert_eq!(unpacked(&deflate(body), Encoding::Identity, &limits), Ok(body.to_vec()));
        for (name, encoding) in [("gzip", Some(Encoding::Gzip)), ("GZIP", Some(Encoding::Gzip)), ("br", None)] {
            assert_eq!(Encoding::from_name(name.as_bytes()), encoding, "{name}");
        }
    }

    #[test]
    fn unpacking_stops_at_the_limit() {
        let limits = Limits { unzipped_bytes: 1000, unpack_ratio: usize::MAX, ..Limits::default() };
        for (size, whole) in [(1000, true), (1001, false), (10_000_000, false)] {
            let expected = if whole { Ok(size) } else { Err(IngestError::TooLarge) };
            let zeros = vec![0; size];
            let bodies = [(gzip(&zeros), Encoding::Gzip), (deflate(&zeros), Encoding::Identity)];
            for (body, encoding) in bodies {
                assert_eq!(unpacked(&body, encoding, &limits).map(|out| out.len()), expected, "{size} {encoding:?}");
            }
        }
    }

    #[test]
    fn a_body_becomes_forty_times_as_large_at_most_once_that_matters() {
        let limits = Limits::default();
        let free = limits.unpack_free_bytes;
        // Zeros are packed 200 to 1 and more.
        for (size, whole) in [(free, true), (free + 1, false), (200_000, false)] {
            let zeros = deflate(&vec![0; size]);
            assert!(zeros.len() * limits.unpack_ratio < free);
            assert_eq!(unpacked(&zeros, Encoding::Identity, &limits).is_ok(), whole, "{size}");
        }
        // Noise is hardly packed at all.
        let step = |seed: &mut u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*seed >> 24) as u8)
        };
        let noise: Vec<u8> = std::iter::repeat_n((), 200_000).scan(1, |seed, ()| step(seed)).collect();
        let packed = deflate(&noise);
        assert!(packed.len() * limits.unpack_ratio > noise.len());
        assert_eq!(unpacked(&packed, Encoding::Identity, &limits), Ok(noise));
        assert_eq!(IngestBody::new(b"{}", Encoding::Identity).most_unpacked(&limits), 0);
        assert_eq!(IngestBody::new(&[b'x'; 10_000], Encoding::Identity).most_unpacked(&limits), 400_000);
    }

    #[test]
    fn a_body_that_is_not_packed_as_it_says_is_refused() {
        let limits = Limits::default();
        let (zipped, deflated) = (gzip(b"hello"), deflate(b"hello"));
        for (body, encoding) in [
            (&b"{}"[..], Encoding::Gzip),
            (&zipped[..zipped.len() - 3], Encoding::Gzip),
            (&deflated[..deflated.len() - 6], Encoding::Identity),
            (b"xyz", Encoding::Identity),
        ] {
            assert_eq!(unpacked(body, encoding, &limits), Err(IngestError::Packing), "{body:?}");
        }
    }
}
