#!/usr/bin/env bash
# Installs Valgrind, where it is missing: on Debian and what is like it, as root.
set -eu

command -v valgrind >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "missing: valgrind; run 'apt-get install valgrind' as root, or install it by other means." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
# The debugging symbols of the C library are what Valgrind needs to replace its functions.
apt-get install --yes --quiet --no-install-recommends valgrind libc6-dbg
