# Where Rust and Go are installed; shells opened before that do not know.
export PATH := $(PATH):$(HOME)/.cargo/bin:/usr/local/go/bin

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz kills properties bench bench-live bench-whmcs bench-ffi bench-kernels bench-cache build php-ext install-php-ext ffi install-ffi whmcs-package fmt lint clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

demo: ## Install what is needed, then rank half a million generated rows
	@scripts/setup demo
	@scripts/demo

test: ## Install what is needed, then run every check and test
	@scripts/setup test
	@scripts/test

# The server's buffer pool holds the larger data set with every index.
bench: ## Install what is needed, then measure beside the baselines (BENCH="--rows 500k")
	@scripts/setup bench
	@TRAFFIC_ENGINE_TEST_MYSQL_POOL=2G scripts/with-mariadb \
		cargo run --release -p traffic-engine-bench -- $(BENCH)
	cargo bench -p traffic-engine-microbench --bench cache

# The command line and the PHP extension are asked, too, and lie beside the benchmark.
bench-live: ## Ask while a panel writes and merges days (BENCH="--rows 500k" LIVE="--seconds 300")
	@scripts/setup bench
	@cargo build --release --package traffic-engine-daemon --package traffic-engine-php \
		--package traffic-engine-bench
	@TRAFFIC_ENGINE_TEST_MYSQL_POOL=2G scripts/with-mariadb \
		cargo run --release --package traffic-engine-bench -- $(BENCH) live $(LIVE)

bench-whmcs: ## Measure the WHMCS addon with the extension, without it, and the original's way
	@scripts/setup test
	@scripts/bench-whmcs

bench-ffi: ## Measure the C ABI and the Go package beside the Rust library
	@scripts/setup test
	@scripts/bench-ffi

bench-kernels: ## Measure how many rows a second each kernel takes in
	cargo bench -p traffic-engine-microbench --bench kernels

bench-cache: ## Measure the cache beside moka, and replay a day of ten admins
	cargo bench -p traffic-engine-microbench --bench cache

fuzz: ## Feed decoders and C calls with made-up bytes for a minute each (needs nightly)
	@scripts/fuzz

kills: ## Kill processes that ask and write, over and over (ROUNDS=300)
	@scripts/setup test
	@TRAFFIC_ENGINE_FAULT_ROUNDS="$(or $(ROUNDS),300)" scripts/with-mariadb \
		env TRAFFIC_ENGINE_REQUIRE_SERVERS=1 cargo test --package traffic-engine-faults kill::

properties: ## Hold every answer against plain loops over made-up databases (CASES=10000)
	@scripts/setup test
	@PROPTEST_CASES="$(or $(CASES),10000)" scripts/with-mariadb \
		env TRAFFIC_ENGINE_REQUIRE_SERVERS=1 cargo test --package traffic-engine --test engine -- properties:: snapshot::

build: ## Build the command line for use
	cargo build --release --package traffic-engine-daemon

php-ext: ## Build the PHP extension into target/php-ext
	@scripts/php-ext build

install-php-ext: ## Build the PHP extension and switch it on for the PHP of this machine
	@scripts/php-ext install

ffi: ## Build the library for C and Go into target/ffi
	@scripts/ffi build

install-ffi: ## Build and install the library for C and Go (PREFIX=/usr/local)
	@PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" DESTDIR="$(DESTDIR)" scripts/ffi install

whmcs-package: ## Pack the WHMCS addon into a zip for admins
	@scripts/whmcs-package

fmt: ## Format the Rust code
	cargo fmt --all

lint: ## Run every check short of the tests
	@scripts/test format scripts php-style lint docs

clean: ## Remove everything that was built
	cargo clean
