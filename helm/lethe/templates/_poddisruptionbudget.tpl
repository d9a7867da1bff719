{{/* At most so many replicas of a component leave at a time, by a drain. */}}

{{- define "lethe.podDisruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ (index .root.Values .name).maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "lethe.selectorLabels" . | nindent 6 }}
{{- end }}
