#!/usr/bin/env bash
# Installs what the checks of Python need of the operating system: virtual environments, and Redis, the broker of a
# real Celery worker.
set -eu

missing=()
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "missing: ${missing[*]}; run 'apt-get install ${missing[*]}' as root, or this script." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
# The tests start a server of their own, on a port of their own.
if command -v systemctl >/dev/null 2>&1; then
  systemctl disable --now redis-server >/dev/null 2>&1 || true
fi
