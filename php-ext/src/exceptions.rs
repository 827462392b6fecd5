//! The exceptions PHP code can catch.

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, ClassProperty, FunctionBuilder};
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::error::Result as ExtResult;
use ext_php_rs::flags::{DataType, MethodFlags, PropertyFlags};
use ext_php_rs::prelude::*;
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ExecuteData, ExecutorGlobals, ce, run_handler};
use ext_php_rs::zend_fastcall;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;
use traffic_engine::EngineError;
use traffic_engine::cache::CacheError;

/// Declares exception classes.
///
/// They are plain PHP classes: PHP itself makes their objects, and thereby notes file, line and
/// trace. The types stand for the classes; no object of theirs is ever inside one of PHP's.
macro_rules! exceptions {
    ($($rust:ident, $php:literal, extends($($parent:tt)*);)*) => {
        $(
            #[php_class]
            #[php(name = $php)]
            #[php(extends($($parent)*))]
            pub struct $rust;

            #[php_impl]
            impl $rust {}
        )*

        /// Announces the classes to PHP, parents first.
        pub(crate) fn register() -> ExtResult<()> {
            $(class::<$rust>().register()?;)*
            Ok(())
        }
    };
}

exceptions! {
    Exception, "TrafficEngine\\Exception", extends(ce = ce::exception, stub = "Exception");
    InvalidRequestException, "TrafficEngine\\InvalidRequestException", extends(Exception);
    ConfigException, "TrafficEngine\\ConfigException", extends(Exception);
    StoreException, "TrafficEngine\\StoreException", extends(Exception);
    SnapshotException, "TrafficEngine\\SnapshotException", extends(Exception);
    InternalException, "TrafficEngine\\InternalException", extends(Exception);
}

/// The class of `T`. The parent of all has what is ours.
fn class<T: RegisteredClass>() -> ClassBuilder {
    let class = ClassBuilder::new(T::CLASS_NAME).registration(|entry, arguments| {
        T::get_metadata().set_ce(entry);
        T::get_metadata().set_arg_info(arguments);
    });
    let class = match T::EXTENDS {
        Some(parent) => class.extends(parent),
        None => class,
    };
    if T::CLASS_NAME == Exception::CLASS_NAME { with_error_code(class) } else { class }
}

const ERROR_CODE: &str = "errorCode";
const RETRYABLE: &str = "retryable";

/// A name PHP code cannot call: the method is private.
const FILL: &str = "fill";

fn with_error_code(class: ClassBuilder) -> ClassBuilder {
    let code = property(ERROR_CODE, DataType::String, || String::new().into_zval(true));
    let retryable = property(RETRYABLE, DataType::Bool, || false.into_zval(true));
    let get = FunctionBuilder::new("getErrorCode", get_error_code);
    let is_retryable = FunctionBuilder::new("isRetryable", is_retryable);
    let fill = FunctionBuilder::new(FILL, fill)
        .arg(Arg::new("message", DataType::String))
        .arg(Arg::new(ERROR_CODE, DataType::String))
        .arg(Arg::new(RETRYABLE, DataType::Bool));
    class
        .property(code)
        .property(retryable)
        .method(get.returns(DataType::String, false, false), MethodFlags::Public)
        .method(is_retryable.returns(DataType::Bool, false, false), MethodFlags::Public)
        .method(fill.returns(DataType::Void, false, false), MethodFlags::Private)
}

/// A protected property.
fn property(name: &str, ty: DataType, default: fn() -> ExtResult<Zval>) -> ClassProperty {
    ClassProperty {
        name: name.into(),
        flags: PropertyFlags::Protected,
        default: Some(Box::new(default)),
        docs: &[],
        ty: Some(ty),
        nullable: false,
        readonly: false,
        default_stub: None,
    }
}

zend_fastcall! {
    extern fn is_retryable(call: &mut ExecuteData, answer: &mut Zval) {
        run_handler(AssertUnwindSafe(|| {
            let retryable = call.get_self().and_then(|it| it.get_property::<bool>(RETRYABLE).ok());
            answer.set_bool(retryable.unwrap_or_default());
        }));
    }
}

zend_fastcall! {
    extern fn get_error_code(call: &mut ExecuteData, answer: &mut Zval) {
        run_handler(AssertUnwindSafe(|| {
            let code = call.get_self().and_then(|it| it.get_property::<String>(ERROR_CODE).ok());
            // A subclass may have unset it.
            if answer.set_string(&code.unwrap_or_default(), false).is_err() {
                answer.set_null();
            }
        }));
    }
}

