{{/* Nobody calls a worker: its Service is what metrics are read by. */}}

{{- define "lethe.workerService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  clusterIP: None
  selector:
    {{- include "lethe.selectorLabels" . | nindent 4 }}
  ports:
    - { name: health, port: 8080, targetPort: health }
{{- end }}
