#!/usr/bin/env bash
# Installs a JDK and Maven, where the machine has none: on Debian and what is like it, as root.
set -euo pipefail

if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
  echo "install a JDK, version 17 or newer, and Maven: https://adoptium.net, https://maven.apache.org" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends maven openjdk-17-jdk-headless >/dev/null
