# Two commands for a newcomer: `make run` and `make test`. The others are for developers.
VENV := .venv
PY := $(VENV)/bin/python
FP := $(VENV)/bin/focalpoint
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run install develop test fast check fix lock assets docs messages migration bench

help: ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install ## set everything up, load the demonstration, serve it
	@$(FP) init --no-admin
	@$(FP) demo >/dev/null
	@$(FP) serve

install: ## make .venv with what Focalpoint needs to run
	@tools/ensure.sh runtime

develop: ## the same with what its tests and checks need
	@tools/ensure.sh develop

test: ## every test, on SQLite, PostgreSQL and in Chromium, then the checks
	@tools/test.sh

fast: develop ## the tests that need neither PostgreSQL nor Chromium
	@$(PY) -m pytest -n 2 -m "not journey"

check: develop ## lint, types, floors; docs, migrations and translations
	@tools/check.sh

fix: develop ## format and repair what can be repaired
	@$(VENV)/bin/ruff check --fix --quiet src tests benchmarks; $(VENV)/bin/ruff format --quiet src tests benchmarks

lock: develop ## choose exact versions anew
	@tools/lock.sh

assets: ## build the front end (needs Node 20; nobody else does)
	@cd frontend && npm ci --ignore-scripts --no-audit --no-fund && npm run build

docs: develop ## write the generated pages of the reference
	@$(FP) write-reference

messages: develop ## collect and compile the translations
	@$(FP) write-messages

migration: develop ## make a migration: make migration app=records name=add_thing
	@$(FP) makemigrations $(app) --name $(name)

bench: develop ## print the benchmarks' list
	@sed -n '/^|/p' benchmarks/README.md
