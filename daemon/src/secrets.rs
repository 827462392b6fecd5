//! Keeps passwords out of sight: of the process title, of output and of errors.

use crate::failure::Failure;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// Hands the password of `--store` to the process that continues without it.
pub(crate) const HANDED_OVER: &str = "TRAFFIC_ENGINE_STORE_PASSWORD";

/// Starts this program again without the password when a store address among the arguments holds
/// one: everybody on the machine can read the arguments of a process, only its owner the
/// environment. Returns when there is nothing to hide.
///
/// # Errors
/// [`Failure::Hide`] when the program cannot be started again.
pub(crate) fn hide_password() -> Result<(), Failure> {
    let given: Vec<OsString> = env::args_os().collect();
    let Some(hidden) = without_passwords(&given) else {
        return Ok(());
    };
    let mut again = Command::new(env::current_exe().map_err(Failure::Hide)?);
    let mut arguments = hidden.arguments.iter();
    again.arg0(arguments.next().unwrap_or(&OsString::new())).args(arguments);
    if let Some(password) = hidden.password {
        again.env(HANDED_OVER, password);
    }
    Err(Failure::Hide(again.exec()))
}

/// Arguments without passwords, and the password of the store.
#[derive(Debug, PartialEq, Eq)]
struct Hidden {
    arguments: Vec<OsString>,
    password: Option<String>,
}

fn without_passwords(given: &[OsString]) -> Option<Hidden> {
    let mut hidden = Hidden { arguments: Vec::with_capacity(given.len()), password: None };
    let mut found = false;
    let mut names_store = false;
    for argument in given {
        let text = argument.to_str().unwrap_or_default();
        let (option, address) = match text.strip_prefix("--store=") {
            Some(address) => ("--store=", address),
            None => ("", text),
        };
        if let Some((rest, password)) = without_password(address) {
            found = true;
            // Elsewhere an address is a mistake whose error message is still to come.
            if names_store || !option.is_empty() {
                hidden.password = Some(password);
            }
            hidden.arguments.push(format!("{option}{rest}").into());
        } else {
            hidden.arguments.push(argument.clone());
        }
        names_store = text == "--store";
    }
    found.then_some(hidden)
}

/// A server's address without its password, and the password.
fn without_password(address: &str) -> Option<(String, String)> {
    let (scheme, rest) = address.split_once("://")?;
    if !["mysql", "mariadb"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (login, place) = rest.split_at(login_end(rest)?);
    let (user, password) = login.split_once(':')?;
    let password = percent_decode_str(password).decode_utf8_lossy().into_owned();
    Some((format!("{scheme}://{user}{place}"), password))
        .filter(|(_, password)| !password.is_empty())
}

/// Where user and password end: before the last `@` that is not part of a parameter.
fn login_end(rest: &str) -> Option<usize> {
    let parameters = rest.find('?').unwrap_or(rest.len());
    rest[..parameters].rfind('@').or_else(|| {
        // A password with an unescaped `?` looks like parameters behind what is no port.
        let (_, port) = rest[..parameters].split_once(':')?;
        let port = port.split('/').next().unwrap_or_default();
        rest.rfind('@').filter(|_| !port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The password that the environment hands over, if any.
pub(crate) fn from_environment(variable: &str) -> Option<SecretString> {
    env::var(variable).ok().filter(|value| !value.is_empty()).map(Into::into)
}

/// The password that a file holds; one line end after it is not part of it.
///
/// # Errors
/// [`Failure::BadPasswordFile`] when the file cannot be read.
pub(crate) fn from_file(path: &Path) -> Result<SecretString, Failure> {
    let bad = |error: io::Error| Failure::BadPasswordFile {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let text = fs::read_to_string(path).map_err(bad)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    Ok(password.strip_suffix('\r').unwrap_or(password).to_owned().into())
}

/// True when every user of this machine may read the file.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o004 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(arguments: &[&str]) -> Option<(Vec<String>, Option<String>)> {
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        let hidden = without_passwords(&arguments)?;
        let texts = hidden.arguments.iter().map(|it| it.to_string_lossy().into_owned());
        Some((texts.collect(), hidden.password))
    }

    #[test]
    fn both_spellings_of_the_option_lose_their_password() {
        let clean = "mysql://ada@db:3307/v2r?tls=required";
        let full = "mysql://ada:p%40ss@db:3307/v2r?tls=required";
        let (texts, password) = hidden(&["te", "--store", full, "live"]).expect("a password");
        assert_eq!(texts, ["te", "--store", clean, "live"]);
        assert_eq!(password.as_deref(), Some("p@ss"));
        let (texts, password) = hidden(&["te", "live", &format!("--store={full}")]).expect("one");
        assert_eq!(texts, ["te", "live", &format!("--store={clean}")]);
        assert_eq!(password.as_deref(), Some("p@ss"));
    }

    #[test]
    fn careless_passwords_are_hidden_too() {
        for password in ["p@ss", "p/ss", "p?ss", "p#ss", "p:ss", "12/x"] {
            let (texts, found) =
                hidden(&["te", "--store", &format!("mysql://ada:{password}@db/v2r")])
                    .unwrap_or_else(|| panic!("{password} stays"));
            assert_eq!(
                (texts[2].as_str(), found.as_deref()),
                ("mysql://ada@db/v2r", Some(password))
            );
        }
    }

    #[test]
    fn misplaced_addresses_lose_their_password_for_good() {
        let (texts, password) = hidden(&["te", "MySQL://ada:x@db/v2r"]).expect("a password");
        assert_eq!(texts, ["te", "MySQL://ada@db/v2r"]);
        assert_eq!(password, None);
    }

    #[test]
    fn other_arguments_stay_as_they_are() {
        for address in
            ["mysql://ada@db/v2r", "mysql://db:3306/v2r?socket=/a@b", "sqlite://a:b@c.db", "a:b@c"]
        {
            assert_eq!(hidden(&["te", "--store", address]), None, "{address}");
        }
    }
}
