# The commands of this repository. Each brings what it needs by itself (scripts/setup), asks before
# nothing and can be repeated at any time.

BUILD_DIR ?= build
CTEST_FLAGS ?= -j$(shell nproc)
export BUILD_DIR

.DEFAULT_GOAL := help
.PHONY: help demo build test fuzz check format clean

help:
	@echo 'make demo        set up, build, and answer questions about examples/support'
	@echo 'make build       set up and build everything; the program is $(BUILD_DIR)/fathom'
	@echo 'make test        set up, build, and run every check and test'
	@echo 'make fuzz        run the fuzz targets for SECONDS=60 each (clang, ASan, UBSan)'
	@echo 'make check       only the checks of the source tree: layers, names, format'
	@echo 'make format      rewrite the C++ files in the format that check wants'
	@echo 'make bench-NAME  build and run bench/NAME, options in ARGS="..."'
	@echo 'make clean       remove $(BUILD_DIR); downloads stay in the cache'

demo:
	@scripts/demo

build:
	@scripts/setup build
	@scripts/build

# ctest comes last: its closing line tells how the run ended.
test:
	@scripts/setup test
	@scripts/build
	@$(MAKE) --no-print-directory check
	@set -e; for test in test/setup/*_test.py; do echo "$$test"; python3 "$$test"; done
	@ctest --test-dir $(BUILD_DIR) --output-on-failure --no-tests=error $(CTEST_FLAGS)

fuzz:
	@scripts/fuzz $(SECONDS)

check:
	@scripts/check_tree.py
	@scripts/check_format

format:
	@scripts/check_format --fix

bench-%:
	@scripts/bench $* $(ARGS)

clean:
	rm -rf $(BUILD_DIR)
