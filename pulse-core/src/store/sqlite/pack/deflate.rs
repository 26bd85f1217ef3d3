//! Raw DEFLATE (RFC 1951) of the few values that are long.

use std::cell::RefCell;

use flate2::{Compress, CompressError, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::PackError;

/// Far more than a batch can hold: a torn value must not make us allocate without bound.
const MAX: u64 = 64 << 20;

/// Nothing that is deflated becomes longer than that.
const MOST_RATIO: usize = 1032;

thread_local! {
    /// Their state is far larger than a batch, so each thread keeps one.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
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
    let length = usize::try_from(length.min(MAX)).unwrap_or(usize::MAX);
    if length > data.len().saturating_mul(MOST_RATIO) {
        return Err(PackError::Torn);
    }
    // One more than that, so that too many are noticed.
    let mut out = Vec::with_capacity(length + 1);
    let status = INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(false);
        inflater.decompress_vec(data, &mut out, FlushDecompress::Finish)
    });
    let is_whole = status.is_ok_and(|status| status == Status::StreamEnd) && out.len() == length;
    if is_whole { Ok(out) } else { Err(PackError::Torn) }
}
