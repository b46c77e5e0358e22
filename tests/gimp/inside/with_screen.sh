#!/bin/bash
# with_screen.sh COMMAND [ARGUMENT ...]: runs COMMAND on a virtual screen with a window manager and a
# session bus of its own.
set -euo pipefail
export XDG_RUNTIME_DIR=/run/screen NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory GIO_USE_VFS=local
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
Xvfb -displayfd 3 -screen 0 1400x1000x24 -nolisten tcp 3>"$XDG_RUNTIME_DIR/display" 2>/dev/null &
for _ in $(seq 100); do
  [ -s "$XDG_RUNTIME_DIR/display" ] && break
  sleep 0.1
done
DISPLAY=:$(cat "$XDG_RUNTIME_DIR/display")
export DISPLAY
openbox >/dev/null 2>&1 &
exec dbus-run-session -- "$@"
