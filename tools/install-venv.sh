#!/bin/sh
# Debian keeps venv in a package of its own: install it when we may, else say what to do.
set -eu
python=$1
venv=$2
rm -rf "$venv"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq "python$version-venv"
    exec "$python" -m venv "$venv"
fi
echo "this Python cannot make virtual environments: install python$version-venv and run make again" >&2
exit 1
