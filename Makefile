# What one does with a checkout. PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: setup test check fix fuzz learn clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

# Compiled first: the commands that tests start would each compile what they import, where Python is told to keep nothing.
test: setup
	$(BIN)/python -m compileall -q moe moe_core moe_kit plugins
	$(BIN)/python -m pytest -n auto

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What nobody would type, at every door, for SECONDS; an attempt that fails is made again by `--only NUMBER`.
SECONDS ?= 600
fuzz: setup
	$(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS) --seed 1

# After a change of the bundled agents' examples or vocabularies: what the router has learnt from them.
learn: setup
	$(BIN)/python benchmarks/routing.py --learn

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
