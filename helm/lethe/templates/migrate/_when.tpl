{{/*
Whether a Job migrates before the gateways change. Not where the database comes with the release: it
is not there before an installation, so the gateway migrates as it starts.
*/}}
{{- define "lethe.migratesByJob" -}}
{{- if eq .Values.database.type "external" }}true{{ end }}
{{- end }}
