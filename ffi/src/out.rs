//! Where answers go: places that are looked at before any work is done, and written after it.

use crate::failure::Failure;
use crate::sized::{Plain, Prefixed, checked};
use std::ptr;

/// A place for one value.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// The place at `to`.
    ///
    /// # Safety
    /// Where it is not null, a `T` may be written there for as long as the place is kept.
    ///
    /// # Errors
    /// [`Failure::Null`].
    pub(crate) unsafe fn of(to: *mut T, argument: &'static str) -> Result<Self, Failure> {
        if to.is_null() { Err(Failure::Null { argument }) } else { Ok(Self(to)) }
    }

    /// Writes the value.
    pub(crate) fn put(self, value: T) {
        // SAFETY: whoever made the place says so; it need not be aligned.
        unsafe { self.0.write_unaligned(value) }
    }
}

/// A place for a struct that may grow.
pub(crate) struct Place<T> {
    to: *mut T,
    size: usize,
}

impl<T: Prefixed> Place<T> {
    /// The place at `to`, which must be there.
    ///
    /// # Safety
    /// As [`Place::optional`].
    ///
    /// # Errors
    /// [`Failure::Null`] and [`Failure::Size`].
    pub(crate) unsafe fn of(to: *mut T) -> Result<Self, Failure> {
        // SAFETY: as the caller says.
        unsafe { Self::optional(to) }?.ok_or(Failure::Null { argument: T::NAME })
    }

    /// The place at `to`; none where it is null.
    ///
    /// # Safety
    /// Where it is not null, `to` points to a struct of as many bytes as its first field says,
    /// which may be written for as long as the place is kept.
    ///
    /// # Errors
    /// [`Failure::Size`].
    pub(crate) unsafe fn optional(to: *mut T) -> Result<Option<Self>, Failure> {
        if to.is_null() {
            return Ok(None);
        }
        // SAFETY: the first field is the size, and every header had it.
        let size = checked::<T>(unsafe { to.cast::<usize>().read_unaligned() })?;
        Ok(Some(Self { to, size }))
    }

    /// Writes `value`, except for its size.
    pub(crate) fn put(self, value: &T) {
        // SAFETY: whoever made the place says that it has so many bytes, the first of which are
        // the size.
        unsafe {
            write(self.to.cast::<u8>(), self.size, value);
            self.to.cast::<usize>().write_unaligned(self.size);
        }
    }
}

/// A place for rows.
pub(crate) struct Array<T> {
    to: *mut T,
    row_size: usize,
    /// Rows that fit.
    pub(crate) capacity: usize,
}

impl<T: Plain> Array<T> {
    /// The array of `capacity` rows of `row_size` bytes at `to`.
    ///
    /// # Safety
    /// Where it is not null and the sizes can be, so many bytes may be written there for as long as
    /// the array is kept.
    ///
    /// # Errors
    /// [`Failure::Null`], and [`Failure::Size`] also for an array without rows or of more bytes
    /// than memory has.
    pub(crate) unsafe fn of(to: *mut T, row_size: usize, capacity: usize) -> Result<Self, Failure> {
        if to.is_null() {
            return Err(Failure::Null { argument: "rows_out" });
        }
        let row_size = checked::<T>(row_size)?;
        let bytes = row_size.checked_mul(capacity).and_then(|bytes| isize::try_from(bytes).ok());
        if bytes.is_none_or(|bytes| bytes == 0) {
            let wanted = "give room for at least one row, and no more than there is memory";
            return Err(Failure::Size { argument: "capacity", given: capacity, wanted });
        }
        Ok(Self { to, row_size, capacity })
    }

    /// Writes the row at position `at`.
    ///
    /// # Panics
    /// When it does not fit.
    pub(crate) fn put(&self, at: usize, row: &T) {
        assert!(at < self.capacity, "no more rows are taken than fit");
        // SAFETY: whoever made the array says that it has all of its rows, and this is one.
        unsafe { write(self.to.cast::<u8>().add(at * self.row_size), self.row_size, row) }
    }
}

/// Writes as much of `value` as fits into `size` bytes; what is left of them is set to zero.
///
/// # Safety
/// `to` points to `size` bytes that may be written.
unsafe fn write<T: Plain>(to: *mut u8, size: usize, value: &T) {
    let ours = size.min(size_of::<T>());
    // SAFETY: `value` has at least `ours` bytes, the caller's place has all of them, and the two
    // are apart: nobody outside knows where `value` is.
    unsafe {
        ptr::copy_nonoverlapping(ptr::from_ref(value).cast::<u8>(), to, ours);
        ptr::write_bytes(to.add(ours), 0, size - ours);
    }
}
