//! Looking up names where no thread is to be had.

use std::net::{IpAddr, ToSocketAddrs};
use std::thread;

/// The addresses of `host`, looked up on this thread; `None` where the driver may do that itself.
///
/// The driver does it in a thread of its own, so that it can give up in time, and panics where it
/// gets none: a host may have used up the processes that it is allowed. There, taking longer is
/// better than no answer. A host without addresses is refused by the driver.
pub(super) fn on_this_thread(host: &str) -> Option<Vec<IpAddr>> {
    if host.is_empty() || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    match thread::Builder::new().name("traffic-lookup".to_owned()).spawn(|| {}) {
        Ok(thread) => {
            // It does nothing, and is gone before the driver asks for one.
            let _ = thread.join();
            None
        }
        Err(_) => {
            let found = (host, 0).to_socket_addrs().into_iter().flatten();
            Some(found.map(|address| address.ip()).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_looks_up_names_as_long_as_there_are_threads() {
        for host in ["localhost", "127.0.0.1", "::1", ""] {
            assert_eq!(on_this_thread(host), None);
        }
    }
}
