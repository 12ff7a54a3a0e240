#!/bin/sh
# A server that others can reach wants a key. Makes the first where there is none.
#   first-key.sh FILE [FILE-FOR-PROMETHEUS]
# The first is an admin's, for nobody else to read: take it, then delete the file. The second is for who reads /metrics.
set -eu

known=$(moe keys list --json)
if [ "$known" != "[]" ]; then
    exit 0
fi
(umask 077 && moe keys create first --scope admin >"$1")
if [ "$#" -gt 1 ]; then
    (umask 022 && moe keys create watch --scope admin >"$2")
fi
echo "the first key is in $1: take it, then delete the file" >&2
