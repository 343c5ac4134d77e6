# `make run` starts the desk, `make test` proves it. Settings come from the environment: `make run PORT=9000`.
.PHONY: run help dev test check chaos simulate backup bench format lock setup
.DEFAULT_GOAL := run
PYTHON := .venv/bin/python
RUN := bin/python bin/setup run
DEV := bin/python bin/setup dev

run: ## start the product: environment, database, demo, web, worker, beat
	@$(RUN)
	@$(PYTHON) bin/run

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## a second web process on port 8001 that reloads itself; beside `make run`
	@$(DEV)
	@port=$${PORT:-8001}; DEBUG=1 PORT=$$port exec $(PYTHON) manage.py runserver $$port

test: ## every check and every test
	@$(DEV)
	@bin/packages
	@$(PYTHON) bin/tests

check: ## linters, types, import rules, Django's own checks
	@$(DEV)
	@$(PYTHON) bin/check

chaos: ## repeat the fault tests RUNS times (20)
	@$(DEV)
	@bin/packages
	@RUNS=$${RUNS:-20} $(PYTHON) -m pytest -m fault tests/faults tests/stack

backup: ## back up the desk, also while it runs, into FILE (a new file in DATA_DIR/backups)
	@$(RUN)
	@$(PYTHON) manage.py backup $${FILE:+"$$FILE"}

simulate: ## people at work on the running desk, RATE changes a second (2)
	@$(RUN)
	@$(PYTHON) manage.py simulate --rate $${RATE:-2}

bench: ## measure, and write docs/benchmarks.md
	@$(DEV)
	@bin/packages
	@$(PYTHON) -m bench

format: ## format the Python code
	@$(DEV)
	@$(PYTHON) -m ruff check --fix --quiet . bin/run bin/setup bin/check bin/tests
	@$(PYTHON) -m ruff format . bin/run bin/setup bin/check bin/tests

lock: ## renew the pinned versions from pyproject.toml
	@$(DEV)
	@bin/lock

setup: ## make .venv with everything that development needs
	@$(DEV)
