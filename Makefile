# `make report` and `make test` set up everything they need in .venv and then do their work.
# Only Python 3.11 or newer and make are needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DUTYGRAPH := $(BIN)/dutygraph
OUT ?= out

.PHONY: help setup lock report test lint types graph docs check bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.done ## make .venv with the pinned versions

$(VENV)/.done: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dutygraph needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock: ## pin the newest versions anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-annotate --no-header --all-extras --group dev --upgrade \
	  pyproject.toml --output-file requirements.lock

report: setup ## build the graphs, validate them, and write $(OUT)/report
	$(DUTYGRAPH) build data/sources --store $(OUT)/store
	$(DUTYGRAPH) validate --store $(OUT)/store > $(OUT)/findings.txt
	$(DUTYGRAPH) report --store $(OUT)/store --output $(OUT)/report
	@echo "open $(OUT)/report/index.html"

test: setup ## run the tests
	$(BIN)/python -m pytest

lint: setup ## check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## check the types
	$(BIN)/mypy

graph: setup ## rebuild data/graph
	$(DUTYGRAPH) build

docs: setup ## rewrite the generated pages of docs/
	$(BIN)/python docs/generate.py

check: lint types test ## all of it, and that what is generated is current
	$(DUTYGRAPH) build --check
	$(BIN)/python docs/generate.py --check

bench: setup ## measure (some minutes)
	$(BIN)/python benchmarks/run.py

clean: ## remove what was made, .venv too
	rm -rf $(VENV) $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
