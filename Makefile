# Two commands are enough: `make run` starts the product, `make test` runs everything.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
SETUP_INPUTS := pyproject.toml constraints.txt package.json package-lock.json tools/fetch_assets.py
export JEJO_REAL_DATA ?= $(abspath ../shared/data)
# Small matrices: a second BLAS thread only waits for the first.
export OMP_NUM_THREADS ?= 1
UV := $(BIN)/python -m uv pip install --quiet --constraint constraints.txt

.PHONY: help setup run test check lint bench clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv

.venv/.ready: $(BIN)/python $(SETUP_INPUTS)
	@echo "Setting up jejo in .venv (once) …"
	@$(UV) --editable .
	@$(BIN)/python tools/fetch_assets.py
	@touch $@

.venv/.ready-dev: .venv/.ready
	@$(UV) --editable '.[dev]'
	@$(BIN)/python tools/fetch_assets.py --dev
	@touch $@

setup: .venv/.ready ## fill .venv so that .venv/bin/jejo is the command

run: .venv/.ready ## set up, then start the product at http://127.0.0.1:8424
	@exec $(BIN)/jejo up

lint: .venv/.ready-dev
	$(BIN)/ruff format --check src tests bench tools
	$(BIN)/ruff check src tests bench tools
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/write_settings.py --check

test: .venv/.ready-dev ## set up, then run the whole suite (JEJO_REQUIRE=all: nothing may be skipped)
	$(BIN)/pytest -n 2 --dist loadfile

check: lint test ## exactly what CI runs

bench: .venv/.ready-dev ## measure and print what docs/benchmarks.md says
	@for each in bench/*.py; do echo "## $$each"; $(BIN)/python $$each || exit 1; done

clean: ## forget the set-up
	rm -rf .venv src/jejo/web/static/vendor
