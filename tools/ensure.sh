#!/bin/sh
# Make .venv at the root from the lock file; does nothing when it is up to date.
# usage: tools/ensure.sh runtime|develop|spark
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-runtime}
case $wanted in
runtime) lock=requirements.lock wheels="--only-binary :all:" ;;
develop) lock=requirements-dev.lock wheels= ;; # odfpy, for tests, has no wheel
spark) lock=requirements-spark.lock ;; # beside what develop installs
*) echo "usage: tools/ensure.sh runtime|develop|spark" >&2; exit 2 ;;
esac

stamp() { # what is installed, from which lock files and which Python
    cat "$1" pyproject.toml | sha256sum | cut -c1-64
}

if [ "$wanted" = spark ]; then
    tools/ensure.sh develop
    if [ ! -f .venv/spark ] || [ "$(cat .venv/spark)" != "$(stamp $lock)" ]; then
        echo "Installing pyspark of $lock (450 MB) ..." >&2
        .venv/bin/uv pip install --quiet --require-hashes --python .venv/bin/python -r $lock
        stamp $lock > .venv/spark
    fi
    exit 0
fi
if [ -x .venv/bin/focalpoint ] && [ -f ".venv/$wanted" ] &&
    [ "$(cat ".venv/$wanted")" = "$(stamp $lock)" ]; then
    exit 0
fi
if [ "$wanted" = runtime ] && [ -x .venv/bin/focalpoint ] && [ -f .venv/develop ] &&
    [ "$(cat .venv/develop)" = "$(stamp requirements-dev.lock)" ]; then
    exit 0 # the developer's set holds everything that running needs
fi

python=${PYTHON:-python3}
command -v "$python" >/dev/null || {
    echo "Python is missing. Give this command: apt-get install python3 python3-venv" >&2
    exit 2
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $("$python" --version) is here." >&2
    exit 2
}
"$python" -c 'import ensurepip' 2>/dev/null || {
    echo "The package python3-venv is missing. Give this command: apt-get install python3-venv" >&2
    exit 2
}

if [ ! -x .venv/bin/uv ]; then
    echo "Making .venv ..." >&2
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        "$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
fi
echo "Installing the packages of $lock ..." >&2
.venv/bin/uv pip sync --quiet --require-hashes $wheels --python .venv/bin/python $lock
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python -e .
rm -f .venv/runtime .venv/develop .venv/spark
stamp $lock > ".venv/$wanted"
