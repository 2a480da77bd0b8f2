#!/bin/sh
# Makes the secrets that compose.yaml names, in ./secrets. What is there already stays: a new key would open no old data.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

random() { od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }
make() {
  [ -e "secrets/$1" ] && return
  printf '%s\n' "$2" > "secrets/$1"
  echo "made secrets/$1"
}

make creds_key "$(random 32)"
make metrics_token "$(random 16)"
make mongo_password "$(random 24)"
make mongo_uri "mongodb://patchbay:$(cat secrets/mongo_password)@mongo:27017/patchbay?authSource=admin"

# Each is mounted as it is, so the user inside must own it: 1000 is the image's, 999 is MongoDB's.
if [ "$(id -u)" = 0 ]; then
  chown 1000:1000 secrets/creds_key secrets/metrics_token secrets/mongo_uri
  chown 999:999 secrets/mongo_password
else
  # Without root it cannot be given away: the folder around it keeps others out.
  chmod 0444 secrets/mongo_password
  [ "$(id -u)" = 1000 ] || echo "Run once as root: chown 1000:1000 $(pwd)/secrets/creds_key $(pwd)/secrets/metrics_token $(pwd)/secrets/mongo_uri"
fi
