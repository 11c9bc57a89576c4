# Two commands: `make run` and `make test`. Both set up what is missing in .venv/ first.

PYTHON ?= python3
VENV := .venv
INSTALLED := $(VENV)/.installed
SAMPLE_HOME := .clio-sample
SAMPLE := $(SAMPLE_HOME)/input/conversations.jsonl.gz

.DEFAULT_GOAL := help
.PHONY: help setup run test lint lock clean

help:
	@echo "make run                 set up, then map a generated sample (home: $(SAMPLE_HOME))"
	@echo "make run SOURCE=path     set up, then map your own conversations (home: .clio)"
	@echo "make test                set up, then check style and types and run all tests"

setup: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (a few minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $@

run: setup
ifdef SOURCE
	@$(VENV)/bin/clio run "$(SOURCE)" $(ARGS)
else
	@$(VENV)/bin/clio sample $(SAMPLE) --keep
	@$(VENV)/bin/clio --home $(SAMPLE_HOME) run $(SAMPLE) --window week $(ARGS)
endif

lint: setup
	@$(VENV)/bin/ruff check --no-cache .
	@$(VENV)/bin/ruff format --check --no-cache .
	@$(VENV)/bin/mypy

test: lint
	@$(VENV)/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lock:
	$(VENV)/bin/python -m pip install --quiet pip-tools
	$(VENV)/bin/pip-compile --quiet --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--annotation-style=line --output-file requirements.lock requirements-dev.in
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.lock

clean:
	rm -rf $(VENV) $(SAMPLE_HOME)
