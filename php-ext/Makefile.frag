
# `make CARGO_PROFILE=dev` is quick to build and slow to run. What cargo builds is installed without the
# line numbers of all its libraries, which would make it six times as large.
CARGO_PROFILE = release

# Libtool has no part in it: `make test` takes the library's name from the .la file, and
# `make install` whatever modules/ holds. The + lets cargo share the jobs of make.
$(phplibdir)/traffic_engine.la: $(TRAFFIC_ENGINE_SOURCES)
	+@built=`cd $(srcdir)/.. && $(TRAFFIC_ENGINE_ENV) $(CARGO) build --locked --profile $(CARGO_PROFILE) \
		--package traffic-engine-php --message-format json-render-diagnostics | \
		$(SED) -n 's/.*"filenames":\["\([^"]*traffic_engine_php\.[^"]*\)".*/\1/p'`; \
	if test -z "$$built"; then \
		echo "cargo could not build Traffic Engine; its messages are above. Where they speak of libclang, install clang (Debian: clang libclang-dev)" >&2; \
		exit 1; \
	fi; \
	strip --strip-debug -o $(phplibdir)/traffic_engine.so "$$built" && echo "dlname='traffic_engine.so'" > $@
