//! `Content-Encoding: gzip`, with a limit on what comes out.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::IngestError;

/// Unpacks `body` into at most `limit` bytes; it stops there, whatever the body would become.
pub(crate) fn gunzip(body: &[u8], limit: usize) -> Result<Vec<u8>, IngestError> {
    let mut out = Vec::with_capacity(limit.min(body.len().saturating_mul(4)));
    let beyond = limit as u64 + 1;
    MultiGzDecoder::new(body).take(beyond).read_to_end(&mut out).map_err(|_| IngestError::Gzip)?;
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
    fn what_is_not_gzip_is_said_to_be_so() {
        assert_eq!(gunzip(b"{}", 1000), Err(IngestError::Gzip));
        let whole = gzip(b"hello");
        assert_eq!(gunzip(&whole[..whole.len() - 3], 1000), Err(IngestError::Gzip));
    }
}
