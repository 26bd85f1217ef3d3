//! Raw DEFLATE (RFC 1951) of the few values that are long.

use std::{cell::RefCell, io::Read};

use flate2::{Compress, CompressError, Compression, FlushCompress, Status, read::DeflateDecoder};

use super::PackError;

/// Far more than a batch can hold: a torn value must not make us allocate without bound.
const MAX: u64 = 64 << 20;

thread_local! {
    /// A compressor's state is far larger than a batch, so each thread keeps one.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
}

/// Appends `data` compressed to `out`.
pub(super) fn deflate(data: &[u8], out: &mut Vec<u8>) -> Result<(), CompressError> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        loop {
            let read = usize::try_from(compressor.total_in()).unwrap_or(data.len());
            // `compress_vec` fills what is reserved and no more.
            out.reserve(64 + (data.len() - read) / 2);
            if compressor.compress_vec(&data[read..], out, FlushCompress::Finish)? == Status::StreamEnd {
                return Ok(());
            }
        }
    })
}

/// The `length` bytes that `data` was made from.
pub(super) fn inflate(data: &[u8], length: u64) -> Result<Vec<u8>, PackError> {
    let mut out = Vec::new();
    // One more than that, so that too many are noticed.
    DeflateDecoder::new(data).take(length.saturating_add(1).min(MAX)).read_to_end(&mut out)?;
    if out.len() as u64 == length { Ok(out) } else { Err(PackError::Torn) }
}
