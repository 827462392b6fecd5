//! Texts that cross the border.

use crate::failure::Failure;
use std::ffi::c_char;
use std::{ptr, slice, str};

/// A text in UTF-8. It need not end with a zero byte and may hold some.
///
/// One that a program passes is only read during the call. In an option, null data means that the
/// option is not given. One that the library gives belongs to the handle it came from; null data
/// means that there is none.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_text {
    /// The first byte; may be null where the length is 0.
    pub data: *const c_char,
    /// Bytes.
    pub length: usize,
}

impl te_text {
    /// No text.
    pub(crate) const NONE: Self = Self { data: ptr::null(), length: 0 };

    /// The text, for as long as its owner lives.
    pub(crate) fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The text of which these are the bytes. That of none of them is somewhere too: other
    /// languages stumble over pointers to nowhere.
    pub(crate) fn of_bytes(text: &[u8]) -> Self {
        let data = if text.is_empty() { c"".as_ptr() } else { text.as_ptr().cast() };
        Self { data, length: text.len() }
    }

    /// The text, where there is one.
    pub(crate) fn of_option(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, Self::of)
    }

    /// The text; an empty one where the data is null.
    ///
    /// # Safety
    /// Data that is not null points to `length` bytes that stay as they are for `'a`.
    ///
    /// # Errors
    /// [`Failure::Null`], [`Failure::Size`] and [`Failure::Utf8`].
    pub(crate) unsafe fn read<'a>(self, argument: &'static str) -> Result<&'a str, Failure> {
        // SAFETY: as the caller says.
        Ok(unsafe { self.read_option(argument) }?.unwrap_or_default())
    }

    /// As [`te_text::read`]; none where the data is null.
    ///
    /// # Safety
    /// As [`te_text::read`].
    ///
    /// # Errors
    /// Those of [`te_text::read`].
    pub(crate) unsafe fn read_option<'a>(
        self,
        argument: &'static str,
    ) -> Result<Option<&'a str>, Failure> {
        const WANTED: &str = "no text is that long";
        if self.data.is_null() {
            return if self.length == 0 { Ok(None) } else { Err(Failure::Null { argument }) };
        }
        if isize::try_from(self.length).is_err() {
            return Err(Failure::Size { argument, given: self.length, wanted: WANTED });
        }
        // SAFETY: the data is not null and no longer than memory can be; the caller vouches for
        // the rest.
        let bytes = unsafe { slice::from_raw_parts(self.data.cast::<u8>(), self.length) };
        let text = str::from_utf8(bytes);
        text.map(Some).map_err(|error| Failure::Utf8 { argument, at: error.valid_up_to() })
    }
}
