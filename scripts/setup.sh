#!/usr/bin/env bash
# Brings a clone to where everything runs: Redis, npm packages, compiled code. Each step only when it is out of date.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

command -v node >/dev/null || fail 'Node.js is missing: install Node 20.19 or later (https://nodejs.org)'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js $(node -v) is too old: install 20.19 or later (https://nodejs.org)"

# Redis: one that runs already (REDIS_URL), or a redis-server that Lethe starts for itself.
install_redis() {
  say 'installing redis-server ...'
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  # RUNLEVEL=1 keeps Debian from starting a Redis of its own: Lethe runs one in its data folder.
  RUNLEVEL=1 apt-get install -y -q --no-install-recommends redis-server >"$log" 2>&1 && return
  { apt-get update -q && RUNLEVEL=1 apt-get install -y -q --no-install-recommends redis-server; } >"$log" 2>&1 && return
  cat "$log" >&2
  fail 'apt-get could not install redis-server: install it yourself, or set REDIS_URL to a running Redis'
}
if [ -z "${REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    install_redis
  else
    fail 'redis-server is missing: install it (Debian: apt-get install redis-server), or set REDIS_URL to a running Redis'
  fi
fi

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say 'installing npm packages ...'
  npm ci --no-progress --loglevel=error
  touch node_modules/.package-lock.json
fi

# Compiled files whose source is gone would still be run as tests.
prune() {
  [ -d dist ] || return 0
  find dist -name '*.js' -print | while IFS= read -r built; do
    source=${built#dist/}
    [ -f "${source%.js}.ts" ] || rm -f "$built" "$built.map"
  done
}
# A folder is newer when a file in it came or went; libs/contracts always is, since the build itself generates into it.
changed() { find libs services cli supervisor bench benchmarks models scripts test proto package.json .swcrc -newer dist/.built -not -path libs/contracts -not -path 'libs/contracts/generated*' -print -quit; }
if [ ! -f dist/.built ] || [ -n "$(changed)" ]; then
  say 'building ...'
  stamp=$(mktemp)
  prune
  npm run -s build
  touch -r "$stamp" dist/.built
  rm -f "$stamp"
fi
chmod +x dist/cli/main.js
