{{/* Base models that are fetched before a service starts. */}}

{{- define "lethe.fetchesModels" -}}
{{- if and (has .name (include "lethe.modelUsers" . | fromYamlArray)) (include "lethe.fetched" . | fromJsonArray) }}true{{ end }}
{{- end }}

{{/* Files for a pod: into a claim that pods share all of them, otherwise those of the models that it serves. */}}
{{- define "lethe.fetched" -}}
{{- $files := list }}
{{- $pooled := include "lethe.pooledModels" .root | fromJsonArray }}
{{- range $file := .root.Values.models.fetch }}
{{- $serves := true }}
{{- if and (eq $.name "inference") (not $.root.Values.models.existingClaim) }}
{{- if $.pool }}
{{- $serves = has $file.model $.root.Values.inference.models }}
{{- else }}
{{- $serves = not (has $file.model $pooled) }}
{{- end }}
{{- end }}
{{- if $serves }}
{{- $files = append $files $file }}
{{- end }}
{{- end }}
{{- toJson $files }}
{{- end }}

{{/* What is there already is not fetched again: with a claim that pods share, once for all. */}}
{{- define "lethe.fetchModels" -}}
{{- $models := .root.Values.models }}
- name: fetch-models
  image: {{ include "lethe.image" . }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args:
    - lethe
    - model
    - fetch
    - --into=/models
    {{- range include "lethe.fetched" . | fromJsonArray }}
    - {{ printf "%s/%s=%s#sha256:%s" .model .file .url .sha256 | quote }}
    {{- end }}
  env:
    - { name: HOME, value: /tmp }
    {{- if .root.Values.trustedCertificates.configMap }}
    - { name: NODE_EXTRA_CA_CERTS, value: /etc/lethe/trusted/{{ .root.Values.trustedCertificates.key }} }
    {{- end }}
  {{- with $models.fetchSecret }}
  envFrom:
    - secretRef: { name: {{ . }} }
  {{- end }}
  resources:
    {{- toYaml $models.fetchResources | nindent 4 }}
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
  volumeMounts:
    - { name: tmp, mountPath: /tmp }
    - { name: models, mountPath: /models }
    {{- if .root.Values.trustedCertificates.configMap }}
    - { name: trusted, mountPath: /etc/lethe/trusted, readOnly: true }
    {{- end }}
{{- end }}