zend_fastcall! {
    /// Only a method of the class may write what is protected.
    extern fn fill(call: &mut ExecuteData, _answer: &mut Zval) {
        run_handler(AssertUnwindSafe(|| {
            let mut message = Arg::new("message", DataType::String);
            let mut code = Arg::new(ERROR_CODE, DataType::String);
            let mut retryable = Arg::new(RETRYABLE, DataType::Bool);
            let (parser, this) = call.parser_object();
            if parser.arg(&mut message).arg(&mut code).arg(&mut retryable).parse().is_err() {
                return;
            }
            let texts = message.val::<String>().zip(code.val::<String>());
            let filled = this.zip(texts).zip(retryable.val::<bool>());
            if let Some(((this, (message, code)), retryable)) = filled {
                let written = this
                    .set_property("message", message)
                    .and_then(|()| this.set_property(ERROR_CODE, code))
                    .and_then(|()| this.set_property(RETRYABLE, retryable));
                if let Err(error) = written {
                    PhpException::from(error).throw();
                }
            }
        }));
    }
}

/// What an exception tells.
struct Told {
    message: String,
    code: String,
    /// The same request may succeed a little later.
    retryable: bool,
}

/// An exception of the class `T`.
fn thrown<T: RegisteredClass>(told: &Told) -> PhpException {
    let Told { message, code, retryable } = told;
    let plain = || PhpException::from_class::<T>(message.to_owned());
    if ExecutorGlobals::has_exception() {
        // That one came first and is what PHP goes on with.
        return plain();
    }
    let object = without_arguments(|| ZendObject::new(T::get_metadata().ce()));
    // What kept the code from being noted is worth less than the message.
    let filled = object.try_call_method(FILL, vec![message, code, retryable]);
    match filled.and_then(|_| object.into_zval(false)) {
        Ok(object) => plain().with_object(object),
        Err(_) => plain(),
    }
}

/// What `make` gives, while PHP keeps the arguments of calls out of traces: a configuration holds
/// a password, and traces are shown and logged.
fn without_arguments<T>(make: impl FnOnce() -> T) -> T {
    let ignore =
        |ignore| std::mem::replace(&mut ExecutorGlobals::get_mut().exception_ignore_args, ignore);
    let before = ignore(true);
    let made = make();
    ignore(before);
    made
}

/// The answer, or the exception PHP code gets for its failure; a panic is one too.
///
/// What a panic interrupts stays usable: the engine's locks protect values that are replaced whole.
pub(crate) fn caught<T>(ask: impl FnOnce() -> Result<T, Failure>) -> PhpResult<T> {
    let ask = || {
        panic_if_tested();
        ask()
    };
    let answer = catch_unwind(AssertUnwindSafe(ask));
    Ok(answer.unwrap_or_else(|panic| Err(Failure::Internal(panic_message(&*panic))))?)
}

/// No input leads to a panic that we know of, so the tests have this way. What is released does not.
fn panic_if_tested() {
    #[cfg(debug_assertions)]
    if std::env::var_os("TRAFFIC_ENGINE_TEST_PANIC").is_some() {
        panic!("the tests asked for it");
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A panic, or PHP itself refusing something.
    #[error("{0}; this is a defect of the extension, please report it")]
    Internal(String),
}

impl From<ext_php_rs::error::Error> for Failure {
    fn from(error: ext_php_rs::error::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Tells the log, by the levels that the C library has for the same failures.
fn log(failure: &Failure, told: &Told) {
    let Told { message, code, .. } = told;
    match failure {
        Failure::Internal(_) => tracing::error!(code, "{message}"),
        Failure::Engine(error) if error.is_usage() => tracing::debug!(code, "{message}"),
        Failure::Engine(_) => tracing::warn!(code, "{message}"),
    }
}

impl From<Failure> for PhpException {
    fn from(failure: Failure) -> Self {
        let (code, retryable) = match &failure {
            Failure::Engine(error) => (error.code().as_str(), error.is_retryable()),
            Failure::Internal(_) => ("internal", false),
        };
        let told = Told { message: failure.to_string(), code: code.to_owned(), retryable };
        log(&failure, &told);
        match failure {
            Failure::Internal(_) => thrown::<InternalException>(&told),
            Failure::Engine(
                EngineError::Store(_) | EngineError::Time(_) | EngineError::Rollup(_),
            ) => thrown::<StoreException>(&told),
            Failure::Engine(EngineError::Snapshot(_) | EngineError::Memory(_)) => {
                thrown::<SnapshotException>(&told)
            }
            Failure::Engine(
                EngineError::Config(_)
                | EngineError::Path(_)
                | EngineError::Cache(CacheError::Address | CacheError::NotConfigured),
            ) => thrown::<ConfigException>(&told),
            Failure::Engine(
                EngineError::Question(_)
                | EngineError::Option(_)
                | EngineError::Range(_)
                | EngineError::Sort(_)
                | EngineError::Limit(_)
                | EngineError::GroupBy(_)
                | EngineError::Index(_)
                | EngineError::Cache(
                    CacheError::Pattern { .. } | CacheError::Trigger { .. } | CacheError::TwoWays,
                )
                | EngineError::Plan(_),
            ) => thrown::<InvalidRequestException>(&told),
        }
    }
}
