/** What is in the namespace before. */
export const LIVE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  present: "1"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: existing
spec:
  replicas: 0
  selector:
    matchLabels:
      app: existing
  template:
    metadata:
      labels:
        app: existing
    spec:
      containers:
        - name: main
          image: busybox:1
`;

/** Each line that is wrong ends with a comment that says why. */
export const EVERYTHING_WRONG = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: existing
spec:
  replicas: 0
  selector: # immutable selector
    matchLabels:
      app: other
  template:
    metadata:
      labels:
        app: other
    spec:
      containers:
        - name: main
          image: REGISTRY/library/busybox:1
          envFrom:
            - configMapRef:
                name: missing-beside # missing ConfigMap of the immutable one
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: misspelt
spec:
  replicaz: 1 # unknown field
  selector:
    matchLabels:
      app: misspelt
  template:
    metadata:
      labels:
        app: misspelt
    spec:
      containers:
        - name: main
          image: REGISTRY/library/busybox:not-pushed # missing image
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: needy
spec:
  selector:
    matchLabels:
      app: needy
  template:
    metadata:
      labels:
        app: needy
    spec:
      serviceAccountName: missing-account # missing ServiceAccount
      containers:
        - name: main
          image: busybox:latest # latest image
          env:
            - name: ABSENT
              valueFrom:
                configMapKeyRef:
                  name: settings
                  key: absent # missing key
            - name: PRESENT
              valueFrom:
                configMapKeyRef:
                  name: settings
                  key: present
          envFrom:
            - configMapRef:
                name: missing-map # missing ConfigMap
            - secretRef:
                name: missing-secret # missing Secret
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: missing-claim # missing volume claim
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: elsewhere
  namespace: default # other namespace
data: {}
`;

export const OTHERS: readonly { readonly mark: string; readonly says: RegExp }[] = [
  { mark: 'immutable selector', says: /^Deployment\/existing in \S+: spec\.selector is immutable$/ },
  {
    mark: 'missing ConfigMap of the immutable one',
    says: /ConfigMap\/missing-beside is neither in the manifests nor /,
  },
  { mark: 'unknown field', says: /^Deployment\/misspelt in \S+: \.spec\.replicaz: field not declared in schema$/ },
  {
    mark: 'missing image',
    says: /^Deployment\/misspelt, container main: the registry has no image \S+:not-pushed$/,
  },
  { mark: 'missing ServiceAccount', says: /ServiceAccount\/missing-account is neither in the manifests nor / },
  { mark: 'latest image', says: /the image "busybox:latest" has no fixed version/ },
  { mark: 'missing key', says: /^Deployment\/needy: ConfigMap\/settings in \S+ has no key "absent"$/ },
  { mark: 'missing ConfigMap', says: /ConfigMap\/missing-map is neither in the manifests nor / },
  { mark: 'missing Secret', says: /Secret\/missing-secret is neither in the manifests nor / },
  { mark: 'missing volume claim', says: /PersistentVolumeClaim\/missing-claim is neither in the manifests nor / },
  { mark: 'other namespace', says: /^ConfigMap\/elsewhere in default: the input namespace is \S+$/ },
];
