//! Gives the shared library the name that programs linked with it ask for.

/// The major number of the interface; `TE_ABI_VERSION` in `src/version.rs`.
const ABI_VERSION: u32 = 1;

fn main() {
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libtraffic_engine.so.{ABI_VERSION}");
    println!("cargo::rerun-if-changed=build.rs");
}
