# Each target needs only make and Python 3.11 or later. What it needs besides, it puts into .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The number of pytest workers: `make test WORKERS=0` runs in one process (for a debugger).
WORKERS ?= auto
# More arguments for pytest: `make test ARGS="-k erasure -x"`.
ARGS ?=

EVENTS := $(BIN)/python -m ropa.cli.publish
EVENTS_CHECK := $(EVENTS) --check
DOCS := $(BIN)/python tests/tools/reference.py
DOCS_CHECK := $(DOCS) --check

# Settings of the caller's shell that would lead a venv's Python or pip astray.
unexport PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX VIRTUAL_ENV

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv demo test check format bench soak events docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

venv: $(STAMP) ## Make .venv, or bring it up to date

demo: $(STAMP) ## See ropa at work on an invented company's register
	@$(BIN)/ropa demo

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: $(STAMP) ## Check format, lint, types, imports, events/ and the reference
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(EVENTS_CHECK)
	$(DOCS_CHECK)

format: $(STAMP) ## Format the code, and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(STAMP) ## Measure the speed
	$(BIN)/python -m tests.bench

soak: $(STAMP) ## Run the long tests, each time with other random examples
	$(BIN)/python -m pytest -m soak --hypothesis-profile=soak $(ARGS)

events: $(STAMP) ## Write events/, the published schemas and examples
	$(EVENTS)

docs: $(STAMP) ## Write the generated pages of docs/reference
	$(DOCS)

clean: ## Remove what make made, .venv too
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A venv that was left half made has no pip, and is made anew.
$(STAMP): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "ropa needs Python 3.11 or later, and there is no '$(PYTHON)' here." >&2; \
	  echo "Install it (on Debian: apt-get install python3 python3-venv), or name one: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "ropa needs Python 3.11 or later, and '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1)." >&2; \
	  echo "Name a later one: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make a virtual environment: its modules venv and ensurepip are missing." >&2; \
	  echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "making $(VENV)"; "$(PYTHON)" -m venv --clear $(VENV); }
	@echo "installing into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
