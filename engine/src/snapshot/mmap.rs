//! The one place that maps files into memory.
//!
//! Our own writer never changes a file that others have mapped, but an operator may cut one in place
//! (`rsync --inplace`, a restore, a full network disk). The system answers the next look behind its
//! end with the signal SIGBUS, which ends the process: a PHP worker, or whoever has us as a library.
//! So the first mapping sets a handler. It puts pages of zeros where the file was, notes that the
//! mapping is torn, and lets the reader go on; the reader asks [`is_torn`] before anybody hears of
//! what was read. All columns but texts are plain numbers, and texts are checked where they are
//! taken, so zeros are wrong figures at worst. A signal for anything else goes to whoever had the
//! handler before.

use arrow_buffer::Buffer;
use bytes::Bytes;
use libc::{c_int, c_void, siginfo_t};
use memmap2::Mmap;
use rustix::fs::fstatfs;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::mem;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Mappings that the handler knows: some for each of as many segments as 4 000 million rows have.
/// What is beyond is read into private memory.
const SLOTS: usize = 1 << 14;

/// A mapping, or room for one. Atomics alone: the handler may run at any moment, and a forked child
/// must not find a lock held.
struct Slot {
    /// Address; [`FREE`], or [`TAKEN`] while it is being filled in.
    start: AtomicUsize,
    end: AtomicUsize,
    torn: AtomicBool,
}

const FREE: usize = 0;
const TAKEN: usize = 1;

static MAPPED: [Slot; SLOTS] = [const {
    Slot { start: AtomicUsize::new(FREE), end: AtomicUsize::new(0), torn: AtomicBool::new(false) }
}; SLOTS];
/// Slots that were ever taken lie before it.
static USED: AtomicUsize = AtomicUsize::new(0);
static TORN: AtomicUsize = AtomicUsize::new(0);
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// The bytes of `file`, shared with every process that maps it.
pub(super) fn map(file: &File) -> io::Result<Buffer> {
    if is_remote(file) {
        return read(file);
    }
    handle_bus_errors();
    match Mapped::of(file)? {
        Some(mapped) => Ok(Buffer::from(Bytes::from_owner(mapped))),
        None => read(file),
    }
}

/// True when bytes that were looked at were not in the file any longer.
pub(super) fn is_torn(bytes: &Buffer) -> bool {
    let address = bytes.as_ptr().addr();
    was_any_torn()
        && slots().any(|slot| {
            slot.start.load(Ordering::Acquire) == address && slot.torn.load(Ordering::Acquire)
        })
}

/// True when any mapping of this process was ever torn.
pub(super) fn was_any_torn() -> bool {
    TORN.load(Ordering::Acquire) > 0
}

/// A copy that nobody can change.
fn read(mut file: &File) -> io::Result<Buffer> {
    let mut bytes = Vec::new();
    // Whoever has just written it is at its end.
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(Buffer::from(bytes))
}

/// True for file systems whose files others change behind our back: there, a copy is read and
/// checked. Where it cannot be told, the handler has to do.
pub(super) fn is_remote(file: &File) -> bool {
    /// NFS, SMB, CIFS, SMB2, 9P, Ceph, AFS, Coda and FUSE, as `statfs(2)` lists them.
    const REMOTE: [u32; 9] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0102_1997,
        0x00c3_6400,
        0x5346_414f,
        0x7375_7245,
        0x6573_5546,
    ];
    // Lossless: the numbers have 32 bits, whatever type holds them.
    fstatfs(file).is_ok_and(|system| REMOTE.contains(&(system.f_type as u32)))
}

fn slots() -> impl Iterator<Item = &'static Slot> {
    MAPPED.iter().take(USED.load(Ordering::Acquire))
}

/// A mapping that the handler knows.
struct Mapped {
    map: Mmap,
    slot: &'static Slot,
}

impl Mapped {
    /// `None` where no slot is left.
    #[expect(unsafe_code, reason = "mapping a file is what this room is for")]
    fn of(file: &File) -> io::Result<Option<Self>> {
        let Some((at, slot)) = take_slot() else {
            return Ok(None);
        };
        // SAFETY: a mapping is sound as long as nobody changes the file under it. Files of a
        // snapshot are written whole by our writer, which never opens a published file for writing
        // again and only ever unlinks it, which leaves the mapped bytes in place. They lie in a
        // folder that is ours and that no other user may write, which was checked. Where the owner
        // cuts one all the same, `on_bus_error` puts zeros in its place: readers see numbers and
        // check texts, so that wrong bytes are wrong figures, and those are thrown away.
        let map = unsafe { Mmap::map(file) };
        let map = map.inspect_err(|_| slot.start.store(FREE, Ordering::Release))?;
        let start = map.as_ptr().addr();
        slot.torn.store(false, Ordering::Relaxed);
        slot.end.store(start + map.len(), Ordering::Relaxed);
        slot.start.store(start, Ordering::Release);
        USED.fetch_max(at + 1, Ordering::AcqRel);
        Ok(Some(Self { map, slot }))
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.map
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // Before the map goes: its addresses may be somebody else's afterwards.
        self.slot.start.store(FREE, Ordering::Release);
    }
}

