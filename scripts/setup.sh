#!/usr/bin/env bash
# Brings a clone to where everything runs: Redis, PostgreSQL, npm packages, compiled code. Each step only when it is out of date.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

command -v node >/dev/null || fail 'Node.js is missing: install Node 20.19 or later (https://nodejs.org)'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js $(node -v) is too old: install 20.19 or later (https://nodejs.org)"

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
# RUNLEVEL=1 keeps Debian from starting what it installs: Lethe and its tests start servers of their own.
apt_install() { RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }
# $1: package, $2: what to do where it cannot be installed.
install() {
  say "installing $1 ..."
  local log
  log=$(mktemp)
  apt_install "$1" >"$log" 2>&1 && return
  { apt-get update -q && apt_install "$1"; } >"$log" 2>&1 && return
  cat "$log" >&2
  fail "apt-get could not install $1: install it yourself, or $2"
}

# Redis: one that runs already (REDIS_URL), or a redis-server that Lethe starts for itself.
redis_else='set REDIS_URL to a running Redis'
if [ -z "${REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then
  can_install || fail "redis-server is missing: install it (Debian: apt-get install redis-server), or $redis_else"
  install redis-server "$redis_else"
fi

# PostgreSQL, for tests alone: one that runs already (TEST_DATABASE_URL), or a server that they start for themselves.
postgres_else='set TEST_DATABASE_URL to a running PostgreSQL'
if [ -z "${TEST_DATABASE_URL:-}" ] && ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  if can_install; then
    install postgresql-common "$postgres_else"
    # No database of Debian's own, which would start with the machine.
    sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    install postgresql "$postgres_else"
  else
    say "PostgreSQL is missing, so some tests will be skipped: install it (Debian: apt-get install postgresql), or $postgres_else"
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
