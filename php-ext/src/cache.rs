//! The class `TrafficEngine\Cache`.

use crate::exceptions::caught;
use crate::floats::NONE;
use crate::options::argument;
use crate::zval::Array;
use crate::{basedir, caches, log, options};
use ext_php_rs::binary::Binary;
use ext_php_rs::binary_slice::BinarySlice;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;
use std::sync::Arc;
use traffic_engine::ask::Keep;
use traffic_engine::cache::{Cache as Inner, Invalidated, Key, Pattern, Trigger};
use traffic_engine::{BadConfig, EngineError, FromOptions};

/// Keeps values in the memory of this process and in Redis.
#[php_class]
#[php(name = "TrafficEngine\\Cache")]
#[php(flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Cache {
    inner: Arc<Inner>,
}

#[php_impl]
impl Cache {
    /// The cache with this configuration, kept by this process from request to request.
    pub fn open(config: &ZendHashTable) -> PhpResult<Self> {
        caught(|| {
            log::begin();
            let options =
                options::read(Some(config)).map_err(BadConfig::from).map_err(EngineError::from)?;
            basedir::check_cache(&options)?;
            Ok(Self { inner: caches::get(options)? })
        })
    }

    /// What is kept and fresh under a key; null where nothing is.
    pub fn get(&self, key: BinarySlice<u8>) -> PhpResult<Option<Binary<u8>>> {
        caught(|| {
            let served = self.inner.get(Key::named(argument("key", &key)?));
            Ok(served.map(|served| Binary::from(served.value.to_vec())))
        })
    }

    /// Keeps a value; false where it is too large, or where Redis should have it and has not.
    #[php(optional = options)]
    pub fn set(
        &self,
        key: BinarySlice<u8>,
        value: BinarySlice<u8>,
        options: Option<&ZendHashTable>,
    ) -> PhpResult<bool> {
        caught(|| {
            let key = Key::named(argument("key", &key)?);
            let keep = Keep::from_options(&options::read(options)?)?;
            Ok(self.inner.set(key, &value[..], &keep.kind()))
        })
    }

    /// Forgets what is kept under a key; true where something was.
    pub fn delete(&self, key: BinarySlice<u8>) -> PhpResult<bool> {
        caught(|| Ok(self.inner.remove(argument("key", &key)?)))
    }

    /// Forgets the keys that a pattern means, in all processes within a second; how many there were.
    pub fn invalidate(&self, pattern: BinarySlice<u8>) -> PhpResult<i64> {
        caught(|| {
            let pattern =
                Pattern::new(argument("pattern", &pattern)?).map_err(EngineError::from)?;
            Ok(entries(self.inner.invalidate(&pattern)))
        })
    }

    /// Forgets what something that happened makes worthless; how many there were.
    pub fn trigger(&self, trigger: BinarySlice<u8>) -> PhpResult<i64> {
        caught(|| {
            let trigger: Trigger =
                argument("trigger", &trigger)?.parse().map_err(EngineError::from)?;
            Ok(entries(self.inner.trigger(trigger)))
        })
    }

    /// Whether Redis answers; false where none is configured.
    pub fn is_available(&self) -> PhpResult<bool> {
        caught(|| Ok(self.inner.has_redis()))
    }

    /// How well it does, over all processes where Redis adds that up.
    pub fn stats(&self) -> PhpResult<Array> {
        caught(|| Array::of(&self.inner.stats(), NONE))
    }
}

/// Redis holds what memory does, and what other processes put there.
fn entries(removed: Invalidated) -> i64 {
    i64::try_from(removed.redis.max(removed.memory)).unwrap_or(i64::MAX)
}
