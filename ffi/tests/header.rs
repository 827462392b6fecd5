//! The committed header is that of the source.

use std::path::Path;

#[test]
fn the_committed_header_is_that_of_the_source() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = crate_dir.join("include/traffic_engine.h");
    let mut made = Vec::new();
    cbindgen::generate(crate_dir).expect("a header").write(&mut made);
    let made = String::from_utf8(made).expect("UTF-8");
    if std::env::var_os("TRAFFIC_ENGINE_WRITE_HEADER").is_some() {
        std::fs::write(&path, &made).expect("a folder that may be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the header");
    assert!(
        made == committed,
        "{} is not up to date; write it with: \
         TRAFFIC_ENGINE_WRITE_HEADER=1 cargo test -p traffic-engine-ffi --test ffi header",
        path.display()
    );
}
