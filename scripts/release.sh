#!/usr/bin/env bash
# Writes what runs in production into a folder, with the built-in models and without tests: npm run build:release -- <folder>
# What is missing there are packages (npm ci --omit=dev, or deploy/packages.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 1 ] || { echo 'usage: npm run build:release -- <folder>' >&2; exit 2; }
target=$1
if [ -n "$(ls -A "$target" 2>/dev/null)" ]; then
  echo "error: $target is not empty, expected a new or an empty folder" >&2
  exit 2
fi
scripts/compile.sh "$target/dist" '**/assembly/**,**/testing/**,**/*.test.ts,deploy/oci/**' libs services cli supervisor deploy
mkdir -p "$target/services/augmentation/data"
cp services/augmentation/data/*.jsonl "$target/services/augmentation/data"
cp -r package.json package-lock.json .npmrc LICENSE proto "$target"
tar -c --exclude=build models | tar -x -C "$target"
