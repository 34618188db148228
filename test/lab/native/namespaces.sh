#!/bin/sh
# First process of a lab, inside its own mount and pid namespaces: hides the folders that its parts insist on writing to, runs
# the supervisor, and adopts the orphans that the container runtime leaves (as pid 1 must).
set -eu
mount --make-rprivate /
for folder in /run/netns /run/containerd /run/runc /var/lib/cni /var/lib/kubelet /var/log/containers; do
  mkdir -p "$folder"
  mount -t tmpfs lab "$folder"
done
exec 3<&0
"$@" <&3 &
wait $!
