#!/usr/bin/env bash
# Runs a command in the folder tree that setup.sh has made. The folders named by UPPZY_SHARED, with colons between
# them, are there under the same names as outside, and so is the current folder.
#
#     run.sh ROOT COMMAND [ARGUMENT...]
set -eu

root="$(realpath "$1")"
shift
export root
# The mounts and processes belong to this command alone and end with it, however it ends: a process that is the first
# of its namespace would not hear of SIGTERM.
setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child --propagation private bash -c '
  set -eu
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  IFS=:
  for folder in ${UPPZY_SHARED:-} "$PWD"; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
  done
  unset IFS
  kept=()
  for name in $(compgen -e); do
    case "$name" in UPPZY_* | NO_COLOR | SWIFT_* | LSAN_OPTIONS) kept+=("$name=${!name}") ;; esac
  done
  exec chroot "$root" /usr/bin/env --ignore-environment --chdir="$PWD" "${kept[@]}" HOME=/root \
    LANG=C.UTF-8 PATH=/usr/bin:/bin:/usr/sbin:/sbin "$@"
' bash "$@" <&0 &
trap 'kill -KILL $!; exit 143' TERM INT HUP
wait $!
