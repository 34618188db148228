import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Three Deployments, each with a Service and a ConfigMap. The server's image is the one that is deployed anew. */
const NAMES = ['server', 'agent', 'proxy'] as const;

/** Writes the manifests as a user keeps them: the server with a fixed first image, the agent's ConfigMap with a variable. */
export function writeManifests(folder: string, images: { readonly server: string; readonly others: string }): void {
  mkdirSync(folder, { recursive: true });
  for (const name of NAMES) {
    const token = name === 'agent' ? '${AGENT_TOKEN}' : 'none';
    writeFileSync(
      join(folder, `${name}.yaml`),
      manifest(name, name === 'server' ? images.server : images.others, token),
    );
  }
}

/** The same, ready rendered. */
export function writeRendered(
  folder: string,
  images: { readonly server: string; readonly others: string },
  token: string,
): void {
  mkdirSync(folder, { recursive: true });
  for (const name of NAMES) {
    writeFileSync(
      join(folder, `${name}.yaml`),
      manifest(name, name === 'server' ? images.server : images.others, name === 'agent' ? token : 'none'),
    );
  }
}

function manifest(name: string, image: string, token: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
data:
  token: "${token}"
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: ${name}
          image: ${image}
          envFrom: [{ configMapRef: { name: ${name} } }]
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
`;
}
