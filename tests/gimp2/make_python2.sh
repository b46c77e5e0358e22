#!/bin/bash
# make_python2.sh FOLDER
#
# Puts a Python 2.7, which today's systems no longer have, into FOLDER: that of Debian bullseye with its
# standard library, as FOLDER/usr/bin/python2.7. It runs from there, on this system's own C library.
# Needs root on Debian, takes half a minute and 100 MB. FOLDER appears complete or not at all; where it
# is there already, nothing is done.
set -euo pipefail

folder=$1
complete() { [ -x "$folder/usr/bin/python2.7" ]; }
remove() { rm -rf --one-file-system "$@"; }

if complete; then exit 0; fi
if [ "$(id -u)" != 0 ] || [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ]; then
  echo "make_python2.sh: needs root on a Debian machine" >&2
  exit 1
fi
mkdir -p "$(dirname "$folder")"
# One thing at a time is made here, and whoever comes second finds it.
exec 9>"$(dirname "$folder")/making.lock"
flock 9
if complete; then exit 0; fi
if ! command -v mmdebstrap >/dev/null; then
  apt-get update -q
  apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 mmdebstrap
fi

# What a run left that had no time to clean up.
half_made="$folder.part"
remove "$half_made"
trap 'remove "$half_made"' EXIT
# A mirror that lags behind its own expiry date still serves signed packages.
mmdebstrap --mode=root --variant=extract --include=python2.7 \
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "5"' \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg bullseye "$half_made" 9>&-
remove "$folder"
mv --no-target-directory "$half_made" "$folder"
