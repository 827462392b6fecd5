//! The exceptions PHP code can catch.

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendClassObject;
use ext_php_rs::zend::{ExecutorGlobals, ce};
use thiserror::Error;
use traffic_engine::EngineError;
use traffic_engine::range::RangeError;

/// Declares an exception class and its one method of ours.
macro_rules! exception {
    ($rust:ident, $php:literal, extends($($parent:tt)*)) => {
        #[php_class]
        #[php(name = $php)]
        #[php(extends($($parent)*))]
        #[derive(Debug, Default)]
        pub struct $rust {
            code: String,
        }

        #[php_impl]
        impl $rust {
            /// The engine's code, the same on every surface.
            pub fn get_error_code(&self) -> String {
                self.code.clone()
            }
        }

        impl $rust {
            #[allow(dead_code, reason = "the parent of all is never thrown itself")]
            fn thrown(code: String, message: &str) -> PhpException {
                thrown(Self { code }, message)
            }
        }
    };
}

exception!(Exception, "TrafficEngine\\Exception", extends(ce = ce::exception, stub = "Exception"));
exception!(InvalidRequestException, "TrafficEngine\\InvalidRequestException", extends(Exception));
exception!(ConfigException, "TrafficEngine\\ConfigException", extends(Exception));
exception!(StoreException, "TrafficEngine\\StoreException", extends(Exception));
exception!(SnapshotException, "TrafficEngine\\SnapshotException", extends(Exception));
exception!(InternalException, "TrafficEngine\\InternalException", extends(Exception));

/// Announces the classes to PHP, parents first.
pub(crate) fn register(module: ModuleBuilder) -> ModuleBuilder {
    module
        .class::<Exception>()
        .class::<InvalidRequestException>()
        .class::<ConfigException>()
        .class::<StoreException>()
        .class::<SnapshotException>()
        .class::<InternalException>()
}

/// An exception of the class of `value`. PHP makes it, so that it has message, file and line, and
/// is given the value then.
fn thrown<T: RegisteredClass>(value: T, message: &str) -> PhpException {
    let plain = || PhpException::from_message(message.to_owned());
    if ExecutorGlobals::has_exception() {
        // That one came first and is what PHP goes on with.
        return plain();
    }
    PhpException::from_class::<T>(message.to_owned()).throw();
    let Some(mut object) = ExecutorGlobals::take_exception() else {
        return plain();
    };
    if let Some(object) = ZendClassObject::<T>::from_zend_obj_mut(&mut object) {
        object.initialize(value);
    }
    match object.into_zval(false) {
        Ok(object) => plain().with_object(object),
        // What kept the exception from being passed on is worth less than its message.
        Err(_) => plain(),
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An option that cannot be understood.
    #[error("{0}")]
    Options(String),
    /// A configuration that cannot be understood.
    #[error("{0}")]
    Config(String),
    /// A panic, or PHP itself refusing something.
    #[error("{0}; this is a defect of the extension, please report it")]
    Internal(String),
}

impl From<RangeError> for Failure {
    fn from(error: RangeError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<ext_php_rs::error::Error> for Failure {
    fn from(error: ext_php_rs::error::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Failure> for PhpException {
    fn from(failure: Failure) -> Self {
        let message = failure.to_string();
        let code = match &failure {
            Failure::Engine(error) => error.code().as_str(),
            Failure::Options(_) => "bad_option",
            Failure::Config(_) => "bad_config",
            Failure::Internal(_) => "internal",
        };
        tracing::error!(code, "{message}");
        let code = code.to_owned();
        match failure {
            Failure::Options(_) => InvalidRequestException::thrown(code, &message),
            Failure::Config(_) => ConfigException::thrown(code, &message),
            Failure::Internal(_) => InternalException::thrown(code, &message),
            Failure::Engine(EngineError::Store(_)) => StoreException::thrown(code, &message),
            Failure::Engine(EngineError::Snapshot(_) | EngineError::Memory(_)) => {
                SnapshotException::thrown(code, &message)
            }
            Failure::Engine(EngineError::Path(_)) => ConfigException::thrown(code, &message),
            Failure::Engine(
                EngineError::Range(_)
                | EngineError::Sort(_)
                | EngineError::Limit(_)
                | EngineError::GroupBy(_)
                | EngineError::Plan(_),
            ) => InvalidRequestException::thrown(code, &message),
        }
    }
}
