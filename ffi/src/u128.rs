//! Sums of 128 bits, which C has no type for.

use crate::failure::Failure;
use crate::guard::guard;
use crate::status::te_status;
use std::ffi::c_char;
use std::ptr;

/// A number of 128 bits: `high` × 2⁶⁴ + `low`. Sums of bytes are exact, whatever they come to.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct te_u128 {
    /// The lower 64 bits; all there is of a sum below 18.4 exabytes.
    pub low: u64,
    /// The upper 64 bits.
    pub high: u64,
}

impl From<u128> for te_u128 {
    fn from(value: u128) -> Self {
        Self { low: value as u64, high: (value >> 64) as u64 }
    }
}

impl From<te_u128> for u128 {
    fn from(value: te_u128) -> Self {
        Self::from(value.high) << 64 | Self::from(value.low)
    }
}

/// Writes `value` in decimal digits to `text_out`, which ends with a zero byte. 40 bytes are enough
/// for every value; where `capacity` is less than this one takes, the status is
/// TE_STATUS_BAD_SIZE and nothing is written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_u128_format(
    value: te_u128,
    text_out: *mut c_char,
    capacity: usize,
) -> te_status {
    guard(|| {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(u128::from(value)).as_bytes();
        if text_out.is_null() {
            return Err(Failure::Null { argument: "text_out" });
        }
        if capacity <= text.len() {
            let wanted = "40 bytes are enough for every value";
            return Err(Failure::Size { argument: "capacity", given: capacity, wanted });
        }
        // SAFETY: the header asks for `capacity` bytes that may be written, which are enough.
        unsafe {
            ptr::copy_nonoverlapping(text.as_ptr(), text_out.cast::<u8>(), text.len());
            text_out.add(text.len()).write(0);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_fits_into_what_the_header_says() {
        assert_eq!(u128::MAX.to_string().len() + 1, 40);
        for value in [0, 1, u128::from(u64::MAX), u128::MAX] {
            assert_eq!(u128::from(te_u128::from(value)), value);
        }
    }
}
