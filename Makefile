# make run     set up .venv, once, and look after this machine for one cycle
# make test    everything that must hold before a change lands
# make lock    write the lock files anew (needs uv); versions stay as they are as long as they fit
# make clean   forget .venv and all caches

PYTHON ?= python3
UV ?= uv

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check -qq install
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
OLD_PYTHON := import sys; sys.exit("macha needs Python 3.11 or newer: make PYTHON=..." if sys.version_info < (3, 11) else 0)
BUILD_SYSTEM := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

.PHONY: run test lock clean

run: .venv/run
	@$(BIN)/macha check

test: .venv/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

# editables: what hatchling needs besides itself for an editable install.
lock:
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv: $(PYTHON) -m pip install uv'; exit 1; }
	{ $(PYTHON) -c '$(BUILD_SYSTEM)'; echo editables; } | $(LOCK) pyproject.toml - -o requirements.lock
	$(LOCK) requirements-dev.in -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

# Each file says that its step was finished. It is made last: what was interrupted is done again.

.venv/made:
	@$(PYTHON) -c '$(OLD_PYTHON)'
	@echo 'setting up .venv …'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/run: .venv/made requirements.lock pyproject.toml
	@test ! -e $@ || echo 'updating .venv …'
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/run requirements-dev.lock
	@echo 'adding the test tools to .venv …'
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
