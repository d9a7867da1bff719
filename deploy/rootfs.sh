#!/usr/bin/env bash
# Makes the smallest Debian that runs Node.js, once for a checkout, and prints where it is. Needs mmdebstrap and root; downloads from Debian's mirror and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
debian=bookworm node=24.21.0
cache=$PWD/.lethe/tools folder=$PWD/.lethe/tools/rootfs-$debian-node-$node

mkdir -p "$cache"
# Whoever comes second waits for the first.
exec 9>"$folder.lock"
flock 9
if [ ! -d "$folder" ]; then
  command -v mmdebstrap >/dev/null || { echo 'mmdebstrap is missing (apt-get install mmdebstrap)' >&2; exit 1; }
  new=$folder.new
  rm -rf "$new" && mkdir "$new"
  echo "making a Debian $debian with Node.js $node, which takes a minute or two the first time ..." >&2
  # No shell and no package manager: what is not there cannot be run. Its list of packages is for the SBOM.
  mmdebstrap --quiet --variant=extract --include=base-files,ca-certificates,libc6,libgcc-s1,libstdc++6,netbase \
    --extract-hook='for deb in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb -f "$deb" Package Version Architecture; echo; done >"$1/var/lib/dpkg/status"' \
    "$debian" "$new" >&2
  (cd "$new" && rm -rf usr/share/{doc,info,lintian,locale,man,perl5} var/{cache,log}/* var/lib/apt etc/apt)
  # ca-certificates would do this as it is installed.
  cat "$new"/usr/share/ca-certificates/mozilla/*.crt >"$new/etc/ssl/certs/ca-certificates.crt"
  printf 'root:x:0:0::/root:/sbin/nologin\nnode:x:1000:1000::/app:/sbin/nologin\n' >"$new/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\n' >"$new/etc/group"
  mkdir "$new/models" "$new/data" && chown 1000:1000 "$new/data"
  mkdir -p "$new/usr/local/bin"
  package=$cache/$(cd "$cache" && npm pack --silent "node-linux-$(node -p process.arch)@$node")
  tar -xzf "$package" -C "$new/usr/local" --strip-components=1 --no-same-owner package/bin/node package/LICENSE
  rm "$package"
  mv "$new" "$folder"
fi
echo "$folder"
