# `make run` starts the desk, `make test` proves it. Settings come from the environment: `make run PORT=9000`.
.PHONY: run test check format lock simulate bench chaos setup
.DEFAULT_GOAL := run
PYTHON := .venv/bin/python
RUN := bin/python bin/setup run
DEV := bin/python bin/setup dev

run:
	@$(RUN)
	@$(PYTHON) bin/run

test:
	@$(DEV)
	@bin/packages
	@$(PYTHON) bin/tests

check:
	@$(DEV)
	@$(PYTHON) bin/check

chaos:
	@$(DEV)
	@bin/packages
	@RUNS=$${RUNS:-20} $(PYTHON) -m pytest -m fault tests/faults tests/stack

simulate:
	@$(RUN)
	@$(PYTHON) manage.py simulate --rate $${RATE:-2}

bench:
	@$(DEV)
	@bin/packages
	@$(PYTHON) -m bench

format:
	@$(DEV)
	@$(PYTHON) -m ruff check --fix --quiet . bin/run bin/setup bin/check bin/tests
	@$(PYTHON) -m ruff format . bin/run bin/setup bin/check bin/tests

lock:
	@$(DEV)
	@bin/lock

setup:
	@$(DEV)
