#!/bin/bash
# with_screen.sh COMMAND [ARGUMENT ...]: runs COMMAND on a virtual screen, with a window manager and a session bus of its
# own. SCREEN_SIZE is that of a small laptop unless it is set.
set -euo pipefail
XDG_RUNTIME_DIR=$(mktemp -d)
# Where no namespace ends with the command, nothing else would end these.
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$XDG_RUNTIME_DIR"' EXIT
export XDG_RUNTIME_DIR NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory GIO_USE_VFS=local
Xvfb -displayfd 3 -screen 0 "${SCREEN_SIZE:-1366x768}x24" -nolisten tcp 3>"$XDG_RUNTIME_DIR/display" >/dev/null 2>&1 &
for _ in $(seq 100); do
  [ -s "$XDG_RUNTIME_DIR/display" ] && break
  sleep 0.1
done
DISPLAY=:$(cat "$XDG_RUNTIME_DIR/display")
export DISPLAY
openbox >/dev/null 2>&1 &
dbus-run-session -- "$@"
