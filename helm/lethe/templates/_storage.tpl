{{/* The release's own claim of a volume: a dict of root, name and volume. It stays when the release goes. */}}

{{- define "lethe.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes:
    {{- toYaml (.volume.accessModes | default (list "ReadWriteOnce")) | nindent 4 }}
  {{- with .volume.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests: { storage: {{ .volume.size }} }
{{- end }}
