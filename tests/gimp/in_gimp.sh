#!/bin/bash
# in_gimp.sh ROOT [--bind PATH]... [--set NAME=VALUE]... -- COMMAND [ARGUMENT ...]
#
# Runs COMMAND in the GIMP chroot ROOT (see make_gimp.sh), as root, in mount and process namespaces of
# its own: when COMMAND ends, every mount and every process that it left behind ends with it. Each PATH
# appears inside at the place it has outside. /tmp and /run are empty. The environment is bare but for
# the NAMEs set.
set -euo pipefail

root=$(realpath "$1")
shift
binds=()
environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb)
while [ "${1:-}" != -- ]; do
  case "${1:-}" in
    --bind) binds+=("$(realpath -s "$2")") ;;
    --set) environment+=("$2") ;;
    *)
      echo "in_gimp.sh: what is “${1:-}”? COMMAND comes after --" >&2
      exit 2
      ;;
  esac
  shift 2
done
shift

# The part inside the namespaces: mount, then become COMMAND. It gets the folder, the number of binds,
# the binds, and the command line, as arguments, so that no name needs quoting.
# shellcheck disable=SC2016
inside='
  set -euo pipefail
  root=$1 count=$2
  shift 2
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  libraries=no
  for ((; count > 0; count--)); do
    case $1 in /usr | /usr/* | /lib*) libraries=yes ;; esac
    if [ -d "$1" ]; then
      mkdir -p "$root$1"
    else
      mkdir -p "$root$(dirname "$1")"
      [ -e "$root$1" ] || touch "$root$1"
    fi
    mount --rbind "$1" "$root$1"
    shift
  done
  # The loader knows folders such as /usr/local/lib from its cache alone.
  if [ $libraries = yes ]; then chroot "$root" /sbin/ldconfig; fi
  exec chroot "$root" env -i "$@"
'
exec unshare --mount --pid --fork --kill-child --propagation private \
  bash -c "$inside" in_gimp.sh "$root" "${#binds[@]}" ${binds[@]+"${binds[@]}"} \
  "${environment[@]}" "$@"
