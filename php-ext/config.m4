dnl Lets phpize, and with it PIE, build the extension: cargo compiles it, the Makefile of phpize
dnl installs and tests it.

PHP_ARG_ENABLE([traffic-engine],
  [whether to build Traffic Engine],
  [AS_HELP_STRING([--enable-traffic-engine],
    [Build the extension traffic_engine])],
  [yes])

dnl Everything that is missing is named at once: each is another visit to a package manager.
traffic_engine_missing=
AC_DEFUN([TRAFFIC_ENGINE_MISSING], [
  AC_MSG_WARN([$1])
  traffic_engine_missing=yes
])

AC_MSG_CHECKING([for PHP 8.1 or later])
traffic_engine_php=`$PHP_CONFIG --version`
AC_MSG_RESULT([$traffic_engine_php])
if test "`$PHP_CONFIG --vernum`" -lt 80100; then
  TRAFFIC_ENGINE_MISSING([PHP $traffic_engine_php is too old; PHP 8.1 or later is needed (name another with --with-php-config=PATH)])
fi
if test ! -x "$PHP_EXECUTABLE"; then
  TRAFFIC_ENGINE_MISSING([$PHP_CONFIG names no PHP program; install the command line of PHP (Debian: php-cli)])
fi

dnl Rustup's folder is not on the path of shells opened before it was installed.
AC_PATH_PROG([CARGO], [cargo], [], [$PATH$PATH_SEPARATOR$HOME/.cargo/bin])
traffic_engine_rust=`$SED -n 's/^rust-version *= *"\(.*\)".*/\1/p' "$abs_srcdir/../Cargo.toml"`
if test -z "$CARGO"; then
  TRAFFIC_ENGINE_MISSING([cargo is missing; install Rust $traffic_engine_rust or later from https://rustup.rs])
else
  AC_MSG_CHECKING([for Rust $traffic_engine_rust or later])
  traffic_engine_cargo=`$CARGO --version | cut -d' ' -f2`
  AC_MSG_RESULT([$traffic_engine_cargo])
  AS_VERSION_COMPARE([$traffic_engine_cargo], [$traffic_engine_rust],
    [TRAFFIC_ENGINE_MISSING([cargo $traffic_engine_cargo is too old; Rust $traffic_engine_rust or later is needed: rustup update])])
fi

dnl The variables are bindgen's own, for who keeps clang elsewhere.
AC_PATH_PROG([CLANG], [clang])
if test -z "$CLANG$CLANG_PATH$LIBCLANG_PATH"; then
  TRAFFIC_ENGINE_MISSING([clang is missing, which reads the headers of PHP; install it (Debian: clang libclang-dev)])
fi

if test -n "$traffic_engine_missing"; then
  AC_MSG_ERROR([Traffic Engine cannot be built; what is missing is named above])
fi

dnl Where PHP is the one of the path anyway, cargo is not told, and keeps what it has built.
TRAFFIC_ENGINE_ENV=
if test ! "$PHP_EXECUTABLE" -ef "`command -v php`" || test ! "`command -v $PHP_CONFIG`" -ef "`command -v php-config`"; then
  TRAFFIC_ENGINE_ENV="PHP=$PHP_EXECUTABLE PHP_CONFIG=`command -v $PHP_CONFIG`"
fi

dnl `make install`, which is often run as another user, must find nothing left to build.
TRAFFIC_ENGINE_SOURCES=`cd "$abs_srcdir" && find src Cargo.toml ../engine/src ../engine/Cargo.toml ../sql ../Cargo.toml ../Cargo.lock -type f | \
  $SED "s#^#$abs_srcdir/#" | tr '\n' ' '`

PHP_MODULES="$PHP_MODULES \$(phplibdir)/traffic_engine.la"
PHP_SUBST(CARGO)
PHP_SUBST(TRAFFIC_ENGINE_ENV)
PHP_SUBST(TRAFFIC_ENGINE_SOURCES)
dnl Without a C file there is no folder for objects, which phpize stumbles over.
PHP_ADD_BUILD_DIR([$abs_builddir])
PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/Makefile.frag], [$abs_srcdir], [$abs_builddir])
