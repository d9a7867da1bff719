#!/usr/bin/env bash
# Compiles folders of the project: scripts/compile.sh <output> <globs to leave out> <folder>...
# Run by npm run build and npm run build:release, which put the compilers on the path.
set -euo pipefail
cd "$(dirname "$0")/.."
output=$1 ignored=$2
shift 2
npm run -s proto
swc "$@" -d "$output" --quiet --ignore "$ignored"
# For receipts: which code did it. Without a repository REVISION says so, or nobody does.
echo "${REVISION:-$(git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || true)}" >"$output/revision"
cp -r services/gateway/database/migrations "$output/services/gateway/database/"
empty=$output/services/gateway/database/empty.tar.gz
[ "$empty" -nt node_modules/@electric-sql/pglite/package.json ] || node scripts/empty-database.js "$empty"
npm run -s build:wasm -- --outFile "$output/libs/training/optimizer/vector.wasm"
chmod +x "$output/cli/main.js"
