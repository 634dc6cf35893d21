#!/usr/bin/env bash
# Makes DIST/kenshin-kiosk-VERSION-MACHINE-PYTHON.tar: everything but Debian's own packages, to install without a network.
# For machines with this processor and this Python: build it on one terminal for all of them.
#
#     bundle.sh DIST
set -euo pipefail
cd "$(dirname "$0")/../.."
dist=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
python=/usr/bin/python3

say() { printf '%s\n' "bundle: $*" >&2; }

# What builds wheels comes out of the lock of the developers, with its hashes.
locked() { awk -v wanted="^($1)==" '/^[a-z0-9]/ { keep = ($0 ~ wanted) } keep' requirements-dev.lock; }

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' kiosk/__init__.py)
tag=$(uname -m)-$($python -c 'import sys; print(f"cp{sys.version_info[0]}{sys.version_info[1]}")')
name=kenshin-kiosk-$version-$tag
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bundle=$work/$name
mkdir -p "$bundle/wheels"

say "building the wheels for $tag; the first time this takes minutes"
$python -m venv "$work/venv"
pip=("$work/venv/bin/python" -I -m pip --quiet --disable-pip-version-check)
locked 'hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers|setuptools' > "$work/build.lock"
"${pip[@]}" install --require-hashes --requirement "$work/build.lock"
# Without isolation nothing is fetched to build with that the lock does not name; pyscard wants swig, which is Debian's.
PATH=$work/venv/bin:$PATH "${pip[@]}" wheel --no-build-isolation --require-hashes --requirement requirements.lock --wheel-dir "$bundle/wheels"
PATH=$work/venv/bin:$PATH "${pip[@]}" wheel --no-build-isolation --no-deps --wheel-dir "$bundle/wheels" .

# Its own lock: the hashes of exactly these wheels, some of which were built here.
"$work/venv/bin/python" -I - "$bundle/wheels" > "$bundle/requirements.txt" <<'PYTHON'
import hashlib, pathlib, sys
for wheel in sorted(pathlib.Path(sys.argv[1]).glob("*.whl")):
    name, version = wheel.name.split("-")[:2]
    print(f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
PYTHON

cp -a --parents systemd config docs README*.md CHANGELOG.md "$bundle"
ln -s systemd/install/install.sh "$bundle/install"
ln -s systemd/install/uninstall.sh "$bundle/uninstall"
# A release is known by its version and by what is in it: the same again is no new one.
digest=$(cd "$bundle" && find requirements.txt systemd config -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-8)
echo "$version-$digest" > "$bundle/RELEASE"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) > "$work/sums"
mv "$work/sums" "$bundle/SHA256SUMS"
tar --create --file "$dist/.$name.tar" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner "$name"
mv "$dist/.$name.tar" "$dist/$name.tar"
say "$dist/$name.tar ($(du -h "$dist/$name.tar" | cut -f1))"
echo "$dist/$name.tar"
