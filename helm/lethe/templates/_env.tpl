{{/* Environment variables of a service: each has its own secrets, and no other's. */}}

{{- define "lethe.env" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
- { name: HTTP_PORT, value: "8080" }
- { name: SHUTDOWN_MS, value: {{ mul $values.shutdownSeconds 1000 | quote }} }
- { name: LOG_LEVEL, value: {{ $root.Values.logLevel }} }
{{- include "lethe.env.storage" $root | nindent 0 }}
{{- if has .name (include "lethe.modelUsers" . | fromYamlArray) }}
- { name: MODEL_DIRS, value: /app/models:/models }
{{- include "lethe.env.compute" . | nindent 0 }}
{{- end }}
{{- if ne .name "inference" }}
{{- include "lethe.env.redis" $root | nindent 0 }}
{{- end }}
{{- if ne .name "training" }}
- { name: GRPC_CA, value: /etc/lethe/certificates/ca.crt }
- { name: GRPC_CERT, value: /etc/lethe/certificates/tls.crt }
- { name: GRPC_KEY, value: /etc/lethe/certificates/tls.key }
{{- end }}
{{- if has .name (include "lethe.callers" . | fromYamlArray) }}
- { name: INFERENCE_URL, value: "{{ include "lethe.inference.serviceName" (dict "root" $root) }}:50051" }
{{- with include "lethe.inferencePools" $root }}
- { name: INFERENCE_POOLS, value: {{ . | quote }} }
{{- end }}
{{- if include "lethe.inference.fromZero" $root }}
- { name: INFERENCE_HOLD_MS, value: {{ mul $root.Values.inference.holdSeconds 1000 | quote }} }
{{- end }}
- { name: CLAIM_SIGNING_KEY, value: /etc/lethe/claims/private.pem }
{{- end }}
{{- if has .name (list "gateway" "augmentation" "inference" "evaluation") }}
{{- include (printf "lethe.env.%s" .name) . | nindent 0 }}
{{- end }}
{{- include "lethe.env.telemetry" $root | nindent 0 }}
{{- if $root.Values.trustedCertificates.configMap }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/lethe/trusted/{{ $root.Values.trustedCertificates.key }} }
{{- end }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- range $variable, $value := $profile.env }}
- { name: {{ $variable }}, value: {{ $value | quote }} }
{{- end }}
{{- range $variable, $value := $values.settings }}
- { name: {{ $variable }}, value: {{ include "lethe.text" $value | quote }} }
{{- end }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A large number stays a whole one: Helm reads numbers as floats. */}}
{{- define "lethe.text" -}}
{{- if kindIs "float64" . }}
{{- if eq . (floor .) }}{{ printf "%.0f" . }}{{ else }}{{ . }}{{ end }}
{{- else }}{{ . }}{{ end }}
{{- end }}

{{- define "lethe.inferencePools" -}}
{{- $pools := list }}
{{- range $pool, $values := .Values.inference.pools }}
{{- $name := include "lethe.inference.serviceName" (dict "root" $ "pool" $pool) }}
{{- $pools = append $pools (printf "%s=%s:50051" (join "," $values.models) $name) }}
{{- end }}
{{- join " " $pools }}
{{- end }}

{{- define "lethe.callers" -}}
[gateway, augmentation, evaluation]
{{- end }}

{{- define "lethe.modelUsers" -}}
[training, inference]
{{- end }}

