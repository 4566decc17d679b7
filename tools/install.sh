#!/bin/sh
# Installs the project with some extras. uv takes a fraction of pip's time; where it cannot (an index that only pip
# knows of), pip does the same.
set -eu
python=$1
extras=$2
pip="$python -m pip install --disable-pip-version-check -c constraints.txt"
if $pip -q uv && "$python" -m uv pip install --python "$python" -c constraints.txt -e ".[$extras]"; then
    exit 0
fi
echo "uv could not: pip goes on, and takes a few minutes"
exec $pip -e ".[$extras]"
