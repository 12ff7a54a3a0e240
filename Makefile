# What one does with a checkout. PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

UI_READY := ui/node_modules/.package-lock.json

.PHONY: setup test check fix ui ui-schema check-ui check-fleet deploy-check fuzz learn clean

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

# The page, after a change in ui/: needs Node (ui/.nvmrc says which).
ui: setup
	$(BIN)/python ui/build_page.py

# The page's types of the API, after a change of an endpoint.
ui-schema: setup $(UI_READY)
	$(BIN)/python ui/dump_openapi.py ui/openapi.json
	cd ui && npm run --silent schema

$(UI_READY): ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	touch $@

# All that needs Node or a browser: types, linter, tests, whether the built page is that of ui/, and the page in Chromium.
check-ui: setup $(UI_READY)
	$(BIN)/python -m pip install --quiet --group page
	$(BIN)/python ui/dump_openapi.py ui/openapi.json
	cd ui && npx openapi-typescript openapi.json --check --output src/lib/api/schema.d.ts
	cd ui && npm run --silent typecheck && npm run --silent lint && npm test
	$(BIN)/python ui/build_page.py --check
	MOE_PAGE_TESTS=1 $(BIN)/python -m pytest -n 2 tests/e2e/page

# Agents elsewhere, work by brokers and the rest of a fleet, against real servers (.ci/run installs them).
check-fleet: setup
	MOE_FLEET_TESTS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -rs tests/e2e/fleet

# What is deployed, held to its schemas, and the image's install step tried. Rendering the chart needs 400 MB of packages,
# so they have an environment of their own.
deploy-check: setup
	$(PYTHON) -m venv build/deploy
	build/deploy/bin/python -m pip install --quiet "check-jsonschema>=0.39" "helm-python-sdk>=0.2.2" "kubernetes-validate>=1.37"
	build/deploy/bin/python deploy/check.py
	MOE_DEPLOY_TESTS=1 $(BIN)/python -m pytest -n0 tests/e2e/deploy

# What nobody would type, at every door, for SECONDS; an attempt that fails is made again by `--only NUMBER`.
SECONDS ?= 600
fuzz: setup
	$(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS) --seed 1

# After a change of the bundled agents' examples or vocabularies: what the router has learnt from them.
learn: setup
	$(BIN)/python benchmarks/routing.py --learn

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
