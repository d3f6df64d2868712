# The door for people: `make demo` shows the product, `make test` proves it. Both work from a bare clone.
#
#   make demo          start everything with invented families (PORT=8000), until Ctrl-C
#   make test          everything: make check, then all tests, browser included (PYTEST="-k name" to narrow)
#   make check         lint, types, layers, templates, migrations, deployment settings
#   make fix           let the tools put right what they can
#   make bench         measure, and write benchmarks/results.json
#   make setup         only install
#   make clean         end and remove this clone's private databases and the demo's files

PORT ?= 8000
# How many tests at once: a browser test keeps one core busy by itself.
JOBS ?= 2
PYTEST ?=

PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test check bench fix setup clean

help:
	@sed -n 's/^#   //p' Makefile

demo:
	@tools/setup.sh
	@$(PYTHON) manage.py demo --port=$(PORT)

setup:
	@tools/setup.sh test

check: setup
	@tools/check.sh

test: check
	@$(PYTHON) -m pytest -n $(JOBS) $(PYTEST)

fix: setup
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m djlint --reformat --quiet templates

bench: setup
	@test -d benchmarks || { echo "There are no benchmarks yet." >&2; exit 1; }
	@$(PYTHON) -m benchmarks

clean:
	@test ! -x $(PYTHON) || $(PYTHON) -m core.local_postgres drop demo
	@test ! -x $(PYTHON) || $(PYTHON) -m core.local_postgres drop test
	@rm -rf var/demo
