//! The C ABI as it is committed and as it is called, in one program.

mod allocations;
mod header;
