//! What lies in Redis under a key.
//!
//! | bytes | big-endian |
//! |---|---|
//! | 4 | `TEC1` |
//! | 1 | flags: 1 deflated, 2 negative |
//! | 8 | generation |
//! | 8, 8, 8 | made, fresh until, stale until: milliseconds since 1970 |
//! | 4 | length of the value before it was deflated |
//! | 8 | seal of the key's name and of everything here but `TEC1` and this: XXH3, or where there is a sealing key the beginning of HMAC-SHA-256 |
//! | rest | the value |
//!
//! Whoever can write to Redis can write anything there, so reading is total: bytes are an entry of
//! the very name that was asked for, or they are refused. With a sealing key, which Redis does not
//! have, they are also one of ours. PHP has all it takes to read and write this by itself (`pack`,
//! `hash('xxh3')`, `hash_hmac`, `gzinflate`), so the addon shares its entries with us.

use super::entry::Entry;
use super::ttl::TTL_S_MAX;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::io::Read;
use thiserror::Error;
use xxhash_rust::xxh3::Xxh3;

const MAGIC: &[u8; 4] = b"TEC1";
const HEADER_BYTES: usize = 49;
const CHECKSUM_AT: usize = 41;
const DEFLATED: u8 = 1;
const NEGATIVE: u8 = 2;

/// Values that are larger cost more to move than to compute.
pub(super) const VALUE_BYTES_MAX: usize = 1_000_000;

/// Values from this size on are deflated, where that makes them smaller: below it a packet of the
/// network holds them anyway.
const DEFLATE_BYTES_MIN: usize = 1_024;

/// Clocks of two machines may differ by so much.
const SKEW_MS_MAX: i64 = 60_000;

/// No lifetime that we give is longer: a day, with jitter, and half of it more while it is stale.
const LIFE_MS_MAX: i64 = TTL_S_MAX as i64 * 2_000;

/// Bytes that are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Refused {
    #[error("it is shorter than a header")]
    Short,
    #[error("it is of another format or version")]
    Foreign,
    #[error("it has flags that nobody knows")]
    Flags,
    #[error("its checksum is another, or it belongs to another key")]
    Checksum,
    #[error("its moments are out of order or too far away")]
    Moments,
    #[error("its length is not the one it tells, or too large")]
    Length,
    #[error("it cannot be inflated")]
    Deflated,
}

/// `entry` as bytes for the key `name`; `None` where it is too large.
pub(super) fn sealed(name: &str, entry: &Entry, key: Option<&SecretString>) -> Option<Vec<u8>> {
    let length = u32::try_from(entry.value.len()).ok()?;
    if entry.value.len() > VALUE_BYTES_MAX {
        return None;
    }
    let deflated = deflated(&entry.value);
    let value = deflated.as_deref().unwrap_or(&entry.value);
    let flags =
        if deflated.is_some() { DEFLATED } else { 0 } | if entry.negative { NEGATIVE } else { 0 };
    let mut bytes = Vec::with_capacity(HEADER_BYTES + value.len());
    bytes.extend(MAGIC);
    bytes.push(flags);
    bytes.extend(entry.generation.to_be_bytes());
    for moment in [entry.made_ms, entry.fresh_until_ms, entry.stale_until_ms] {
        bytes.extend(moment.to_be_bytes());
    }
    bytes.extend(length.to_be_bytes());
    let seal = seal(key, name, &bytes[MAGIC.len()..], value);
    bytes.extend(seal.to_be_bytes());
    bytes.extend(value);
    Some(bytes)
}

