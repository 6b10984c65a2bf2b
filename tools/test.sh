#!/bin/sh
# Every test: SQLite, PostgreSQL, browser; then the checks. As root it installs what is
# missing; as anybody else it says which command installs it.
set -eu
cd "$(dirname "$0")/.."

missing=
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null || missing="$missing chromium"
# The browser is driven through a program of Playwright's own, which needs it.
ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || missing="$missing libatomic1"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "The tests need packages that are not here. Give this command: sudo apt-get install -y --no-install-recommends$missing" >&2
        exit 2
    fi
    echo "Installing$missing ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
tools/ensure.sh develop
if command -v java >/dev/null; then # else the tests on Spark are skipped
    timeout 900 tools/ensure.sh spark ||
        echo "pyspark could not be installed: the tests on Spark are skipped." >&2
fi

# A socket's path may have 107 characters, so the folder lies high up.
folder=$(mktemp -d /tmp/fp-test.XXXXXX)
chmod 755 "$folder" # the server runs as another user when this one is root
trap 'tools/postgres.sh stop "$folder/pg" || true; rm -rf "$folder"' EXIT INT TERM

python=.venv/bin/python
echo "== SQLite" >&2
$python -m pytest -n 2 -m "not journey" --ignore tests/house
echo "== PostgreSQL" >&2
tools/postgres.sh start "$folder/pg"
FOCALPOINT_DATABASE="postgresql://focalpoint@/postgres?host=$folder/pg" \
    $python -m pytest -n 2 -m "database and not journey" --ignore tests/house
tools/postgres.sh stop "$folder/pg"
echo "== Browser" >&2
$python -m pytest -m journey
echo "== Checks" >&2
tools/check.sh
