#!/usr/bin/env bash
# Brings what the chart's tests need to .lethe/tools/chart: helm, kubeconform, and Kubernetes' schemas. Needs Go; downloads through Go's module proxy. HELM and KUBECONFORM name programs that are there already.
set -euo pipefail
cd "$(dirname "$0")/.."
helm=v3.19.5 kubeconform=v0.8.0
kubernetes='v1.33.13 v1.34.4 v1.35.4'
resources='github.com/kedacore/keda/v2@v2.21.0 github.com/prometheus-operator/prometheus-operator@v0.85.0 github.com/cert-manager/cert-manager@v1.18.2 sigs.k8s.io/gateway-api@v1.4.0'
folder=$PWD/.lethe/tools/chart
PATH=$PATH:/usr/local/go/bin

mkdir -p "$folder"
exec 9>"$folder/lock"
if command -v flock >/dev/null; then flock 9; fi
need_go() { command -v go >/dev/null || { echo 'Go is missing (https://go.dev/dl)' >&2; exit 1; }; }
# $1: name, $2: package at a version, $3: flags of the linker, $4: one that is there
program() {
  [ ! -x "$folder/$1-${2#*@}" ] || return 0
  if [ -n "$4" ]; then ln -sf "$(command -v "$4")" "$folder/$1-${2#*@}"; else
    need_go
    echo "building $1 ${2#*@}, which takes some minutes the first time ..." >&2
    CGO_ENABLED=0 GOBIN=$folder/new go install -trimpath -ldflags="-s -w $3" "$2"
    mv "$folder/new/$1" "$folder/$1-${2#*@}"
  fi
  ln -sf "$1-${2#*@}" "$folder/$1"
}
# $1: module at a version; prints its folder
module() { need_go; (cd /tmp && GOFLAGS= go mod download -json "$1") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }

program helm "helm.sh/helm/v3/cmd/helm@$helm" "-X helm.sh/helm/v3/internal/version.version=$helm" "${HELM:-$(command -v helm || true)}"
program kubeconform "github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform" '' "${KUBECONFORM:-$(command -v kubeconform || true)}"
for version in $kubernetes; do
  [ -d "$folder/schemas/$version" ] || node dist/scripts/chart/kubernetes-schemas.js "$(module "k8s.io/kubernetes@$version")" "$folder/schemas/$version"
done
for resource in $resources; do
  name=resources-$(printf %s "$resource" | tr -c 'a-zA-Z0-9.' -)
  [ -d "$folder/schemas/$name" ] || node dist/scripts/chart/resource-schemas.js "$(module "$resource")" "$folder/schemas/$name"
done
echo "$folder"
