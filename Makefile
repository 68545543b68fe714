# The front door. `make help` lists what there is.

BIN := .venv/bin
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint conformance bench install web system clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: system install web ## install what is missing, load the sample district and Helsinki, serve the map
	$(BIN)/gridmap demo

test: system-test install web ## install what is missing and run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
	cd web && npm test

lint: install web ## ruff, mypy and the checks of the web application
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web && npm run check

conformance: system-test install ## run the official test suites of the OGC; ends with 7 where they cannot be fetched
	$(BIN)/python -m tests.ogc.official

bench: system-bench install web .venv/.peers ## compare with peers; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

install: .venv/.installed ## make the virtual environment from the pinned constraints

web: web/dist/index.html ## build the web application

system: ## install PostgreSQL and PostGIS where missing
	@deploy/debian-packages.sh database

.PHONY: system-test system-bench
system-test:
	@deploy/debian-packages.sh database browser

system-bench:
	@deploy/debian-packages.sh peers

.venv/.installed: pyproject.toml constraints.txt
	@PYTHON=$(PYTHON) deploy/debian-packages.sh python
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/pip install --quiet --editable '.[notebooks,development]'
	touch $@

.venv/.peers: .venv/.installed
	PIP_CONSTRAINT=$(CURDIR)/constraints.txt $(BIN)/pip install --quiet --editable '.[peers]'
	touch $@

web/node_modules/.installed: web/package-lock.json .venv/.installed
	cd web && npm ci --silent
	touch $@

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	touch $@

clean: ## remove what was built (not the data)
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache
