{{/* What a component is scaled by. */}}

{{- define "lethe.usesKeda" -}}
{{- range list "augmentation" "training" "inference" "evaluation" }}
{{- if eq (index $.Values .).autoscaling.mode "keda" }}true{{ end }}
{{- end }}
{{- end }}

{{/* Whether some pool of inference may have no replica. */}}
{{- define "lethe.inference.fromZero" -}}
{{- $all := list .Values.inference.autoscaling }}
{{- range $pool, $_ := .Values.inference.pools }}
{{- $all = append $all (include "lethe.poolValues" (dict "root" $ "name" "inference" "pool" $pool) | fromYaml).autoscaling }}
{{- end }}
{{- range $scaling := $all }}
{{- if and (ne $scaling.mode "none") (lt (int $scaling.minReplicas) 1) }}true{{ end }}
{{- end }}
{{- end }}

{{/* The queues that a worker takes jobs of, as its module registers them. */}}
{{- define "lethe.queues" -}}
{{- if eq .name "augmentation" }}[augment, augment-knowledge]
{{- else if eq .name "training" }}[train]
{{- else if eq .name "evaluation" -}}
[evaluate, evaluate-shard, evaluate-knowledge, evaluate-knowledge-shard, judge, judge-shard, audit, audit-ahead, audit-shard]
{{- end }}
{{- end }}

{{/* A dict of root, name, triggers, and what is advanced beside the behaviour. */}}
{{- define "lethe.scaledObject" -}}
{{- $scaling := (index .root.Values .name).autoscaling }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    name: {{ include "lethe.partName" . }}
  minReplicaCount: {{ $scaling.minReplicas }}
  maxReplicaCount: {{ $scaling.maxReplicas }}
  pollingInterval: {{ $scaling.pollingSeconds }}
  cooldownPeriod: {{ $scaling.cooldownSeconds }}
  fallback:
    failureThreshold: 3
    replicas: {{ max 1 (int $scaling.minReplicas) }}
  {{- $advanced := .advanced | default dict }}
  {{- with $scaling.behavior }}
  {{- $advanced = merge (dict "horizontalPodAutoscalerConfig" (dict "behavior" .)) $advanced }}
  {{- end }}
  {{- with $advanced }}
  advanced:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  triggers:
    {{- toYaml .triggers | nindent 4 }}
{{- end }}

{{/*
Jobs at hand of all queues of a worker: those that wait, those that it has, and those that are tried
again later, which no one would fetch where no worker is.
*/}}
{{- define "lethe.workerScaledObject" -}}
{{- $root := .root }}
{{- $scaling := (index $root.Values .name).autoscaling }}
{{- $redis := include "lethe.redis" $root | fromYaml }}
{{- /* KEDA is in a namespace of its own, where the name of a Service alone is not found. */ -}}
{{- if eq $root.Values.redis.type "internal" }}
{{- $_ := set $redis "host" (printf "%s.%s.svc" $redis.host $root.Release.Namespace) }}
{{- end }}
{{- $triggers := list }}
{{- $names := list }}
{{- range $queue := include "lethe.queues" . | fromYamlArray }}
{{- range $state := list "wait" "prioritized" "active" "delayed" }}
{{- $name := printf "%s_%s" $queue $state | replace "-" "_" }}
{{- $metadata := dict
      "enableTLS" (toString $redis.tls)
      "listName" (printf "%s:%s:%s" $root.Values.queuePrefix $queue $state)
      "listLength" (toString $scaling.jobsPerReplica)
      "activationListLength" "0" }}
{{- with $redis.username }}{{- $_ := set $metadata "username" . }}{{- end }}
{{- $type := "redis" }}
{{- if $redis.cluster }}
{{- $type = "redis-cluster" }}
{{- $_ := set $metadata "addresses" (printf "%s:%v" $redis.host $redis.port) }}
{{- else }}
{{- $_ := set $metadata "databaseIndex" (toString $redis.database) }}
{{- if $redis.sentinels }}
{{- $type = "redis-sentinel" }}
{{- $_ := set $metadata "addresses" (join "," $redis.sentinels) }}
{{- $_ := set $metadata "sentinelMaster" $redis.host }}
{{- else }}
{{- $_ := set $metadata "address" (printf "%s:%v" $redis.host $redis.port) }}
{{- end }}
{{- end }}
{{- $trigger := dict "type" $type "name" $name "metadata" $metadata }}
{{- if $redis.secret }}
{{- $_ := set $trigger "authenticationRef" (dict "name" (printf "%s-redis" (include "lethe.fullname" $root))) }}
{{- end }}
{{- $triggers = append $triggers $trigger }}
{{- $names = append $names $name }}
{{- end }}
{{- end }}
{{- $modifiers := dict "formula" (join " + " $names) "target" (toString $scaling.jobsPerReplica) "activationTarget" "0" }}
{{- $advanced := dict "scalingModifiers" $modifiers }}
{{- include "lethe.scaledObject" (dict "root" $root "name" .name "advanced" $advanced "triggers" $triggers) }}
{{- end }}

{{/* Without KEDA: by lethe_queue_jobs, as an adapter of external metrics has it. */}}
{{- define "lethe.workerMetric" -}}
- type: External
  external:
    metric:
      name: lethe_queue_jobs
      selector:
        matchExpressions:
          - { key: queue, operator: In, values: {{ include "lethe.queues" . }} }
          - { key: state, operator: In, values: [waiting, prioritized, active, delayed] }
    target: { type: AverageValue, averageValue: {{ (index .root.Values .name).autoscaling.jobsPerReplica | quote }} }
{{- end }}

{{/* A dict of root, name and metrics. */}}
{{- define "lethe.horizontalPodAutoscaler" -}}
{{- $scaling := (index .root.Values .name).autoscaling }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "lethe.partName" . }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    {{- .metrics | trim | nindent 4 }}
  {{- with $scaling.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
