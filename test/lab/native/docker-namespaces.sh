#!/bin/sh
# First process of a Docker engine, inside its own namespaces (see docker-engine.sh): when it ends, everything in there ends.
set -eu
hierarchies=$1 cgroup=$3
shift 3
# Folders that containerd and the engine insist on using.
for folder in /run/docker /run/containerd /run/runc; do
  mkdir -p "$folder"
  mount -t tmpfs lab "$folder"
done
for hierarchy in $hierarchies; do mount --bind "$hierarchy/$cgroup" "$hierarchy"; done
exec 3<&0
# Inside this pid namespace -1 means: all of the engine and its containers, and nobody else.
{
  cat <&3 >/dev/null
  kill -KILL -1
} &
exec 3<&-
"$@" </dev/null
