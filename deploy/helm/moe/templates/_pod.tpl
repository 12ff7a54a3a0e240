{{/* What is the same in all pods: nobody is root, nothing of the image is written. */}}
{{- define "moe.labels" -}}
app.kubernetes.io/name: moe
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "moe.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "moe.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "moe.image" -}}
image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{- define "moe.environment" -}}
- {name: MOE_SYSTEM__DATABASE, value: "file:/run/secrets/moe/url"}
{{- if .Values.documents.claim }}
- {name: MOE_SERVER__DOCS_ROOTS, value: '["/documents"]'}
{{- end }}
{{- if .Values.vault.address }}
- {name: VAULT_ADDR, value: {{ .Values.vault.address | quote }}}
- {name: VAULT_K8S_ROLE, value: {{ .Values.vault.role | quote }}}
- {name: VAULT_K8S_TOKEN_FILE, value: /run/secrets/vault/token}
{{- end }}
{{- if .Values.traces }}
- {name: MOE_SYSTEM__TELEMETRY__TRACES, value: {{ .Values.traces | quote }}}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{- define "moe.mounts" -}}
- {name: data, mountPath: /data}
- {name: tmp, mountPath: /tmp}
- {name: database, mountPath: /run/secrets/moe, readOnly: true}
{{- if .Values.vault.address }}
- {name: vault, mountPath: /run/secrets/vault, readOnly: true}
{{- end }}
{{- if .Values.documents.claim }}
- {name: documents, mountPath: /documents, readOnly: true}
{{- end }}
{{- end }}

{{- define "moe.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
- name: database
  secret: {secretName: {{ .Values.secrets.database }}, defaultMode: 0440}
{{- if .Values.vault.address }}
- name: vault
  projected:
    sources:
      - serviceAccountToken: {path: token, audience: {{ .Values.vault.audience }}, expirationSeconds: 3600}
{{- end }}
{{- if .Values.documents.claim }}
- name: documents
  persistentVolumeClaim: {claimName: {{ .Values.documents.claim }}, readOnly: true}
{{- end }}
{{- end }}
