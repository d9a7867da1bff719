{{/* Redis and PostgreSQL for a trial: one pod each, without a second copy of anything. */}}

{{/* A password that the release makes, in a Secret of the part's name. */}}
{{- define "lethe.passwordSecret" -}}
{{- $data := include "lethe.existingData" (dict "root" .root "secret" (include "lethe.partName" .)) | fromYaml }}
apiVersion: v1
kind: Secret
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
type: Opaque
data:
  password: {{ $data.password | default (randAlphaNum 40 | b64enc) }}
{{- end }}

{{/* A dict of root, name, values, port, and container: what is special of it. */}}
{{- define "lethe.trialServer" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  replicas: 1
  serviceName: {{ include "lethe.partName" . }}
  selector:
    matchLabels:
      {{- include "lethe.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "lethe.podLabels" . | nindent 8 }}
    spec:
      {{- include "lethe.podIdentity" .root | nindent 6 }}
      terminationGracePeriodSeconds: 30
      {{- if .root.Values.singleNode }}
      affinity:
        {{- include "lethe.beside" .root | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "lethe.imageOf" (dict "root" .root "image" .values.image) }}
          imagePullPolicy: {{ .values.image.pullPolicy }}
          {{- toYaml .container | nindent 10 }}
          ports: [{ name: server, containerPort: {{ .port }} }]
          startupProbe: { tcpSocket: { port: server }, periodSeconds: 2, failureThreshold: 90 }
          readinessProbe: { tcpSocket: { port: server }, periodSeconds: 5 }
          livenessProbe: { tcpSocket: { port: server }, periodSeconds: 10, failureThreshold: 6 }
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          securityContext:
            {{- toYaml .root.Values.securityContext | nindent 12 }}
          volumeMounts:
            - { name: data, mountPath: /data }
            - { name: tmp, mountPath: /tmp }
            - { name: tmp, mountPath: /var/run/postgresql }
      volumes:
        - name: tmp
          emptyDir: {}
        - name: data
          persistentVolumeClaim:
            claimName: {{ include "lethe.claimName" (dict "root" .root "name" .name "volume" .values.volume) }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "lethe.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "lethe.selectorLabels" . | nindent 4 }}
  ports: [{ name: server, port: {{ .port }}, targetPort: server }]
{{- end }}