{{/* A variable from a key of a Secret: a dict of variable, secret and key. */}}
{{- define "lethe.secretVariable" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef: { name: {{ .secret }}, key: {{ .key }} }
{{- end }}

{{- define "lethe.env.storage" -}}
- { name: ARTIFACTS, value: {{ include "lethe.location" (dict "root" . "name" "artifacts") }} }
- { name: KEYS, value: {{ include "lethe.location" (dict "root" . "name" "keys") }} }
{{ include "lethe.secretVariable" (dict "variable" "ROOT_KEYS" "secret" (include "lethe.keysSecret" .) "key" "root-keys") }}
{{- if include "lethe.usesS3" . }}
{{- with .Values.s3.endpoint }}
- { name: S3_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- with .Values.s3.region }}
- { name: S3_REGION, value: {{ . | quote }} }
{{- end }}
{{- with .Values.s3.pathStyle }}
- { name: S3_PATH_STYLE, value: {{ . | quote }} }
{{- end }}
{{- with .Values.s3.existingSecret }}
{{ include "lethe.secretVariable" (dict "variable" "AWS_ACCESS_KEY_ID" "secret" . "key" $.Values.s3.accessKeyIdKey) }}
{{ include "lethe.secretVariable" (dict "variable" "AWS_SECRET_ACCESS_KEY" "secret" . "key" $.Values.s3.secretAccessKeyKey) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of two places: artifacts and keys. */}}
{{- define "lethe.location" -}}
{{- $place := index .root.Values .name }}
{{- if eq $place.type "s3" }}{{ $place.location }}{{ else }}/data/{{ .name }}{{ end }}
{{- end }}

{{- define "lethe.usesS3" -}}
{{- if or (eq .Values.artifacts.type "s3") (eq .Values.keys.type "s3") }}true{{ end }}
{{- end }}

{{/*
As many threads as CPUs are requested, rounded up: the same on every node, as their number shows in
an adapter's last bits.
*/}}
{{- define "lethe.env.compute" -}}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- $settings := (index .root.Values .name).settings | default dict }}
- { name: DEVICE, value: {{ $profile.device | default "cpu" }} }
{{- if not (hasKey $settings "THREADS") }}
- name: THREADS
  valueFrom:
    resourceFieldRef: { containerName: {{ .name }}, resource: requests.cpu, divisor: "1" }
{{- end }}
{{- if eq .name "training" }}
- name: MEMORY_LIMIT
  valueFrom:
    resourceFieldRef: { containerName: {{ .name }}, resource: limits.memory, divisor: "1" }
{{- end }}
{{- end }}

{{- define "lethe.env.redis" -}}
{{- $redis := include "lethe.redis" . | fromYaml }}
{{- if $redis.secret }}
{{ include "lethe.secretVariable" (dict "variable" "REDIS_PASSWORD" "secret" $redis.secret "key" $redis.passwordKey) }}
{{- end }}
- { name: REDIS_URL, value: {{ include "lethe.redisUrl" $redis | quote }} }
{{- with $redis.sentinels }}
- { name: REDIS_SENTINELS, value: {{ join "," . | quote }} }
{{- end }}
{{- if $redis.sentinelPasswordKey }}
{{ include "lethe.secretVariable" (dict "variable" "REDIS_SENTINEL_PASSWORD" "secret" $redis.secret "key" $redis.sentinelPasswordKey) }}
{{- end }}
{{- if $redis.cluster }}
- { name: REDIS_CLUSTER, value: "true" }
{{- end }}
- { name: QUEUE_PREFIX, value: {{ .Values.queuePrefix | quote }} }
{{- end }}

{{- define "lethe.redisUrl" -}}
{{ .tls | ternary "rediss" "redis" }}://
{{- with .username }}{{ . }}{{ end }}
{{- if .secret }}:$(REDIS_PASSWORD){{ end }}
{{- if or .username .secret }}@{{ end }}{{ .host }}
{{- if not .sentinels }}:{{ .port }}{{ end }}
{{- if .database }}/{{ .database }}{{ end }}
{{- end }}

