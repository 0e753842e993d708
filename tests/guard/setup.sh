#!/usr/bin/env bash
# Installs what counts instructions: valgrind.
set -eu

if command -v valgrind >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "missing: valgrind; run 'apt-get install valgrind' as root, or this script." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends valgrind
