{{/* What a service mounts: /data and /tmp to write, models and secrets to read. */}}

{{- define "lethe.volumeMounts" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
- { name: tmp, mountPath: /tmp }
{{- range list "artifacts" "keys" }}
{{- if eq (index $root.Values .).type "volume" }}
- { name: {{ . }}, mountPath: /data/{{ . }} }
{{- end }}
{{- end }}
{{- if and (eq .name "gateway") (eq $root.Values.database.type "embedded") }}
- { name: database, mountPath: /data/database }
{{- end }}
{{- if ne .name "training" }}
- { name: certificates, mountPath: /etc/lethe/certificates, readOnly: true }
- { name: claims, mountPath: /etc/lethe/claims, readOnly: true }
{{- end }}
{{- if eq .name "gateway" }}
- { name: receipts, mountPath: /etc/lethe/receipts, readOnly: true }
{{- end }}
{{- if and (has .name (include "lethe.modelUsers" . | fromYamlArray)) (include "lethe.modelsVolume" $root) }}
- { name: models, mountPath: /models, readOnly: true }
{{- end }}
{{- if $root.Values.trustedCertificates.configMap }}
- { name: trusted, mountPath: /etc/lethe/trusted, readOnly: true }
{{- end }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- if $profile.sharedMemory }}
- { name: shared-memory, mountPath: /dev/shm }
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "lethe.volumes" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
- name: tmp
  emptyDir: {}
{{- range list "artifacts" "keys" }}
{{- $place := index $root.Values . }}
{{- if eq $place.type "volume" }}
- name: {{ . }}
  persistentVolumeClaim:
    claimName: {{ include "lethe.claimName" (dict "root" $root "name" . "volume" $place.volume) }}
{{- end }}
{{- end }}
{{- if and (eq .name "gateway") (eq $root.Values.database.type "embedded") }}
- name: database
  persistentVolumeClaim:
    claimName: {{ include "lethe.claimName" (dict "root" $root "name" "database" "volume" $root.Values.database.volume) }}
{{- end }}
{{- if ne .name "training" }}
{{ include "lethe.certificatesVolume" . }}
{{ include "lethe.claimsVolume" . }}
{{- end }}
{{- if eq .name "gateway" }}
- name: receipts
  secret:
    secretName: {{ include "lethe.keysSecret" $root }}
    items: [{ key: receipts-key, path: private.pem }]
    defaultMode: 0400
{{- end }}
{{- if has .name (include "lethe.modelUsers" . | fromYamlArray) }}
{{- with include "lethe.modelsVolume" $root }}
{{ . }}
{{- end }}
{{- end }}
{{- with $root.Values.trustedCertificates.configMap }}
- name: trusted
  configMap: { name: {{ . }} }
{{- end }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- with $profile.sharedMemory }}
- name: shared-memory
  emptyDir: { medium: Memory, sizeLimit: {{ . }} }
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The claim that a volume names, or the release's own of this name. */}}
{{- define "lethe.claimName" -}}
{{- default (include "lethe.partName" .) .volume.existingClaim }}
{{- end }}

{{/* Where base models are that are not in the image: one source at most. */}}
{{- define "lethe.modelsVolume" -}}
{{- $models := .Values.models }}
{{- if $models.existingClaim }}
- name: models
  persistentVolumeClaim: { claimName: {{ $models.existingClaim }}, readOnly: {{ not $models.fetch }} }
{{- else if $models.image.reference }}
- name: models
  image:
    {{- toYaml $models.image | nindent 4 }}
{{- else if $models.fetch }}
- name: models
  emptyDir: {}
{{- end }}
{{- end }}
