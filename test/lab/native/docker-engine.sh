#!/bin/sh
# Usage: docker-engine.sh FOLDER CGROUP dockerd...
# Runs a Docker engine in namespaces of its own until standard input ends, that is, until the process that started it ends,
# however it ends; then removes the engine's control groups and its folder.
set -eu
folder=$1 cgroup=$2
# Under cgroup v2 nothing has to be prepared.
hierarchies=$(test -e /sys/fs/cgroup/cgroup.controllers || dirname /sys/fs/cgroup/*/cgroup.procs)

remove() {
  for hierarchy in $hierarchies; do
    [ ! -d "$hierarchy/$cgroup" ] || find "$hierarchy/$cgroup" -depth -type d -delete || return 1
  done
  rm -rf "$folder"
}

# buildx puts its builders into the group /docker/buildx of whatever the engine sees as the root: this group here.
for hierarchy in $hierarchies; do
  mkdir "$hierarchy/$cgroup"
  for file in cpuset.cpus cpuset.mems; do
    [ ! -e "$hierarchy/$file" ] || cat "$hierarchy/$file" >"$hierarchy/$cgroup/$file"
  done
done
(
  for hierarchy in $hierarchies; do sh -c 'echo $PPID' >"$hierarchy/$cgroup/cgroup.procs"; done
  exec unshare --mount --pid --cgroup --fork --mount-proc --kill-child -- sh "$(dirname "$0")/docker-namespaces.sh" "$hierarchies" "$@"
) || true

# A process that is still dying holds its group and may yet write a file.
attempts=0
until remove 2>/dev/null; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt 100 ]
  sleep 0.1
done
