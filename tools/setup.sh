#!/bin/sh
# Make the virtual environment from the lock: with uv where it is on PATH, else with venv and pip.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if new_enough "$PYTHON"; then echo "$PYTHON"; return; fi
        echo "$PYTHON is not Python 3.11 or newer; set PYTHON to one that is." >&2
        exit 1
    fi
    # 3.11 first: it is the version that is tested and promised byte for byte
    for each in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if new_enough "$each"; then echo "$each"; return; fi
    done
}

VENV="${VENV:-.venv}"
found=$(find_python)
has_uv=$(command -v uv || true)
[ -z "${NO_UV:-}" ] || has_uv="" # NO_UV=1 asks for pip

if [ -z "$found" ] && [ -z "$has_uv" ]; then
    came=$(python3 --version 2>&1 || true)
    echo "The workbench needs Python 3.11 or newer; found: ${came:-none}." >&2
    echo "Install one (https://www.python.org/downloads) or say where it is: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi

if [ -x "$VENV/bin/python" ] && new_enough "$VENV/bin/python"; then
    echo "Bringing $VENV in line with requirements.lock ..."
elif [ -n "$has_uv" ]; then
    echo "Making $VENV with uv ..."
    uv venv --quiet --clear --python "${found:-3.11}" "$VENV"
else
    echo "Making $VENV with $found (this takes a minute) ..."
    "$found" -m venv --clear "$VENV" || {
        echo "Python's venv module does not work here; on Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    }
fi

if [ -n "$has_uv" ]; then
    uv pip sync --quiet --compile-bytecode --require-hashes --python "$VENV/bin/python" requirements.lock
    uv pip install --quiet --no-deps --no-build-isolation --python "$VENV/bin/python" -e .
else
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
