#!/usr/bin/env bash
# Writes requirements.lock from pyproject.toml. Pins already there are kept where they still fit;
# `tools/lock.sh --upgrade` takes the newest of everything, `--upgrade-package NAME` of one.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    echo "==> uv is not on the path: installing it in a scratch folder"
    python3 -m venv "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet uv
    uv="$scratch/venv/bin/uv"
fi

if [ -f requirements.lock ]; then cp requirements.lock "$scratch/all.lock"; fi
echo "==> resolving"
"$uv" pip compile pyproject.toml --extra dev --python-version 3.11 --universal \
    --no-header --annotation-style line --quiet --output-file "$scratch/all.lock" "$@"

{
    cat <<'HEAD'
# All packages of Wegwijs and of its tests, pinned. Written by tools/lock.sh: do not edit.
# Regenerate it after a change to pyproject.toml with:
#
#     tools/lock.sh                # --upgrade for the newest of everything
#
# Install it with both flags, since the pins overrule what Rasa's wheel declares:
#
#     pip install --no-deps --ignore-requires-python -r requirements.lock
#
# torch, and the CUDA packages its build for Linux asks for, are not in it: `make setup` installs
# torch before, in a step of its own with its dependencies, so that any build of torch will do.
# There are no hashes, because those differ between the builds of one release.
HEAD
    # uv solves for later Pythons too, since it cannot be told an upper bound here: 3.11 is enough.
    grep -vE "^(torch==|triton==|nvidia-|cuda-)|python_full_version >= '3.12'" "$scratch/all.lock" |
        sed -E "s/python_full_version < '3\.1[2-9]'( and )?//; s/ ; ( |$)/\1/"
} > "$scratch/requirements.lock"
cp "$scratch/requirements.lock" requirements.lock
echo "==> requirements.lock: $(grep -cv '^#' requirements.lock) packages"
