#!/usr/bin/env bash
# Builds the native library for Android's processors into jniLibs. Needs the Android NDK (r27 or newer, which
# links for pages of 16 KB), `cargo install cargo-ndk` and the Rust targets named below.
# Not run in this project's checks: there is no NDK there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

out=bindings-uniffi/kotlin/android/jniLibs
rustup target add aarch64-linux-android armv7-linux-androideabi x86_64-linux-android
# Older linkers align to 4 KB; Android 15 devices may have pages of 16 KB.
export RUSTFLAGS="${RUSTFLAGS:-} -C link-arg=-Wl,-z,max-page-size=16384"
cargo ndk --platform 26 -t arm64-v8a -t armeabi-v7a -t x86_64 -o "$out" \
  build --locked --profile uniffi-release --package uppzy-uniffi
# What each of them is linked from.
bills=bindings-uniffi/kotlin/android/resources/META-INF/sbom
mkdir -p "$bills"
for target in aarch64-linux-android armv7-linux-androideabi x86_64-linux-android; do
  cargo xtask bill uppzy-uniffi --target "$target" >"$bills/uppzy-$target.cdx.json"
done
