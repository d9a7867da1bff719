{{/* A service's Deployment. */}}

{{- define "lethe.deployment" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
  {{- with $values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if eq $values.autoscaling.mode "none" }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: {{ add $values.startupSeconds (include "lethe.graceSeconds" . | int) 300 }}
  strategy:
    {{- include "lethe.strategy" . | nindent 4 }}
  selector:
    matchLabels:
      {{- include "lethe.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "lethe.podLabels" . | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/secrets: {{ include "lethe.secretsChecksum" . }}
        {{- with merge (dict) ($values.podAnnotations | default dict) $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "lethe.podSpec" . | nindent 6 }}
{{- end }}

{{/*
A device that is taken has no room for a second pod: the first makes room. The embedded database
belongs to one process at a time.
*/}}
{{- define "lethe.strategy" -}}
{{- $values := index .root.Values .name }}
{{- if and (eq .name "gateway") (eq .root.Values.database.type "embedded") -}}
type: Recreate
{{- else if $values.strategy -}}
{{- toYaml $values.strategy }}
{{- else if $values.gpuProfile -}}
type: RollingUpdate
rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }
{{- else -}}
type: RollingUpdate
rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
{{- end }}
{{- end }}