/// The entry that `bytes` are, for the key `name`, at the moment `now_ms`.
pub(super) fn opened(
    name: &str,
    bytes: &[u8],
    now_ms: i64,
    key: Option<&SecretString>,
) -> Result<Entry, Refused> {
    let (header, value) = bytes.split_at_checked(HEADER_BYTES).ok_or(Refused::Short)?;
    let flags = header[MAGIC.len()];
    if &header[..MAGIC.len()] != MAGIC {
        return Err(Refused::Foreign);
    }
    if flags & !(DEFLATED | NEGATIVE) != 0 {
        return Err(Refused::Flags);
    }
    // Compared as one number, whose time tells nothing about how many of its bytes were right.
    if be_u64(header, CHECKSUM_AT) != seal(key, name, &header[MAGIC.len()..CHECKSUM_AT], value) {
        return Err(Refused::Checksum);
    }
    let [made_ms, fresh_until_ms, stale_until_ms] =
        [13, 21, 29].map(|at| be_u64(header, at).cast_signed());
    let in_order = made_ms <= fresh_until_ms && fresh_until_ms <= stale_until_ms;
    let is_near = made_ms <= now_ms.saturating_add(SKEW_MS_MAX)
        && stale_until_ms <= made_ms.saturating_add(LIFE_MS_MAX);
    if !in_order || !is_near {
        return Err(Refused::Moments);
    }
    let length = header[37..CHECKSUM_AT].try_into().expect("a header has all of its fields");
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| Refused::Length)?;
    let value = if flags & DEFLATED == 0 { value.to_vec() } else { inflated(value, length)? };
    if value.len() != length || length > VALUE_BYTES_MAX {
        return Err(Refused::Length);
    }
    Ok(Entry {
        value: value.into(),
        generation: be_u64(header, 5),
        negative: flags & NEGATIVE != 0,
        made_ms,
        fresh_until_ms,
        stale_until_ms,
    })
}

/// Eight bytes of a header as a number.
fn be_u64(header: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(header[at..at + 8].try_into().expect("a header has all of its fields"))
}

/// Eight bytes of an HMAC are enough: whoever has no key would have to try 2⁶³ entries in Redis.
fn seal(key: Option<&SecretString>, name: &str, head: &[u8], value: &[u8]) -> u64 {
    let Some(key) = key else {
        return checksum(name, head, value);
    };
    let key = key.expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(&(name.len() as u64).to_be_bytes());
    mac.update(name.as_bytes());
    mac.update(head);
    mac.update(value);
    be_u64(&mac.finalize().into_bytes(), 0)
}

fn checksum(name: &str, head: &[u8], value: &[u8]) -> u64 {
    let mut hash = Xxh3::new();
    // Its length keeps the end of a name apart from the beginning of a header.
    hash.update(&(name.len() as u64).to_be_bytes());
    hash.update(name.as_bytes());
    hash.update(head);
    hash.update(value);
    hash.digest()
}

/// `None` where it is not worth it.
fn deflated(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() < DEFLATE_BYTES_MIN {
        return None;
    }
    let mut deflated = Vec::with_capacity(value.len() / 4);
    // The fastest level: JSON of numbers shrinks to a quarter by any.
    DeflateEncoder::new(value, Compression::fast()).read_to_end(&mut deflated).ok()?;
    (deflated.len() < value.len()).then_some(deflated)
}

