#!/bin/sh
# runc on a machine that lacks CAP_SYS_RESOURCE: Docker asks for every capability that the kernel knows when a container is
# privileged, and a container that gets less than it asks for does not start. Privileged is what buildx makes its builders.
previous=
for word in "$@"; do
  specification=
  case "$previous" in
    --bundle) specification=$word/config.json ;;
    --process) specification=$word ;;
  esac
  [ -z "$specification" ] || sed -i 's/"CAP_SYS_RESOURCE",//g; s/,"CAP_SYS_RESOURCE"//g' "$specification"
  previous=$word
done
exec runc "$@"
