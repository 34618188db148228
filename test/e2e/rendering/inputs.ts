/**
 * What the tests of rendering deploy: file names, relative to the workspace, and their texts. `IMAGE` is the repository of the run, whose
 * image has sh and sleep.
 */
export type Inputs = Readonly<Record<string, string>>;

/** `manifests: k8s/prod`: ConfigMap prod-settings-<hash>, Service prod-web, Deployment prod-web with 2 replicas and REPORT_TO=<value>. */
export const OVERLAY: Inputs = {
  'k8s/base/kustomization.yaml': `resources:
  - web.yaml
configMapGenerator:
  - name: settings
    literals:
      - GREETING=hello
`,
  'k8s/base/web.yaml': `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: IMAGE
          command: [sleep, "2147483647"]
          envFrom:
            - configMapRef:
                name: settings
          env:
            - name: REPORT_TO
              value: "\${REPORT_TO}"
`,
  'k8s/prod/kustomization.yaml': `namePrefix: prod-
resources:
  - ../base
patches:
  - path: replicas.yaml
`,
  'k8s/prod/replicas.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
`,
};

/**
 * `manifests: charts/web`: the Deployment <release>-web, the Job <release>-migrate before it, a test that is left out with a note and a
 * post-install hook that is left out with a warning. `helm-values: charts/prod.yaml` makes 2 replicas of it.
 */
export const CHART: Inputs = {
  'charts/web/Chart.yaml': `apiVersion: v2
name: web
version: 1.0.0
`,
  'charts/web/values.yaml': `image: IMAGE
replicas: 1
`,
  'charts/prod.yaml': `replicas: 2
`,
  'charts/web/templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ required "replicas is needed" .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}-web
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}-web
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: {{ .Values.image | quote }}
          command: [sleep, "2147483647"]
`,
  'charts/web/templates/jobs.yaml': `{{- range $name, $hook := dict "migrate" "pre-install,pre-upgrade" "check" "test" "announce" "post-install" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $name }}
  annotations:
    helm.sh/hook: {{ $hook }}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: {{ $name }}
          image: {{ $.Values.image | quote }}
          command: [sh, -c, "sleep 2; echo {{ $name }} is done"]
{{- end }}
`,
};

/** With `image-paths: Rollout.rendering.example.org {.spec.template.spec.containers[*].image}`; the definition is installed before. */
export const CUSTOM_RESOURCE: Inputs = {
  'k8s/rollout.yaml': `apiVersion: rendering.example.org/v1
kind: Rollout
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: IMAGE
`,
};

/** The kind of it. */
export const CUSTOM_RESOURCE_DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rollouts.rendering.example.org' },
  spec: {
    group: 'rendering.example.org',
    names: { kind: 'Rollout', plural: 'rollouts', singular: 'rollout' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
