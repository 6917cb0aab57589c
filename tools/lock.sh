#!/bin/sh
# Write requirements.lock (hashes of all platforms, no addresses) and constraints.txt (the same
# versions without hashes, for conda and pip beside an editable install) from pyproject.toml.
set -eu
cd "$(dirname "$0")/.."

# a local index would put fewer hashes into the lock
env -u UV_INDEX -u UV_DEFAULT_INDEX uv pip compile pyproject.toml --group dev --universal \
    --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
    --output-file requirements.lock --quiet
sed -n 's/^\([A-Za-z0-9][^\\]*[^ \\]\) *\\$/\1/p' requirements.lock > constraints.txt
