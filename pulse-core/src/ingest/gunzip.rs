//! Bodies that are packed, with a limit on what comes out: `Content-Encoding: gzip`, and zlib's deflate from the tracker.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::IngestError;

/// Unpacks gzip into at most `limit` bytes; it stops there, whatever the body would become.
pub(crate) fn gunzip(body: &[u8], limit: usize) -> Result<Vec<u8>, IngestError> {
    unpack(MultiGzDecoder::new(body), body.len(), limit)
}

/// Likewise for zlib's deflate.
pub(crate) fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>, IngestError> {
    unpack(ZlibDecoder::new(body), body.len(), limit)
}

fn unpack(decoder: impl Read, packed: usize, limit: usize) -> Result<Vec<u8>, IngestError> {
    let mut out = Vec::with_capacity(limit.min(packed.saturating_mul(4)));
    let beyond = limit as u64 + 1;
    decoder.take(beyond).read_to_end(&mut out).map_err(|_| IngestError::Gzip)?;
    if out.len() > limit { Err(IngestError::TooLarge) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 10_000_000]);
        assert!(bomb.len() < 100_000);
        assert_eq!(gunzip(&bomb, 1000), Err(IngestError::TooLarge));
        assert_eq!(gunzip(&gzip(b"hello"), 5), Ok(b"hello".to_vec()));
    }

    #[test]
    fn deflate_has_the_same_limit() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&vec![0; 1_000_000]).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(packed[0], b'x');
        assert_eq!(inflate(&packed, 1_000_000).map(|out| out.len()), Ok(1_000_000));
        assert_eq!(inflate(&packed, 999_999), Err(IngestError::TooLarge));
        assert_eq!(inflate(&packed[..packed.len() - 6], 1_000_000), Err(IngestError::Gzip));
        assert_eq!(inflate(b"xyz", 1000), Err(IngestError::Gzip));
    }

    #[test]
    fn what_is_not_gzip_is_said_to_be_so() {
        assert_eq!(gunzip(b"{}", 1000), Err(IngestError::Gzip));
        let whole = gzip(b"hello");
        assert_eq!(gunzip(&whole[..whole.len() - 3], 1000), Err(IngestError::Gzip));
    }
}
