//! Traffic Engine as a PHP extension.
//!
//! It translates, nothing else: options arrays to the engine's requests, and answers to PHP arrays
//! or JSON. Nothing is started before the first question: whatever forks before that is safe.
#![expect(missing_docs, reason = "the macros of ext-php-rs make functions of their own")]

mod config;
mod engine;
mod engines;
mod exceptions;
mod floats;
mod info;
mod ini;
mod log;
mod options;
mod requests;
mod zval;

use engine::Engine;
use ext_php_rs::prelude::*;
use ini::startup;

/// What PHP asks for when it loads the extension.
#[php_module]
#[php(startup = "startup")]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    exceptions::register(module.name("traffic_engine").version(env!("CARGO_PKG_VERSION")))
        .class::<Engine>()
        .info_function(info::show)
        .shutdown_function(engines::shut_down)
}
