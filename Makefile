# make demo     sets up, builds and runs the demonstration
# make test     sets up, builds, tests and checks the format: what a change has to pass
# make bench    measures all that is promised beside Python's best, in one table (half an hour; a virtual environment is
#               made on first use). GSM8K=test.jsonl measures on GSM8K, BENCH="--quick" gives flags of Benchmarks/run
# make format   formats the sources in place

SWIFT ?= swift
SOURCES = Sources Tests Package.swift
MODEL = smollm2-135m
# One build serves tests and checks; `build` without it is what users get.
TESTABLE = -Xswiftc -enable-testing
# Tests that need the real model say so and are skipped when it cannot be had.
PULL = .build/release/sft-probe model pull $(MODEL) || echo "make: no $(MODEL): tests that need it are skipped" >&2

.PHONY: demo test bench format setup build

demo: build
	.build/release/sft-probe demo

test: setup
	$(SWIFT) build -c release --build-tests $(TESTABLE) --explicit-target-dependency-import-check error
	$(PULL)
	$(SWIFT) test -c release --skip-build $(TESTABLE) --no-parallel
	$(SWIFT) format lint --strict --recursive $(SOURCES)

bench: build
	Benchmarks/run $(if $(GSM8K),--gsm8k "$(GSM8K)") $(BENCH)

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

setup:
	scripts/setup

build: setup
	$(SWIFT) build -c release --explicit-target-dependency-import-check error

