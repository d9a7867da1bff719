{{/* Who reaches whom. A "part" is a dict of root and name; "from" and "to" are lists of components. */}}

{{- define "lethe.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "lethe.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with .ingress }}
    {{- . | trim | nindent 4 }}
    {{- else }}
    []
    {{- end }}
  egress:
    {{- with .egress }}
    {{- . | trim | nindent 4 }}
    {{- else }}
    []
    {{- end }}
{{- end }}

{{/* Peers that are components of the release: a dict of root and components. */}}
{{- define "lethe.components" -}}
{{- range .components }}
- podSelector:
    matchLabels:
      {{- include "lethe.selectorLabels" (dict "root" $.root "name" .) | nindent 6 }}
{{- end }}
{{- end }}

{{/* A rule for a port, from or to some peers; none means anybody: direction, peers (YAML), port. */}}
{{- define "lethe.rule" -}}
- ports: [{ port: {{ .port }}, protocol: TCP }]
  {{- with .peers | trim }}
  {{ $.direction }}:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Health and metrics of a service, read by probes and Prometheus. */}}
{{- define "lethe.healthIngress" -}}
{{- include "lethe.rule" (dict "direction" "from" "port" 8080 "peers" (include "lethe.peers" .root.Values.networkPolicy.metricsFrom)) }}
{{- end }}

{{- define "lethe.peers" -}}
{{- if . }}{{ toYaml . }}{{ end }}
{{- end }}

{{- define "lethe.egress" -}}
{{- $root := .root }}
{{- $policy := $root.Values.networkPolicy }}
{{- $egress := $policy.egress }}
- ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
  to:
    {{- toYaml $policy.dns | nindent 4 }}
{{- if has "database" .to }}
{{- if eq $root.Values.database.type "internal" }}
{{ include "lethe.rule" (dict "direction" "to" "port" 5432 "peers" (include "lethe.components" (dict "root" $root "components" (list "postgresql")))) }}
{{- else if eq $root.Values.database.type "external" }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.database.port "peers" (include "lethe.peers" $egress.database.to)) }}
{{- end }}
{{- end }}
{{- if has "redis" .to }}
{{- if eq $root.Values.redis.type "internal" }}
{{ include "lethe.rule" (dict "direction" "to" "port" 6379 "peers" (include "lethe.components" (dict "root" $root "components" (list "redis")))) }}
{{- else }}
{{- $ports := list (int $root.Values.redis.external.port) }}
{{- range $root.Values.redis.external.sentinels }}
{{- $ports = append $ports (regexFind "[0-9]+$" . | int) }}
{{- end }}
{{- range uniq $ports }}
{{ include "lethe.rule" (dict "direction" "to" "port" . "peers" (include "lethe.peers" $egress.redis.to)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if has "inference" .to }}
{{ include "lethe.rule" (dict "direction" "to" "port" 50051 "peers" (include "lethe.components" (dict "root" $root "components" (include "lethe.poolComponents" (dict "root" $root "name" "inference") | fromJsonArray)))) }}
{{- end }}
{{- if and (has "storage" .to) (include "lethe.usesS3" $root) }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.s3.port "peers" (include "lethe.peers" $egress.s3.to)) }}
{{- end }}
{{- if and (has "models" .to) $root.Values.models.fetch }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.models.port "peers" (include "lethe.peers" $egress.models.to)) }}
{{- end }}
{{- if and (has "teacher" .to) $root.Values.augmentation.teacher.url }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.teacher.port "peers" (include "lethe.peers" $egress.teacher.to)) }}
{{- end }}
{{- if and (has "judge" .to) $root.Values.evaluation.judge.url }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.judge.port "peers" (include "lethe.peers" $egress.judge.to)) }}
{{- end }}
{{- if and (has "telemetry" .to) $root.Values.telemetry.endpoint }}
{{ include "lethe.rule" (dict "direction" "to" "port" $egress.telemetry.port "peers" (include "lethe.peers" $egress.telemetry.to)) }}
{{- end }}
{{- if has "gateway" .to }}
{{ include "lethe.rule" (dict "direction" "to" "port" 8787 "peers" (include "lethe.components" (dict "root" $root "components" (list "gateway")))) }}
{{- end }}
{{- with $egress.extra }}
{{ toYaml . }}
{{- end }}
{{- end }}
