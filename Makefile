# make demo     sets up, builds and runs the demonstration
# make check    checks the format, builds, and runs the unit tests: not the tool's own, nor those of the real model
# make test     sets up, builds, tests and checks the format: what a change has to pass
# make test-all make test, then a minute of fuzzing for each reader, the tests under sanitizers, 200 kills, full disks and
#               what else ends a run (Tests/Robustness), and kills of a real model's training (two hours)
# make sanitize runs the tests under AddressSanitizer and ThreadSanitizer
# make fuzz     fuzzes each reader of strangers' files for a minute; FUZZ="600 template" for ten minutes of one
# make bench    measures all that is promised beside Python's best, in one table (half an hour; a virtual environment is
#               made on first use). GSM8K=test.jsonl measures on GSM8K, BENCH="--quick" gives flags of Benchmarks/run
# make format   formats the sources in place

SWIFT ?= swift
SOURCES = Sources Tests Fuzz/Sources Fuzz/Package.swift Package.swift
MODEL = smollm2-135m
# One build serves tests and checks; `build` without it is what users get.
TESTABLE = -Xswiftc -enable-testing
# Tests that need the real model say so and are skipped when it cannot be had.
PULL = .build/release/sft-probe model pull $(MODEL) || echo "make: no $(MODEL): tests that need it are skipped" >&2

.PHONY: demo check test test-all fuzz sanitize testable bench format lint setup build

demo: build
	.build/release/sft-probe demo

check: lint testable
	$(SWIFT) test -c release --skip-build $(TESTABLE) --skip SFTProbeTests --skip RealModel

test: setup testable
	$(PULL)
	$(SWIFT) test -c release --skip-build $(TESTABLE) --no-parallel
	$(MAKE) lint

test-all: test fuzz sanitize
	python3 Tests/Robustness/run.py
	examples/kill-and-resume/run "$$(mktemp -d)/runs"

sanitize:
	Tests/Robustness/sanitize

fuzz:
	Fuzz/run $(FUZZ)

testable:
	$(SWIFT) build -c release --build-tests $(TESTABLE) --explicit-target-dependency-import-check error

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

bench: build
	Benchmarks/run $(if $(GSM8K),--gsm8k "$(GSM8K)") $(BENCH)

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

setup:
	scripts/setup

build: setup
	$(SWIFT) build -c release --explicit-target-dependency-import-check error

