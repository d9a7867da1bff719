{{/*
Pools of a service: the usual one, and those under its `pools`. A pool's templates see its values in the
place of the service's; names and labels have the pool's name.
*/}}

{{/* A template for each pool of a service: a dict of root, name and template. */}}
{{- define "lethe.eachPool" -}}
{{- include .template (dict "root" .root "name" .name) }}
{{- range $pool, $_ := (index .root.Values .name).pools }}
---
{{- $values := include "lethe.poolValues" (dict "root" $.root "name" $.name "pool" $pool) | fromYaml }}
{{- $all := dict }}
{{- range $key, $value := $.root.Values }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- $_ := set $all $.name $values }}
{{- $root := dict "Values" $all }}
{{- range $key := list "Release" "Chart" "Files" "Capabilities" "Template" }}
{{- $_ := set $root $key (index $.root $key) }}
{{- end }}
{{ include $.template (dict "root" $root "name" $.name "pool" $pool) }}
{{- end }}
{{- end }}

{{/*
What a pool does not say is as the service has it. Its settings, resources and autoscaling are laid over
the service's key by key, all else is in its place.
*/}}
{{- define "lethe.poolValues" -}}
{{- $service := index .root.Values .name }}
{{- $values := omit $service "pools" "holdSeconds" | deepCopy }}
{{- range $key, $value := index $service.pools .pool }}
{{- if has $key (list "settings" "resources" "autoscaling") }}
{{- $over := get $values $key | default dict }}
{{- range $name, $one := $value }}
{{- $_ := set $over $name $one }}
{{- end }}
{{- $value = $over }}
{{- end }}
{{- $_ := set $values $key $value }}
{{- end }}
{{- toYaml $values }}
{{- end }}

{{/* As names and labels have it: the component, with the pool's name. */}}
{{- define "lethe.component" -}}
{{ .name }}{{ with .pool }}-{{ . }}{{ end }}
{{- end }}

{{/* Components of a service, one a pool. */}}
{{- define "lethe.poolComponents" -}}
{{- $components := list .name }}
{{- range $pool, $_ := (index .root.Values .name).pools }}
{{- $components = append $components (printf "%s-%s" $.name $pool) }}
{{- end }}
{{- toJson $components }}
{{- end }}

{{/* Models of the pools, all of them. */}}
{{- define "lethe.pooledModels" -}}
{{- $models := list }}
{{- range $_, $pool := .Values.inference.pools }}
{{- $models = concat $models $pool.models }}
{{- end }}
{{- toJson $models }}
{{- end }}

{{/* Headless: clients see every replica and choose by adapter. */}}
{{- define "lethe.inference.serviceName" -}}
{{ include "lethe.fullname" .root }}-inference-{{ .pool | default "headless" }}
{{- end }}
