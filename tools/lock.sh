#!/bin/sh
# Write the lock files from pyproject.toml: exact versions with hashes, for every
# platform, no package younger than a week, and no index address in them.
set -eu
uv=${UV:-.venv/bin/uv}
before=$(date -u -d '7 days ago' +%F)
lock() {
    out=$1
    shift
    "$uv" pip compile pyproject.toml --group build "$@" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --exclude-newer "$before" \
        --custom-compile-command "make lock" --quiet -o "$out"
}
lock requirements.lock
lock requirements-dev.lock --group dev --constraint requirements.lock

# pyspark is 450 MB and needs Java: only the test of Spark installs it, beside the others.
sed -n 's/^spark = \["\(.*\)"\]$/\1/p' pyproject.toml |
    "$uv" pip compile - --universal --python-version 3.11 --generate-hashes \
        --constraint requirements-dev.lock --no-emit-index-url --exclude-newer "$before" \
        --custom-compile-command "make lock" --quiet -o requirements-spark.lock
