#!/usr/bin/env bash
# Makes the folder tree of a Debian system that has Swift in it, for machines without a Swift of their own, and prints
# its folder. Whatever is there already is used again.
#
#     setup.sh CACHE
set -eu

cache="$1"
suite=trixie
packages=swiftlang,libc6-dev,libstdc++-14-dev

# What is made is known by what it was made of.
key="$({ echo "$suite $packages"; dpkg --print-architecture; } 2>/dev/null | cksum | tr -cs '0-9\n' '-')"
root="$cache/swift-$key"
# It gets its name when it is complete, in one step.
complete() { [ -d "$root" ]; }

if complete; then
  echo "$root"
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "swift is missing: install Swift 6.0 or newer, or run this as root on Debian." >&2
  exit 1
fi

{
  mkdir -p "$cache"
  exec 9>"$cache/swift.lock"
  flock 9
  if ! complete; then
    if ! command -v debootstrap >/dev/null 2>&1; then
      export DEBIAN_FRONTEND=noninteractive
      apt-get update --quiet
      apt-get install --yes --quiet --no-install-recommends debootstrap
    fi
    # The mirror is the one that this machine itself is served by.
    mirror="$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
      awk '$1 == "Debian" && $2 == "Debian" && $3 == "main" { print $4; exit }')"
    if [ -z "$mirror" ]; then
      echo "no mirror of Debian is among the sources of apt: install Swift 6.0 or newer." >&2
      exit 1
    fi
    # An interrupted making leaves a folder of another name. Mounts made meanwhile end with their namespace.
    find "$cache" -mindepth 1 -maxdepth 1 -name 'swift-making-*' -exec rm -rf -- {} +
    making="$(mktemp --directory "$cache/swift-making-XXXXXX")"
    chmod 755 "$making"
    unshare --mount --propagation private \
      debootstrap --variant=minbase --include="$packages" "$suite" "$making" "$mirror"
    rm -rf "$making"/var/cache/apt/archives/*.deb "$making"/var/lib/apt/lists/* "$making"/usr/share/{doc,man,locale}
    mv -T "$making" "$root"
  fi
} >&2
echo "$root"
