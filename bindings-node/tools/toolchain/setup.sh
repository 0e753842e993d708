#!/usr/bin/env bash
# Installs Node and npm into a folder, for machines whose own are missing or too old.
#
#     setup.sh FOLDER
set -eu

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$1"

if ! command -v npm >/dev/null 2>&1; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "npm is missing: install Node 20.17 or newer." >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet
  apt-get install --yes --quiet --no-install-recommends nodejs npm
fi
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
cd "$folder"
npm ci --no-audit --no-fund --loglevel=error
# Under one name, whatever the machine's processor.
mkdir -p bin
ln -sf "$folder"/node_modules/node-linux-*/bin/node bin/node
