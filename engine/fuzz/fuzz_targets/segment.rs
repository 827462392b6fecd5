//! Bytes as each kind of file of columns.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| traffic_engine::snapshot::fuzz::table(bytes));
