{{/* Base models that are fetched before a service starts. */}}

{{- define "lethe.fetchesModels" -}}
{{- if and .root.Values.models.fetch (has .name (include "lethe.modelUsers" . | fromYamlArray)) }}true{{ end }}
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
    {{- range $models.fetch }}
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
