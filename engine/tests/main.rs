//! The engine by its public API alone, in one program: linking the databases takes longer than most
//! tests, so it is done once.

mod cache;
mod cache_redis;
mod cache_replay;
mod connections;
mod extremes;
mod keys;
mod options;
mod outliving;
mod properties;
mod rollups;
mod snapshot;
mod stores;
mod street;