/// What would be longer than told, or than may be, is given up at that length.
fn inflated(value: &[u8], length: usize) -> Result<Vec<u8>, Refused> {
    if length > VALUE_BYTES_MAX {
        return Err(Refused::Length);
    }
    let mut inflated = Vec::with_capacity(length.min(64 * value.len()));
    let mut bounded = DeflateDecoder::new(value).take(length as u64 + 1);
    bounded.read_to_end(&mut inflated).map_err(|_| Refused::Deflated)?;
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW_MS: i64 = 1_755_673_445_000;

    fn entry(value: Vec<u8>) -> Entry {
        Entry {
            value: value.into(),
            generation: 7,
            negative: false,
            made_ms: NOW_MS,
            fresh_until_ms: NOW_MS + 60_000,
            stale_until_ms: NOW_MS + 90_000,
        }
    }

    /// The bytes of `change`d fields under a checksum that is right.
    fn forged(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut bytes = sealed(name, &entry(b"{}".to_vec()), None).expect("small");
        change(&mut bytes);
        let sum = checksum(name, &bytes[4..CHECKSUM_AT], &bytes[HEADER_BYTES..]);
        bytes[CHECKSUM_AT..HEADER_BYTES].copy_from_slice(&sum.to_be_bytes());
        bytes
    }

    #[test]
    fn large_values_are_deflated() {
        let rows = br#"{"user_id":17,"period_upload":123456789},"#.repeat(1_000);
        let bytes = sealed("a", &entry(rows.clone()), None).expect("it is not too large");
        assert!(bytes.len() < rows.len() / 4, "{} of {}", bytes.len(), rows.len());
        assert_eq!(opened("a", &bytes, NOW_MS, None), Ok(entry(rows)));
        assert_eq!(sealed("a", &entry(vec![0; VALUE_BYTES_MAX + 1]), None), None);
    }

    #[test]
    fn what_was_not_sealed_for_the_name_is_refused() {
        let bytes = sealed("a", &entry(b"{}".to_vec()), None).expect("small");
        assert_eq!(opened("b", &bytes, NOW_MS, None), Err(Refused::Checksum));
        assert_eq!(opened("a", b"", NOW_MS, None), Err(Refused::Short));
        assert_eq!(
            opened(
                "a",
                br#"{"value":[1,2,3],"of":"an earlier release, as plain JSON"}"#,
                NOW_MS,
                None
            ),
            Err(Refused::Foreign)
        );
        assert_eq!(opened("a", &bytes[..HEADER_BYTES - 1], NOW_MS, None), Err(Refused::Short));
        assert_eq!(opened("a", &bytes[..bytes.len() - 1], NOW_MS, None), Err(Refused::Checksum));
        let of = |change: fn(&mut Vec<u8>)| opened("a", &forged("a", change), NOW_MS, None);
        assert_eq!(of(|_| ()), Ok(entry(b"{}".to_vec())));
        assert_eq!(of(|bytes| bytes[3] = b'2'), Err(Refused::Foreign));
        assert_eq!(of(|bytes| bytes[4] = 4), Err(Refused::Flags));
        assert_eq!(of(|bytes| bytes[29] = 0x7f), Err(Refused::Moments));
        assert_eq!(of(|bytes| bytes[13] = 0x7f), Err(Refused::Moments));
        assert_eq!(of(|bytes| bytes[40] = 9), Err(Refused::Length));
        assert_eq!(of(|bytes| bytes[4] = DEFLATED), Err(Refused::Deflated));
    }

    #[test]
    fn only_who_has_the_key_can_seal() {
        let key = SecretString::from("a key that Redis does not have");
        let other = SecretString::from("another");
        let bytes = sealed("a", &entry(b"{}".to_vec()), Some(&key)).expect("small");
        assert_eq!(opened("a", &bytes, NOW_MS, Some(&key)), Ok(entry(b"{}".to_vec())));
        assert_eq!(opened("a", &bytes, NOW_MS, Some(&other)), Err(Refused::Checksum));
        assert_eq!(opened("a", &bytes, NOW_MS, None), Err(Refused::Checksum));
        assert_eq!(opened("b", &bytes, NOW_MS, Some(&key)), Err(Refused::Checksum));
        // As anybody could make it, and as releases before this one did.
        let plain = forged("a", |_| ());
        assert_eq!(opened("a", &plain, NOW_MS, Some(&key)), Err(Refused::Checksum));
    }

    #[test]
    fn a_bomb_is_given_up_at_the_length_it_tells() {
        let zeros = vec![0_u8; 900_000];
        let bomb = deflated(&zeros).expect("zeros shrink");
        for told in [10_u32, VALUE_BYTES_MAX as u32 + 1, u32::MAX] {
            let bytes = forged("a", |bytes| {
                bytes.truncate(HEADER_BYTES);
                bytes[4] = DEFLATED;
                bytes[37..41].copy_from_slice(&told.to_be_bytes());
                bytes.extend(&bomb);
            });
            assert_eq!(opened("a", &bytes, NOW_MS, None), Err(Refused::Length), "{told}");
        }
    }

    proptest! {
        #[test]
        fn entries_come_back(value in prop::collection::vec(any::<u8>(), 0..4_000), name in ".*", negative: bool, generation: u64) {
            let entry = Entry { negative, generation, ..entry(value) };
            let bytes = sealed(&name, &entry, None).expect("small");
            prop_assert_eq!(opened(&name, &bytes, NOW_MS, None), Ok(entry));
        }

        #[test]
        fn any_bytes_are_an_entry_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(opened("a", &bytes, NOW_MS, None).is_err());
        }

        #[test]
        fn a_changed_byte_is_noticed(at in 0..200_usize, by in 1..=255_u8) {
            let mut bytes = sealed("a", &entry(vec![b'x'; 151]), None).expect("small");
            bytes[at] ^= by;
            prop_assert!(opened("a", &bytes, NOW_MS, None).is_err());
        }

        #[test]
        fn well_sealed_nonsense_does_no_harm(header in prop::collection::vec(any::<u8>(), 36..=36), value in prop::collection::vec(any::<u8>(), 0..100)) {
            let bytes = forged("a", |bytes| {
                bytes.truncate(HEADER_BYTES);
                bytes[5..CHECKSUM_AT].copy_from_slice(&header);
                bytes[4] = header[0] & 3;
                bytes.extend(&value);
            });
            let _ = opened("a", &bytes, NOW_MS, None);
        }
    }
}
