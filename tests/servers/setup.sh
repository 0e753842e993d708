#!/usr/bin/env bash
# Installs the servers that the client is tried against: nginx, Squid and Apache, from the distribution.
set -eu

# The programs of servers are often not on the path of a user.
PATH="$PATH:/usr/sbin:/usr/local/sbin"
missing=()
command -v nginx >/dev/null 2>&1 || missing+=(nginx-light)
command -v squid >/dev/null 2>&1 || missing+=(squid)
command -v apache2 >/dev/null 2>&1 || command -v httpd >/dev/null 2>&1 || missing+=(apache2-bin)
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "missing: ${missing[*]}; run 'apt-get install ${missing[*]}' as root, or this script." >&2
  echo "Elsewhere than on Debian: install nginx, squid and apache (httpd) by its own means." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
# Later Debians have one nginx for all uses.
if [[ " ${missing[*]} " == *" nginx-light "* ]] && ! apt-cache show nginx-light >/dev/null 2>&1; then
  missing=("${missing[@]/nginx-light/nginx}")
fi
apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
# The tests start servers of their own, on ports of their own.
if command -v systemctl >/dev/null 2>&1; then
  for service in "${missing[@]}"; do
    systemctl disable --now "${service%-*}" >/dev/null 2>&1 || true
  done
fi
