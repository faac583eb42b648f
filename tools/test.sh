#!/usr/bin/env bash
# Everything that the continuous integration checks, with what can go side by side going so.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
packages='' types=''
# Whoever stops the tests stops these too.
trap 'kill $packages $types 2>/dev/null || true; rm -rf "$scratch"' EXIT

tools/test-packages.sh </dev/null >"$scratch/packages" 2>&1 &
packages=$!
make --no-print-directory setup
tools/test-provider.sh
wait "$packages" && packages=''
cat "$scratch/packages"

make --no-print-directory style
echo "==> mypy runs beside the tests; what it says comes after theirs"
nice .venv/bin/mypy >"$scratch/types" 2>&1 &
types=$!

failed=0
.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder || failed=1
wait "$types" || failed=1
types=''
echo "==> mypy"
cat "$scratch/types"
exit $failed
