# make demo     sets up, builds and runs the demonstration
# make check    checks the format, builds, and runs the unit tests: not the tool's own, nor those of the real model
# make test     sets up, builds, tests and checks the format: what a change has to pass
# make install  installs the tool, its manual page and completions for bash, zsh and fish: PREFIX=/usr/local, DESTDIR=
#               (make uninstall removes them)
# make test-all make test, the example of the library (examples/library), a package outside beside others' target names
#               (Tests/Outside), the report in a browser (Tests/Report), folders that TRL and PEFT write
#               (Tests/TrainedElsewhere), every command of the documentation (Tests/Docs), then a minute of fuzzing for each
#               reader, the tests under sanitizers, 200 kills, full disks and what else ends a
#               run (Tests/Robustness), and kills of a real model's training (two hours)
# make wheel    makes a wheel of the Python package with the tool inside, in python/dist (docs/python.md)
# make release  makes a tar of the tool with the libraries that it needs, its manual page and completions, in .build-wheel
# make test-python  tests the Python package; make notebooks runs notebooks-data/*.ipynb. Both are part of make test-all,
#               and make a virtual environment in python/.venv on first use
# make sanitize runs the tests under AddressSanitizer and ThreadSanitizer
# make fuzz     fuzzes each reader of strangers' files for a minute; FUZZ="600 template" for ten minutes of one
# make bench    measures all that is promised beside Python's best, in one table (half an hour; a virtual environment is
#               made on first use). GSM8K=test.jsonl measures on GSM8K, BENCH="--quick" gives flags of Benchmarks/run
# make docs     makes the documentation of the library with DocC, in .docs (scripts/docs); a warning fails it
# make format   formats the sources in place

SWIFT ?= swift
SOURCES = Sources Tests Fuzz/Sources Fuzz/Package.swift Package.swift examples/library/Sources examples/library/Package.swift
MODEL = smollm2-135m
PYTHON = python/.venv
PREFIX ?= /usr/local
BASH_COMPLETIONS = $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS = $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS = $(PREFIX)/share/fish/vendor_completions.d
# What is installed, and what `make release` packs.
TOOL = .build/release/sft-probe
RELEASE = sft-probe-$(shell sed -n 's/^version = "\(.*\)"/\1/p' python/pyproject.toml)-linux-x86_64
# One build serves tests and checks; `build` without it is what users get.
TESTABLE = -Xswiftc -enable-testing
# Tests that need the real model say so and are skipped when it cannot be had.
PULL = .build/release/sft-probe model pull $(MODEL) || echo "make: no $(MODEL): tests that need it are skipped" >&2

.PHONY: demo install uninstall check test test-all test-python notebooks static wheel release fuzz sanitize testable bench docs format \
    lint setup build

demo: build
	.build/release/sft-probe demo

# The manual page and the completions, as the tool writes them.
define PAGES
install -d "$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(BASH_COMPLETIONS)" "$(DESTDIR)$(ZSH_COMPLETIONS)" \
    "$(DESTDIR)$(FISH_COMPLETIONS)"
$(TOOL) --generate-man-page > "$(DESTDIR)$(PREFIX)/share/man/man1/sft-probe.1"
$(TOOL) --generate-completion-script bash > "$(DESTDIR)$(BASH_COMPLETIONS)/sft-probe"
$(TOOL) --generate-completion-script zsh > "$(DESTDIR)$(ZSH_COMPLETIONS)/_sft-probe"
$(TOOL) --generate-completion-script fish > "$(DESTDIR)$(FISH_COMPLETIONS)/sft-probe.fish"
endef

install: build
	install -D -m 755 $(TOOL) "$(DESTDIR)$(PREFIX)/bin/sft-probe"
	$(PAGES)

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/sft-probe" "$(DESTDIR)$(PREFIX)/share/man/man1/sft-probe.1" \
	    "$(DESTDIR)$(BASH_COMPLETIONS)/sft-probe" "$(DESTDIR)$(ZSH_COMPLETIONS)/_sft-probe" \
	    "$(DESTDIR)$(FISH_COMPLETIONS)/sft-probe.fish"

check: lint testable
	$(SWIFT) test -c release --skip-build $(TESTABLE) --skip SFTProbeTests --skip RealModel

test: setup testable
	$(PULL)
	$(SWIFT) test -c release --skip-build $(TESTABLE) --experimental-maximum-parallelization-width $(shell nproc)
	$(MAKE) lint

test-all: test fuzz sanitize test-python notebooks
	examples/library/run
	Tests/Outside/run
	PYTHON=$(PYTHON)/bin/python Tests/Report/run
	PYTHON=$(PYTHON)/bin/python Tests/TrainedElsewhere/run
	$(PYTHON)/bin/python Tests/Docs/run.py
	python3 Tests/Robustness/run.py
	examples/kill-and-resume/run "$$(mktemp -d)/runs"

test-python: $(PYTHON)/complete
	cd python && .venv/bin/mypy && .venv/bin/python -m pytest -q

notebooks: $(PYTHON)/complete
	$(PYTHON)/bin/python notebooks-data/run_notebooks.py

# A build of its own: the Swift runtime is linked into the tool, so all of it is compiled for that.
static: setup $(PYTHON)/complete
	$(SWIFT) build -c release --static-swift-stdlib --product sft-probe --scratch-path .build-wheel

wheel: static
	PATH="$(CURDIR)/$(PYTHON)/bin:$$PATH" python python/make_wheel.py .build-wheel/release/sft-probe

# The tool and its libraries are those of a wheel; bin has a link to where they are together.
release: override PREFIX =
release: override DESTDIR = .build-wheel/$(RELEASE)
release: override TOOL = $(DESTDIR)/bin/sft-probe
release: static
	rm -rf "$(DESTDIR)" .build-wheel/unpacked
	PATH="$(CURDIR)/$(PYTHON)/bin:$$PATH" python python/make_wheel.py .build-wheel/release/sft-probe .build-wheel/unpacked
	python3 -m zipfile -e .build-wheel/unpacked/*.whl .build-wheel/unpacked
	install -D -t "$(DESTDIR)/lib/sft-probe" .build-wheel/unpacked/sft_probe/bin/*
	install -D -m 644 -t "$(DESTDIR)/share/doc/sft-probe" LICENSE CHANGELOG.md
	mkdir "$(DESTDIR)/bin" && ln -s ../lib/sft-probe/sft-probe $(TOOL)
	$(PAGES)
	tar -C .build-wheel --owner=0 --group=0 -czf $(DESTDIR).tar.gz $(RELEASE)

# Packages that the system's Python has, such as torch, are taken from there.
$(PYTHON)/complete: python/pyproject.toml
	python3 -m venv --clear --system-site-packages $(PYTHON)
	$(PYTHON)/bin/python -m pip install --quiet -e 'python[analysis,train,test,wheel]'
	touch $@

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

# The modules of the tests' build serve, so that nothing is built twice.
docs: testable
	SWIFT="$(SWIFT)" scripts/docs

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

setup:
	scripts/setup

build: setup
	$(SWIFT) build -c release --explicit-target-dependency-import-check error

