{{/*
Secrets that the release makes for itself: read back from the cluster where they are there, so that
an upgrade changes none. `helm template` knows no cluster and makes new ones each time.
*/}}

{{/* data of a Secret of the release, by name; empty where there is none. */}}
{{- define "lethe.existingData" -}}
{{- $secret := lookup "v1" "Secret" .root.Release.Namespace .secret | default dict }}
{{- $secret.data | default dict | toYaml }}
{{- end }}

{{- define "lethe.keysSecret" -}}
{{- default (printf "%s-keys" (include "lethe.fullname" .)) .Values.secrets.existingSecret }}
{{- end }}

{{- define "lethe.claimsSecret" -}}
{{- default (printf "%s-claims" (include "lethe.fullname" .)) .Values.claims.existingSecret }}
{{- end }}

{{/* Callers have a private key each, inference the public ones. */}}
{{- define "lethe.claimsVolume" -}}
{{- $mine := printf "%s.pem" .name }}
- name: claims
  secret:
    secretName: {{ include "lethe.claimsSecret" .root }}
    {{- if eq .name "inference" }}
    items: [{ key: public.pem, path: public.pem }]
    {{- else }}
    items: [{ key: {{ $mine }}, path: private.pem }]
    {{- end }}
    defaultMode: 0400
{{- end }}

{{/* As cert-manager writes them, or an item each of the Secret that the release made. */}}
{{- define "lethe.certificatesVolume" -}}
{{- $source := .root.Values.certificates.source }}
- name: certificates
  secret:
    {{- if eq $source "helm" }}
    secretName: {{ include "lethe.fullname" .root }}-certificates
    items:
      - { key: ca.crt, path: ca.crt }
      - { key: {{ .name }}.crt, path: tls.crt }
      - { key: {{ .name }}.key, path: tls.key }
    {{- else if eq $source "cert-manager" }}
    secretName: {{ include "lethe.fullname" .root }}-{{ .name }}-tls
    {{- else }}
    secretName: {{ index .root.Values.certificates.existingSecrets .name }}
    {{- end }}
    defaultMode: 0400
{{- end }}

{{/* Of the Secrets that others make: a changed one restarts the pods at the next upgrade. */}}
{{- define "lethe.secretsChecksum" -}}
{{- $root := .root }}
{{- $data := list }}
{{- $own := list $root.Values.secrets.existingSecret }}
{{- if ne .name "inference" }}
{{- $own = append $own $root.Values.redis.external.existingSecret }}
{{- end }}
{{- if ne .name "training" }}
{{- $own = append $own $root.Values.claims.existingSecret }}
{{- end }}
{{- if eq .name "gateway" }}
{{- $own = append $own $root.Values.database.external.existingSecret }}
{{- end }}
{{- range compact (append $own $root.Values.s3.existingSecret) }}
{{- $data = append $data (include "lethe.existingData" (dict "root" $root "secret" .)) }}
{{- end }}
{{- $data | toJson | sha256sum | trunc 16 | quote }}
{{- end }}
