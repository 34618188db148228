#!/usr/bin/env bash
# The pipeline in bash that this project grew out of, as a yardstick: one apply per manifest, then set image, then a restart of the agent
# because its ConfigMap may have changed, then the status of both. Wants NAMESPACE, MANIFESTS (a folder), IMAGE and AGENT_TOKEN.
set -euo pipefail
for manifest in "$MANIFESTS"/*.yaml; do
  envsubst '$AGENT_TOKEN' <"$manifest" | kubectl apply -n "$NAMESPACE" -f -
done
kubectl set image -n "$NAMESPACE" deployment server "server=$IMAGE"
kubectl rollout restart -n "$NAMESPACE" deployment agent
kubectl rollout status -n "$NAMESPACE" deployment server --timeout=120s
kubectl rollout status -n "$NAMESPACE" deployment agent --timeout=120s
