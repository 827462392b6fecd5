//! The class `TrafficEngine\\JsonPieces`.

use crate::exceptions::caught;
use ext_php_rs::binary::Binary;
use ext_php_rs::prelude::*;
use std::cell::RefCell;

/// An answer as JSON, to be taken piece by piece.
#[php_class]
#[php(name = "TrafficEngine\\JsonPieces")]
#[php(flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct JsonPieces {
    pub(crate) rest: RefCell<traffic_engine::JsonPieces>,
}

#[php_impl]
impl JsonPieces {
    /// The next piece, null after the last.
    pub fn next(&self) -> PhpResult<Option<Binary<u8>>> {
        caught(|| Ok(self.rest.borrow_mut().next().map(Binary::from)))
    }
}
