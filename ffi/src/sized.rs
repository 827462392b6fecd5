//! Structs that may grow: the program says how large those it was built with are.
//!
//! A struct that is smaller than ours is of an older header: what it lacks is zero. One that is
//! larger is of a newer header: what we do not know must be zero where the program gives it, and
//! is set to zero where we do.

use crate::failure::Failure;
use std::{mem, ptr, slice};

/// No struct will ever be larger: a size beyond it was never set.
const SIZE_MAX: usize = 4_096;

/// A struct of C that may be copied byte by byte and may be all zero.
///
/// # Safety
/// All of its fields are numbers, pointers or structs of such, and it has no padding.
pub(crate) unsafe trait Plain: Copy {
    /// What messages call it.
    const NAME: &'static str;
    /// Bytes of the struct in the first header it was in.
    const FIRST_SIZE: usize;

    /// One that is all zero.
    fn zero() -> Self {
        // SAFETY: the implementor says that it may be.
        unsafe { mem::zeroed() }
    }
}

/// A [`Plain`] whose first field, a `size_t`, is its size.
///
/// # Safety
/// It is `#[repr(C)]` and its first field is a `usize`.
pub(crate) unsafe trait Prefixed: Plain {}

/// The size that a program gives.
///
/// # Errors
/// [`Failure::Size`].
pub(crate) fn checked<T: Plain>(given: usize) -> Result<usize, Failure> {
    const WANTED: &str = "set it to the sizeof of the struct";
    if (T::FIRST_SIZE..=SIZE_MAX).contains(&given) && given.is_multiple_of(align_of::<u64>()) {
        Ok(given)
    } else {
        Err(Failure::Size { argument: T::NAME, given, wanted: WANTED })
    }
}

/// The struct at `given`; one that is all zero where it is null.
///
/// # Safety
/// Where it is not null, `given` points to a struct of as many bytes as its first field says.
///
/// # Errors
/// [`Failure::Size`].
pub(crate) unsafe fn read<T: Prefixed>(given: *const T) -> Result<T, Failure> {
    let mut value = T::zero();
    if given.is_null() {
        return Ok(value);
    }
    // SAFETY: the first field is the size, and every header had it.
    let size = checked::<T>(unsafe { given.cast::<usize>().read_unaligned() })?;
    let ours = size.min(size_of::<T>());
    // SAFETY: the caller says that so many bytes are there; any bytes are a value of `T`.
    unsafe { ptr::copy_nonoverlapping(given.cast::<u8>(), (&raw mut value).cast::<u8>(), ours) };
    // SAFETY: as above; these are the bytes behind ours.
    let rest = unsafe { slice::from_raw_parts(given.cast::<u8>().add(ours), size - ours) };
    if rest.iter().any(|&byte| byte != 0) {
        const WANTED: &str = "it asks for something that this library is too old to know";
        return Err(Failure::Size { argument: T::NAME, given: size, wanted: WANTED });
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::Plain;
    use crate::*;

    /// A struct that grows leaves this list for one of those that are larger than they began.
    #[test]
    fn structs_are_as_large_as_in_their_first_header() {
        fn size<T: Plain>() -> (&'static str, usize, usize) {
            assert_eq!(align_of::<T>(), 8, "{}", T::NAME);
            (T::NAME, T::FIRST_SIZE, size_of::<T>())
        }
        for (name, first, now) in [
            size::<te_rank_options>(),
            size::<te_aggregate_options>(),
            size::<te_refresh_options>(),
            size::<te_source>(),
            size::<te_snapshot_stats>(),
            size::<te_live_stats>(),
            size::<te_user_row>(),
            size::<te_node_row>(),
            size::<te_user_total>(),
            size::<te_node_total>(),
            size::<te_hour_total>(),
            size::<te_hour_of_day_total>(),
        ] {
            assert_eq!(first, now, "{name}");
        }
    }
}
