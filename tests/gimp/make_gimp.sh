#!/bin/bash
# make_gimp.sh SUITE FOLDER
#
# Makes a real GIMP in FOLDER, a Debian of its own (trixie has GIMP 3.0, forky 3.2), with what a machine
# without a screen needs to drive GIMP's interface. Needs root on Debian, takes one or two minutes and
# 700 MB. FOLDER appears complete or not at all; where it is there already, nothing is done.
set -euo pipefail

suite=$1
folder=$2
complete() { [ -x "$folder/usr/bin/gimp-console" ] && [ -e "$folder/usr/lib/locale/locale-archive" ]; }
remove() { rm -rf --one-file-system "$@"; }

if complete; then exit 0; fi
if [ "$(id -u)" != 0 ] || [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ]; then
  echo "make_gimp.sh: needs root on a Debian machine" >&2
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

packages=(
  gimp gir1.2-gimp-3.0 gir1.2-gtk-3.0 gir1.2-gegl-0.4 python3 python3-gi python3-gi-cairo
  xvfb x11-utils xdotool imagemagick openbox dbus dbus-x11
  fonts-dejavu-core adwaita-icon-theme librsvg2-common procps locales
)
# In which GIMP's own buttons are to be seen too. glibc translates nothing in the locale C.
languages=(de_DE fr_FR)
hooks=() catalogues=()
for language in "${languages[@]}"; do
  hooks+=("--customize-hook=chroot \"\$1\" localedef -i $language -f UTF-8 $language.UTF-8")
  # The folders too: dpkg makes none that it leaves out.
  for path in "" /LC_MESSAGES "/LC_MESSAGES/gimp30*.mo" "/LC_MESSAGES/gtk30*.mo"; do
    catalogues+=("--dpkgopt=path-include=/usr/share/locale/${language%_*}$path")
  done
done
# What a run left that had no time to clean up.
half_made="$folder.part"
remove "$half_made"
trap 'remove "$half_made"' EXIT
# A mirror that lags behind its own expiry date still serves signed packages.
mmdebstrap --mode=root --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "5"' \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' "${catalogues[@]}" "${hooks[@]}" \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$half_made" 9>&-
remove "$folder"
mv --no-target-directory "$half_made" "$folder"
