# A thin front of CMake's presets. `make help` lists what there is.
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 600
DATA ?= ../shared/data/forecast

.PHONY: build setup demo test bench check fuzz soak arm64 install clean format tidy help

build: setup ## build the programs (the default)
	@cmake --preset release
	@cmake --build --preset release --target programs

setup: ## install what is missing, fetch the pinned DuckDB and LightGBM
	@scripts/setup

demo: build ## the main job, on this machine's own logs
	@scripts/demo

test: setup ## build everything and run every test
	@cmake --preset release
	@cmake --build --preset release
	@ctest --preset release --output-junit "$(CURDIR)/build/results/release.xml"

bench: setup ## make the tables of docs/performance.md; accuracy on the series files in DATA
	@cmake --preset release
	@cmake --build --preset release --target programs bench
	@bench/run build/release "$(DATA)"

check: ## sanitizers, fuzz corpora, clang-tidy and clang-format (clang 19)
	@scripts/setup --check
	@scripts/check

fuzz: ## run each fuzz target for FUZZ_SECONDS (600)
	@scripts/setup --check
	@cmake --preset fuzz
	@cmake --build --preset fuzz
	@scripts/fuzz $(FUZZ_SECONDS)

soak: setup ## crash and kill tests for hours, a server under everything for ten minutes
	@cmake --preset release
	@cmake --build --preset release
	@cmake --build --preset release --target soak

arm64: ## cross-compile for 64-bit ARM, and run the unit tests in an emulator
	@scripts/setup --arm64
	@cmake --preset arm64
	@cmake --build --preset arm64
	@ctest --preset arm64

install: build ## install below PREFIX (/usr/local), inside DESTDIR if that is set
	@cmake --build --preset release --target shelduck_library
	@cmake --install build/release --prefix "$(PREFIX)"

clean: ## remove everything that was built
	@rm -rf build

format: ## lay out every source file
	@scripts/format

tidy: ## clang-format and clang-tidy as `make check` runs them, and each public header alone
	@scripts/setup --check
	@scripts/format --check
	@cmake --preset asan
	@scripts/tidy build/asan
	@cmake --build --preset asan --target all_verify_interface_header_sets

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
