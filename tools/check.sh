#!/bin/sh
# Lint, types and floors; then the tests of the house: docs, migrations, translations.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/ruff format --check --quiet src tests benchmarks
.venv/bin/ruff check --quiet src tests benchmarks
.venv/bin/mypy --no-error-summary
.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
.venv/bin/python -m pytest tests/house
