# make setup   install everything into .venv
# make run     install, build the index and the bot, serve
# make test    everything the continuous integration checks
.PHONY: help setup run test lint style format clean
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -e -o pipefail -c

BIN := .venv/bin
STAMP := .venv/.installed
# One place names the release: pyproject.toml.
TORCH := $(shell sed -n 's/^ *"\(torch==[0-9.]*\)".*/\1/p' pyproject.toml)
# Bytecode is compiled even where PYTHONDONTWRITEBYTECODE is set: without it an import of Rasa takes
# four times as long. Not by pip, which compiles one file at a time. A package may hold a file that
# is for another Python, so that compiling it fails and harms nobody.
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --no-compile
COMPILE := $(BIN)/python -m compileall -qq -j 0 $(abspath .venv)/lib

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "make lint    check style and types only"
	@echo "make format  put the style right"
	@echo "make clean   remove .venv, caches and what was built (data/ stays)"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if [ ! -x $(BIN)/python ]; then \
	  for p in python3.11 python3 python; do \
	    if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; \
	    then python=$$p; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Wegwijs needs Python 3.11 with venv (on Debian 12: apt install python3.11-venv). None was found on the path."; \
	    exit 1; \
	  fi; \
	  echo "==> [1/4] .venv with $$($$python --version)"; \
	  $$python -m venv .venv; \
	else echo "==> [1/4] .venv is there"; fi
	@echo "==> [2/4] $(TORCH) (up to several GB where no CPU build is offered)"
	@$(BIN)/python -c 'import sys; from importlib.metadata import version as v; sys.exit("torch==" + v("torch").split("+")[0] != "$(TORCH)")' 2>/dev/null \
	  || $(INSTALL) '$(TORCH)'
	@echo "==> [3/4] $$(grep -cv '^#' requirements.lock) pinned packages (about two minutes)"
	@$(INSTALL) --no-deps --ignore-requires-python -r requirements.lock | { grep -v '^Requirement already' || true; }
	@echo "==> [4/4] Wegwijs itself"
	@# In a build environment of its own: setuptools fails beside the old `packaging` Rasa needs.
	@$(INSTALL) --quiet --no-deps -e .
	@echo "==> compiling bytecode"
	@$(COMPILE) || true
	@touch $(STAMP)
	@echo "==> installed"

run: setup
	$(BIN)/wegwijs build
	$(BIN)/wegwijs serve

test:
	@tools/test.sh

lint: style
	$(BIN)/mypy

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .rasa
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
