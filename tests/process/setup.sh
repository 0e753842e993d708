#!/usr/bin/env bash
# Installs what the process tests need of the operating system: Redis, the broker of a real Celery worker.
set -eu

if command -v redis-server >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "redis-server is missing: run 'apt-get install redis-server' as root, or this script." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends redis-server
# The tests start a server of their own, on a port of their own.
if command -v systemctl >/dev/null 2>&1; then
  systemctl disable --now redis-server >/dev/null 2>&1 || true
fi
