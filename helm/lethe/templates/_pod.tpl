{{/* A service's pod. A "part" is a dict of root and name; its values are those under its name. */}}

{{- define "lethe.podSpec" -}}
{{- $root := .root }}
{{- $values := index $root.Values .name }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- include "lethe.podIdentity" $root }}
serviceAccountName: {{ include "lethe.serviceAccountName" $root }}
terminationGracePeriodSeconds: {{ include "lethe.graceSeconds" . }}
{{- with default $profile.runtimeClassName $values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with default $root.Values.priorityClassName $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with merge (dict) ($values.nodeSelector | default dict) ($profile.nodeSelector | default dict) }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat ($values.tolerations | default list) ($profile.tolerations | default list) }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "lethe.affinity" . | fromYaml }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- include "lethe.spread" . | nindent 2 }}
{{- if include "lethe.fetchesModels" . }}
initContainers:
  {{- include "lethe.fetchModels" . | nindent 2 }}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "lethe.image" . }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args: [{{ .name }}]
    env:
      {{- include "lethe.env" . | nindent 6 }}
    {{- with $values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      {{- include "lethe.containerPorts" . | nindent 6 }}
    startupProbe:
      httpGet: { path: /healthz, port: health }
      periodSeconds: 2
      timeoutSeconds: 5
      failureThreshold: {{ div (add $values.startupSeconds 1) 2 }}
    readinessProbe:
      httpGet: { path: /readyz, port: health }
      periodSeconds: 2
      timeoutSeconds: 5
      failureThreshold: 2
    livenessProbe:
      httpGet: { path: /healthz, port: health }
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    {{- if gt (int $values.preStopSeconds) 0 }}
    lifecycle:
      preStop:
        sleep: { seconds: {{ $values.preStopSeconds }} }
    {{- end }}
    resources:
      {{- include "lethe.resources" . | nindent 6 }}
    securityContext:
      {{- include "lethe.securityContext" . | nindent 6 }}
    volumeMounts:
      {{- include "lethe.volumeMounts" . | nindent 6 }}
volumes:
  {{- include "lethe.volumes" . | nindent 2 }}
{{- end }}

{{/* Endpoints forget the pod during preStop, the service drains, and 5 s are left for what is left. */}}
{{- define "lethe.graceSeconds" -}}
{{- $values := index .root.Values .name }}
{{- add $values.preStopSeconds $values.shutdownSeconds 5 }}
{{- end }}

{{- define "lethe.containerPorts" -}}
- { name: health, containerPort: 8080 }
{{- if eq .name "gateway" }}
- { name: api, containerPort: 8787 }
{{- else if eq .name "inference" }}
- { name: grpc, containerPort: 50051 }
{{- end }}
{{- end }}

{{/* With the profile's devices: a limit, as extended resources have no other request. */}}
{{- define "lethe.resources" -}}
{{- $resources := deepCopy (index .root.Values .name).resources }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- with $profile.resource }}
{{- $limits := get $resources "limits" | default dict }}
{{- $_ := set $limits . (int $profile.count) }}
{{- $_ := set $resources "limits" $limits }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{- define "lethe.securityContext" -}}
{{- $context := deepCopy .root.Values.securityContext }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- if eq (toString $profile.readOnlyRootFilesystem) "false" }}
{{- $_ := set $context "readOnlyRootFilesystem" false }}
{{- end }}
{{- toYaml $context }}
{{- end }}

{{/* Replicas of one component stand apart where there is room. */}}
{{- define "lethe.spread" -}}
{{- with (index .root.Values .name).topologySpreadConstraints }}
{{- toYaml . }}
{{- else }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "lethe.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}

{{/* What a volume of one node needs: all pods of the release beside each other. */}}
{{- define "lethe.affinity" -}}
{{- $affinity := (index .root.Values .name).affinity | default dict | deepCopy }}
{{- if .root.Values.singleNode }}
{{- $together := include "lethe.beside" .root | fromYaml }}
{{- $affinity = merge $affinity $together }}
{{- end }}
{{- toYaml $affinity }}
{{- end }}

{{- define "lethe.beside" -}}
podAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          app.kubernetes.io/name: {{ include "lethe.name" . }}
          app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
