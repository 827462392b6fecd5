//! Which library this is.

use std::ffi::{CStr, c_char};

/// The major number of the interface this header describes. It changes only when a program that
/// was built against an older header could no longer run; whatever is added leaves it as it is.
pub const TE_ABI_VERSION: u32 = 1;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version without zero bytes"),
    };

/// The version of the library, such as "0.1.0". Never fails; the text lives as long as the library.
#[unsafe(no_mangle)]
pub extern "C" fn te_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The TE_ABI_VERSION of the library. A program that loads it at run time compares. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn te_abi_version() -> u32 {
    TE_ABI_VERSION
}
