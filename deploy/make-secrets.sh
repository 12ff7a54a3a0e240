#!/bin/sh
# Passwords for compose.yaml, drawn once: files in ./secrets that git does not see. What is there stays.
set -eu

folder=${1:-secrets}
mkdir -p "$folder"
draw() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
for name in postgres-password grafana-password; do
    [ -e "$folder/$name" ] || draw >"$folder/$name"
done
if [ ! -e "$folder/database" ]; then
    printf 'postgresql://moe:%s@postgres/moe' "$(cat "$folder/postgres-password")" >"$folder/database"
fi
# Containers run as users of their own, who must be able to read them; the folder keeps everybody else out.
chmod 700 "$folder"
chmod 644 "$folder"/*