fn take_slot() -> Option<(usize, &'static Slot)> {
    let take = |slot: &Slot| {
        // Looking first is cheaper than trying at each that is taken.
        slot.start.load(Ordering::Relaxed) == FREE
            && slot.start.compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    };
    MAPPED.iter().enumerate().find(|(_, slot)| take(slot))
}

/// What was done about SIGBUS before.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// Sets the handler, once in a process; a forked child inherits it.
#[expect(unsafe_code, reason = "handlers of signals are set by the C library")]
fn handle_bus_errors() {
    BEFORE.get_or_init(|| {
        // SAFETY: sysconf only reads.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        PAGE.store(usize::try_from(page).unwrap_or(4_096), Ordering::Release);
        let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = on_bus_error;
        // SAFETY: zeros are a valid `sigaction`: no flags, an empty mask. Both pointers are to
        // structs of ours. The handler only does what a handler may (see there), on the stack that
        // hosts like Go set aside for handlers.
        unsafe {
            let (mut ours, mut before): (libc::sigaction, libc::sigaction) = mem::zeroed();
            ours.sa_sigaction = handler as usize;
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            // It fails for signals that do not exist alone.
            libc::sigaction(libc::SIGBUS, &ours, &mut before);
            before
        }
    });
}

/// Puts zeros in the place of what a mapped file has lost. Runs in the middle of whatever was being
/// done: it touches atomics and the map alone, takes no lock and no memory.
#[expect(unsafe_code, reason = "a handler is given pointers by the system")]
extern "C" fn on_bus_error(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the system hands over a valid struct; for SIGBUS it holds the address.
    let address = unsafe { (*info).si_addr() }.addr();
    let torn = slots().find_map(|slot| {
        let start = slot.start.load(Ordering::Acquire);
        let end = slot.end.load(Ordering::Relaxed);
        (start > TAKEN && (start..end).contains(&address)).then_some((slot, end))
    });
    let Some((slot, end)) = torn else {
        return pass_on(signal, info, context);
    };
    slot.torn.store(true, Ordering::Release);
    TORN.fetch_add(1, Ordering::AcqRel);
    let page = PAGE.load(Ordering::Acquire);
    let from = address & !(page - 1);
    // SAFETY: the pages lie within a mapping of ours, whose owner has not unmapped it: somebody is
    // reading there. What is behind the cut is lost as well, so that one call does for all of it.
    // `errno` is of the thread that was interrupted.
    unsafe {
        let errno = *libc::__errno_location();
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
        let zeros = libc::mmap(
            ptr::with_exposed_provenance_mut(from),
            end - from,
            libc::PROT_READ,
            flags,
            -1,
            0,
        );
        *libc::__errno_location() = errno;
        if zeros == libc::MAP_FAILED {
            pass_on(signal, info, context);
        }
    }
}

/// Leaves the signal to whoever had it before us; the system ends the process where nobody did.
#[expect(unsafe_code, reason = "a handler of others is a pointer")]
fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let before = BEFORE.get();
    let handler = before.map_or(libc::SIG_DFL, |it| it.sa_sigaction);
    if handler == libc::SIG_DFL || handler == libc::SIG_IGN {
        // SAFETY: zeros are the default action. The instruction is tried again and ends the
        // process, as it would have without us.
        unsafe {
            let default: libc::sigaction = mem::zeroed();
            libc::sigaction(signal, &default, ptr::null_mut());
        }
        return;
    }
    let takes_info = before.is_some_and(|it| it.sa_flags & libc::SA_SIGINFO != 0);
    // SAFETY: it is a handler that was set for this signal, of the kind that its flags tell, and it
    // is given what the system gave us.
    unsafe {
        if takes_info {
            let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                mem::transmute(handler);
            handler(signal, info, context);
        } else {
            let handler: extern "C" fn(c_int) = mem::transmute(handler);
            handler(signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_that_is_cut_reads_as_zeros_and_is_told() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&[7; 100_000]).expect("room");
        let bytes = map(&file).expect("a map");
        let other = map(&file).expect("a map");
        assert_eq!(bytes[99_999], 7);
        assert!(!is_torn(&bytes));
        file.set_len(0).expect("our own file");
        assert_eq!(bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>(), 0);
        assert!(is_torn(&bytes) && !is_torn(&other));
        drop((bytes, other));
        file.set_len(10).expect("our own file");
        let again = map(&file).expect("a map");
        assert_eq!(again.len(), 10);
        assert!(!is_torn(&again));
    }
}
