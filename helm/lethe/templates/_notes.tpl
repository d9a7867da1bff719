{{/* What of the release no one should depend on. */}}
{{- define "lethe.trialParts" -}}
{{- if eq .Values.redis.type "internal" }}
- redis.type internal: one Redis; while its node is away, no job starts or ends
{{- end }}
{{- if eq .Values.database.type "embedded" }}
- database.type embedded: one gateway, away during each upgrade
{{- else if eq .Values.database.type "internal" }}
- database.type internal: one PostgreSQL without backups
{{- end }}
{{- if .Values.singleNode }}
- singleNode: all pods share one node, and go with it
{{- end }}
{{- end }}
