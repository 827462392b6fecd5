//! Taking rows allocates nothing, however many there are.
#![allow(unsafe_code, reason = "the calls are those of C")]
#![warn(clippy::undocumented_unsafe_blocks)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::{MaybeUninit, size_of, zeroed};
use std::ptr;
use traffic_engine_ffi::{
    te_close, te_engine, te_open, te_rank_options, te_rank_users, te_rows, te_rows_free,
    te_rows_next_users, te_status, te_text, te_user_row,
};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's, with a count for each thread.
struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller says.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const USERS: usize = 45_000;
const BATCH: usize = 256;

fn text(text: &str) -> te_text {
    te_text { data: text.as_ptr().cast(), length: text.len() }
}

/// The engine on a database of many users.
fn opened(folder: &std::path::Path) -> te_engine {
    let store = format!("sqlite://{}", folder.join("usage.db").display());
    let config = traffic_engine::EngineConfig::from_text(&format!(
        "store = '{store}'\ntimezone = 'UTC'\nnow = 1755673445"
    ));
    let plan = traffic_engine::Plan {
        rows: USERS as u64,
        users: USERS as u64,
        nodes: 5,
        days: 3,
        merged: false,
        seed: 1,
    };
    let engine = traffic_engine::Engine::open(config.expect("a configuration"));
    engine.generate(&plan).expect("made-up rows");
    let config =
        format!("store = '{store}'\ntimezone = 'UTC'\nnow = 1755673445\nmemory_limit_mb = 500");
    let mut engine = MaybeUninit::uninit();
    // SAFETY: the text and the place live longer than the call.
    let status = unsafe { te_open(text(&config), engine.as_mut_ptr()) };
    assert_eq!(status, te_status::Ok);
    // SAFETY: the call succeeded, so it is there.
    unsafe { engine.assume_init() }
}

fn ranked(engine: te_engine) -> te_rows {
    // SAFETY: all zero is what C programs begin with.
    let mut options: te_rank_options = unsafe { zeroed() };
    options.size = size_of::<te_rank_options>();
    options.time_range = text("all");
    let mut rows = MaybeUninit::uninit();
    // SAFETY: options and place live longer than the call.
    let status = unsafe { te_rank_users(engine, &options, rows.as_mut_ptr(), ptr::null_mut()) };
    assert_eq!(status, te_status::Ok);
    // SAFETY: the call succeeded, so they are there.
    unsafe { rows.assume_init() }
}

#[test]
fn rows_are_taken_without_an_allocation() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = opened(folder.path());
    let rows = ranked(engine);
    // SAFETY: all zero is a row.
    let mut batch: Vec<te_user_row> = vec![unsafe { zeroed() }; BATCH];
    let (mut taken, mut bytes) = (0, 0);
    let before = ALLOCATIONS.get();
    loop {
        let mut count = 0;
        let size = size_of::<te_user_row>();
        // SAFETY: the batch has so many rows of that size.
        let status =
            unsafe { te_rows_next_users(rows, batch.as_mut_ptr(), size, BATCH, &raw mut count) };
        assert_eq!(status, te_status::Ok);
        if count == 0 {
            break;
        }
        taken += count;
        bytes += batch[..count].iter().map(|row| row.uuid.length).sum::<usize>();
    }
    assert_eq!(ALLOCATIONS.get() - before, 0);
    assert_eq!((taken, bytes), (USERS, USERS * 36));
    assert_eq!(te_rows_free(rows), te_status::Ok);
    assert_eq!(te_close(engine), te_status::Ok);
}
