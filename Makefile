# Leadline: `make` lists what can be done.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo up test lint bench soak lock chromium clean

BIN := .venv/bin
# The first Python that will do; `make setup PYTHON=…` names another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
# What a command or the tests are given besides: `make demo ARGS="--seed 7"`, `make test ARGS="-k broker"`.
ARGS ?=
WORKERS ?= 2

help: ## lists this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/installed ## makes .venv with the command leadline, from the pinned requirements

.venv/installed: requirements-dev.lock pyproject.toml
	@[[ -n "$(PYTHON)" ]] || { echo "Python 3.11 or newer is missing: install it, or name it: make setup PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@[[ -x $(BIN)/python ]] || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## a simulated organisation's year on a dashboard, then live, until Ctrl-C
	@$(BIN)/leadline demo $(ARGS)

up: setup ## Kafka, receiver, worker and dashboard on this machine, until Ctrl-C
	@$(BIN)/leadline up $(ARGS)

test: setup chromium ## the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

soak: setup ## the tests that take long: fifty SIGKILLs and more
	$(BIN)/python -m pytest -m soak $(ARGS)

lint: setup ## style, types, import directions, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: setup ## the benchmarks, each figure beside its floor
	$(BIN)/python -m bench $(ARGS)

lock: setup ## resolves the requirements again, with their hashes
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCKING) --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		apt=; [[ $$EUID -eq 0 ]] || apt="sudo -n"; \
		command -v apt-get >/dev/null && $$apt apt-get update -qq && $$apt apt-get install -qq -y chromium >/dev/null \
		|| { echo "The page tests need Chromium: apt-get install chromium" >&2; exit 1; }; }

clean: ## removes .venv and what tools have cached
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
