#!/bin/sh
# The image's install step: moe in a virtual environment of its own.
#   install.sh FOLDER SOURCE [EXTRAS]
# FOLDER is made; SOURCE is a checkout or a wheel; EXTRAS are those of moe-core, parted by commas.
set -eu

if [ "$#" -lt 2 ]; then
    echo "usage: install.sh FOLDER SOURCE [EXTRAS]" >&2
    exit 2
fi
folder=$1
source=$2
extras=${3:-brokers,durable,encryption,grpc,mcp,office,oidc,redis,secrets,server,tables,telemetry}

"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --no-cache-dir --disable-pip-version-check --quiet "$source[$extras]"
"$folder/bin/python" -m pip uninstall --quiet --yes --disable-pip-version-check pip # nothing is installed where it runs
"$folder/bin/moe" --version
