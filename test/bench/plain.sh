#!/usr/bin/env bash
# The least that kubectl can do: one server-side apply of a ready-rendered set and one status. It checks nothing and proves nothing.
# Wants NAMESPACE and MANIFESTS (a folder, rendered).
set -euo pipefail
kubectl apply -n "$NAMESPACE" --server-side -f "$MANIFESTS"
kubectl rollout status -n "$NAMESPACE" deployment/server deployment/agent deployment/proxy --timeout=120s
