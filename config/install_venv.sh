#!/bin/sh
# Debian ships Python without ensurepip. As root, install it; otherwise say what to install.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq python3-venv; } >/dev/null 2>&1 && exit 0
fi
echo "Python's venv module is not complete here. Install it (on Debian: apt-get install python3-venv) and run make again." >&2
exit 1
