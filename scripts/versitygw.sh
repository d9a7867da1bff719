#!/usr/bin/env bash
# Builds the S3 server that tests run against, once for a checkout, and prints where it is. Needs Go; downloads through Go's module proxy.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v1.8.0
folder=$PWD/.lethe/tools/versitygw-$version

mkdir -p "$folder"
# Test files run side by side: one of them builds.
exec 9>"$folder/lock"
if command -v flock >/dev/null; then flock 9; fi
if [ ! -x "$folder/versitygw" ]; then
  PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || { echo 'Go is missing (https://go.dev/dl)' >&2; exit 1; }
  echo "building versitygw $version, which takes a minute or two the first time ..." >&2
  CGO_ENABLED=0 GOBIN=$folder/new go install -trimpath -ldflags='-s -w' "github.com/versity/versitygw/cmd/versitygw@$version"
  mv "$folder/new/versitygw" "$folder/versitygw"
fi
echo "$folder/versitygw"
