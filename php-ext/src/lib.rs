//! Traffic Engine as a PHP extension.
//!
//! It translates, nothing else: options arrays to the engine's requests, and answers to PHP arrays
//! or JSON. Nothing is started before the first question: whatever forks before that is safe.
#![allow(missing_docs, reason = "the macros of ext-php-rs make functions of their own")]

mod basedir;
mod cache;
mod caches;
mod config;
mod engine;
mod engines;
mod exceptions;
mod floats;
mod info;
mod ini;
mod log;
mod options;
mod pieces;
mod zval;

use cache::Cache;
use engine::Engine;
use ext_php_rs::error::php_error;
use ext_php_rs::flags::ErrorType;
use ext_php_rs::prelude::*;
use pieces::JsonPieces;

/// Announces to PHP what the builder below cannot; PHP refuses to start where it fails.
fn startup(_type: i32, module: i32) -> i32 {
    ini::register(module);
    match exceptions::register() {
        Ok(()) => 0,
        Err(error) => {
            php_error(&ErrorType::CoreWarning, &format!("traffic_engine: {error}"));
            -1
        }
    }
}

/// What PHP asks for when it loads the extension.
#[php_module]
#[php(startup = "startup")]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    module
        .name("traffic_engine")
        .version(env!("CARGO_PKG_VERSION"))
        .class::<Engine>()
        .class::<Cache>()
        .class::<JsonPieces>()
        .info_function(info::show)
        .shutdown_function(engines::shut_down)
}
