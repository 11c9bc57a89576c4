# Mostly `make run` and `make test`. Each sets up what is missing in .venv/ first.

PYTHON ?= python3
VENV := .venv
INSTALLED := $(VENV)/.installed
# One map of everything, unless another window is asked for: then one map each, in a home of its own.
WINDOW ?= all
SAMPLE_HOME := .clio-sample$(if $(filter-out all,$(WINDOW)),-$(WINDOW))
SAMPLE := $(SAMPLE_HOME)/input/conversations.jsonl.gz

.DEFAULT_GOAL := help
.PHONY: help setup run explore test coverage lint lock clean

help:
	@echo "make run                 set up, then map a generated sample (home: $(SAMPLE_HOME))"
	@echo "make run WINDOW=week     the same week by week (or day, month), in a home of its own"
	@echo "make explore             look at that map in the browser"
	@echo "make run SOURCE=path     set up, then map your own conversations (home: .clio)"
	@echo "make test                set up, then check style and types and run all tests"
	@echo "make coverage            set up, then measure what the fast tests cover"

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
	@$(VENV)/bin/clio sample $(SAMPLE) --weeks 4 --keep
	@$(VENV)/bin/clio --home $(SAMPLE_HOME) run $(SAMPLE) --window $(WINDOW) $(ARGS)
	@echo "Look at it: make explore$(if $(filter-out all,$(WINDOW)), WINDOW=$(WINDOW))"
endif

explore: setup
	@$(VENV)/bin/clio --home $(SAMPLE_HOME) explore --open $(ARGS)

lint: setup
	@$(VENV)/bin/ruff check --no-cache .
	@$(VENV)/bin/ruff format --check --no-cache .
	@$(VENV)/bin/mypy

# Every process that starts would compile the platform again where bytecode is not written.
unexport PYTHONDONTWRITEBYTECODE

# A worker takes file by file, because what tests of a file share is dear to make.
PYTEST := $(VENV)/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=30

test: lint
	@$(PYTEST) $(ARGS)

# The tests that run within their own process: what others start is not traced.
coverage: setup
	@$(PYTEST) --cov --cov-report=term:skip-covered tests/unit tests/gates tests/contracts $(ARGS)

lock:
	$(VENV)/bin/python -m pip install --quiet pip-tools
	$(VENV)/bin/pip-compile --quiet --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--annotation-style=line --output-file requirements.lock requirements-dev.in
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.lock

clean:
	rm -rf $(VENV) .clio-sample .clio-sample-*