{{/* The Redis in use: the release's own or another. */}}
{{- define "lethe.redis" -}}
{{- if eq .Values.redis.type "internal" }}
host: {{ include "lethe.fullname" . }}-redis
port: 6379
tls: false
database: 0
username: ''
secret: {{ include "lethe.fullname" . }}-redis
passwordKey: password
{{- else }}
{{- $redis := .Values.redis.external }}
host: {{ $redis.host | quote }}
port: {{ int $redis.port }}
tls: {{ $redis.tls }}
database: {{ int $redis.database }}
username: {{ $redis.username | quote }}
secret: {{ $redis.existingSecret | quote }}
passwordKey: {{ $redis.passwordKey | quote }}
sentinels: {{ $redis.sentinels | toJson }}
sentinelPasswordKey: {{ $redis.sentinelPasswordKey | quote }}
cluster: {{ $redis.cluster }}
{{- end }}
{{- end }}

{{- define "lethe.env.gateway" -}}
{{- $root := .root }}
- { name: PORT, value: "8787" }
- { name: MIGRATIONS, value: {{ include "lethe.migratesByJob" $root | empty | ternary "run" "await" }} }
{{ include "lethe.secretVariable" (dict "variable" "ADMIN_KEY" "secret" (include "lethe.keysSecret" $root) "key" "admin-key") }}
- { name: RECEIPT_SIGNING_KEY, value: /etc/lethe/receipts/private.pem }
{{- include "lethe.env.database" $root | nindent 0 }}
{{- end }}

{{- define "lethe.env.database" -}}
{{- if eq .Values.database.type "embedded" }}
- { name: DATA_DIR, value: /data/database }
{{- else if eq .Values.database.type "internal" }}
{{- $name := printf "%s-postgresql" (include "lethe.fullname" .) }}
{{- include "lethe.secretVariable" (dict "variable" "DATABASE_PASSWORD" "secret" $name "key" "password") }}
- { name: DATABASE_URL, value: "postgresql://lethe:$(DATABASE_PASSWORD)@{{ $name }}:5432/lethe" }
{{- else }}
{{- $database := .Values.database.external }}
{{- include "lethe.secretVariable" (dict "variable" "DATABASE_URL" "secret" $database.existingSecret "key" $database.urlKey) }}
{{- end }}
{{- end }}

{{- define "lethe.env.augmentation" -}}
{{- $teacher := .root.Values.augmentation.teacher }}
{{- with $teacher.url }}
- { name: TEACHER_URL, value: {{ . | quote }} }
- { name: TEACHER_MODEL, value: {{ $teacher.model | quote }} }
{{- end }}
{{- with $teacher.existingSecret }}
{{ include "lethe.secretVariable" (dict "variable" "TEACHER_KEY" "secret" . "key" $teacher.apiKeyKey) }}
{{- end }}
{{- end }}

{{- define "lethe.env.inference" -}}
- { name: GRPC_PORT, value: "50051" }
- { name: CLAIM_PUBLIC_KEYS, value: /etc/lethe/claims/public.pem }
{{- end }}

{{- define "lethe.env.evaluation" -}}
{{- $judge := .root.Values.evaluation.judge }}
{{- with $judge.url }}
- { name: JUDGE_LLM_URL, value: {{ . | quote }} }
- { name: JUDGE_LLM_MODEL, value: {{ $judge.model | quote }} }
{{- end }}
{{- with $judge.existingSecret }}
{{ include "lethe.secretVariable" (dict "variable" "JUDGE_LLM_KEY" "secret" . "key" $judge.apiKeyKey) }}
{{- end }}
{{- end }}

{{/* Traces leave where an endpoint is given, with the pod that they come from. */}}
{{- define "lethe.env.telemetry" -}}
{{- with .Values.telemetry.endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- name: POD_NAME
  valueFrom:
    fieldRef: { fieldPath: metadata.name }
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.Release.Namespace }},k8s.pod.name=$(POD_NAME)
{{- with $.Values.telemetry.headersSecret }}
{{ include "lethe.secretVariable" (dict "variable" "OTEL_EXPORTER_OTLP_HEADERS" "secret" . "key" "headers") }}
{{- end }}
{{- range $variable, $value := $.Values.telemetry.settings }}
- { name: {{ $variable }}, value: {{ include "lethe.text" $value | quote }} }
{{- end }}
{{- end }}
{{- end }}
