#!/bin/sh
# 离线安装学时证 | installs Xueshi without a network:  ./install.sh [FOLDER]      (default: ~/xueshi)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
read -r _ wanted machine _ < "$here/VERSION"
if [ "$(uname -s)-$(uname -m)" != "Linux-$machine" ]; then
  echo "这个包给 Linux $machine，本机是 $(uname -s) $(uname -m) | this bundle is for Linux $machine, this machine is $(uname -s) $(uname -m)" >&2
  exit 2
fi
for name in "python$wanted" python3 python; do
  if found=$(command -v "$name") && [ "$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$wanted" ]; then
    exec "$found" "$here/install.py" "$@"
  fi
done
if [ -f "$here/interpreter.tar.gz" ]; then  # as python-build-standalone packs it: python/bin/python3
  mkdir -p "${1:-$HOME/xueshi}"
  tar -xzf "$here/interpreter.tar.gz" -C "${1:-$HOME/xueshi}"
  exec "${1:-$HOME/xueshi}/python/bin/python3" "$here/install.py" "$@"
fi
echo "没有找到 Python $wanted；请先安装它，或向给包的人要带解释器的包 | no Python $wanted here; install it, or ask for a bundle made with --interpreter" >&2
exit 2
