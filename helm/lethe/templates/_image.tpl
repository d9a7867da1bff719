{{/* Image references: a digest wins over a tag, global.imageRegistry over an image's own registry. */}}

{{/* A dict of root and image. */}}
{{- define "lethe.imageOf" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry }}
{{- with $registry }}{{ . }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag }}{{ end }}
{{- end }}

{{/* Lethe's own, in the variant that a component's profile names. */}}
{{- define "lethe.image" -}}
{{- $image := deepCopy .root.Values.image }}
{{- $profile := include "lethe.profile" . | fromYaml }}
{{- $tag := default .root.Chart.AppVersion $image.tag }}
{{- with $profile.imageVariant }}
{{- $tag = printf "%s-%s" $tag . }}
{{- $_ := set $image "digest" (default "" $profile.imageDigest) }}
{{- end }}
{{- include "lethe.imageOf" (dict "root" .root "image" (set $image "tag" $tag)) }}
{{- end }}

{{/* The profile that a component names, or an empty one. */}}
{{- define "lethe.profile" -}}
{{- $values := index .root.Values .name | default dict }}
{{- with $values.gpuProfile }}
{{- get $.root.Values.gpuProfiles . | toYaml }}
{{- else }}{}{{ end }}
{{- end }}
