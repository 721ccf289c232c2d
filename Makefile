# make demo     sets up, builds and runs the demonstration
# make test     sets up, builds, tests and checks the format: what a change has to pass
# make bench    compares with PyTorch, row by row (makes a virtual environment on first use)
# make format   formats the sources in place

SWIFT ?= swift
SOURCES = Sources Tests Package.swift
MODEL = smollm2-135m

.PHONY: demo test bench format setup build model

demo: build
	.build/release/sft-probe demo

test: build model
	$(SWIFT) test -c release --no-parallel
	$(SWIFT) format lint --strict --recursive $(SOURCES)

bench: build
	Benchmarks/compare-pytorch/run --output Benchmarks/compare-pytorch/results.md

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

setup:
	scripts/setup

build: setup
	$(SWIFT) build -c release --explicit-target-dependency-import-check error

# Tests that need the real model say so and are skipped when it cannot be had.
model: build
	.build/release/sft-probe model pull $(MODEL) || echo "make: no $(MODEL): tests that need it are skipped" >&2
