# ruff: noqa: INP001 - a script, as its neighbours
"""Install what lies beside this file into a folder, without a network; an earlier version stays until this one works."""

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
_SUMS = "SHA256SUMS"
_REFUSED = 2
_DESKTOP = """[Desktop Entry]
Type=Application
Version=1.0
Name=Xueshi
Name[zh_CN]=学时证
Comment=Does the evidence show what the rule demands?
Comment[zh_CN]=逐学时核验培训证据
Exec="{start}"
Terminal=true
Categories=Office;
"""
_START = """#!/bin/sh
# 双击启动：打开控制台 | starts the service and opens the console
exec "{home}/xueshi" serve --home "{home}/data" --open
"""
# In plain ASCII with CRLF, because every code page of Windows reads that; a second double click only opens the page.
_WINDOWS = (
    "@echo off\r\nrem Starts Xueshi in WSL 2 and opens the console; copy this file to the Windows desktop.\r\n"
    'start "" /min wsl.exe -d "{machine}" -- "{home}/xueshi" serve --home "{home}/data"\r\n'
    'timeout /t 5 /nobreak >nul\r\nstart "" "http://127.0.0.1:8000/"\r\n'
)


def faults(folder: Path) -> Iterator[str]:
    """What is not as it was packed."""
    told = dict(reversed(line.split("  ", 1)) for line in (folder / _SUMS).read_text("utf-8").splitlines())
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()} - {_SUMS}
    yield from (f"{name}：包里没有 | is missing" for name in sorted(told.keys() - there))
    yield from (f"{name}：不属于这个包 | does not belong to it" for name in sorted(there - told.keys()))
    for name in sorted(there & told.keys()):
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != told[name]:
                yield f"{name}：内容被改动或传坏 | its content was changed or damaged on the way"


def refuse(words: str) -> None:
    """End here with these words."""
    sys.stderr.write(f"{words}\n")
    raise SystemExit(_REFUSED)


def numbers(version: str) -> tuple[int, ...]:
    """As versions are compared."""
    return tuple(int(one) for one in version.split(".") if one.isdigit())


def run(*words: str | Path) -> None:
    """A command that must succeed."""
    subprocess.run([str(one) for one in words], check=True)  # noqa: S603


def environment(place: Path) -> Path:
    """A fresh environment with every wheel of the lock; the Python in it."""
    try:
        venv.create(place, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, OSError) as error:
        refuse(f"{place}：建不了环境 | cannot make an environment ({error}); Debian, 统信: python3-venv")
    python = place / "bin/python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-index", "--no-deps")
    run(*pip, "--find-links", HERE / "wheels", "--require-hashes", "-r", HERE / "requirements.txt")
    run(*pip, *(HERE / "wheels").glob("xueshi-*.whl"))
    return python


def link(target: Path, name: Path) -> None:
    """In one step: whoever starts it meanwhile has the earlier version or this one."""
    with tempfile.TemporaryDirectory(dir=name.parent) as work:
        made = Path(work) / name.name
        made.symlink_to(target)
        made.replace(name)


def starter(home: Path) -> Path:
    """What a double click starts; where menus are kept, an entry there, and under WSL one for the Windows desktop."""
    start = home / "学时证.sh"
    start.write_text(_START.format(home=home), "utf-8")
    start.chmod(0o755)
    menus = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "applications"
    menus.mkdir(parents=True, exist_ok=True)
    entry = _DESKTOP.format(start=start)
    for place in (home / "学时证.desktop", menus / "xueshi.desktop"):
        place.write_text(entry, "utf-8")
        place.chmod(0o755)
    if (machine := os.environ.get("WSL_DISTRO_NAME", "")) and (home.as_posix() + machine).isascii():
        text = _WINDOWS.format(machine=machine, home=home.as_posix().replace("%", "%%"))
        (home / "学时证.bat").write_bytes(text.encode("ascii"))
    return start


def main() -> None:
    """Into the folder that the caller names, or ``~/xueshi``."""
    home = Path(sys.argv[1] if len(sys.argv) > 1 else Path.home() / "xueshi").expanduser().resolve()
    if '"' in str(home) or "\n" in str(home):
        refuse(f"{home}：路径里不能有引号或换行 | a path without quotes and line breaks, please")
    if found := list(faults(HERE)):
        refuse("\n".join([*found, "请重新取这个包 | get the bundle anew; nothing was installed"]))
    commit, _, _, glibc = (HERE / "VERSION").read_text("utf-8").split()
    if numbers(platform.libc_ver()[1]) < numbers(glibc):
        refuse(
            f"glibc {glibc}：本机为 {platform.libc_ver()[1]} | this bundle wants glibc {glibc} or newer; nothing was installed"
        )
    place = home / "versions" / commit
    sys.stdout.write(f"装到 {place} | installing …\n")
    sys.stdout.flush()
    place.parent.mkdir(parents=True, exist_ok=True)
    environment(place)
    command = place / "bin/xueshi"
    run(command, "--version")
    if any((HERE / "models").iterdir()):
        run(command, "models", "pull", "--from", HERE / "models")
    link(command, home / "xueshi")
    start = starter(home)
    sys.stdout.write(
        f"装好了。双击 {start}，或：{home}/xueshi --help | installed: start {start}, or {home}/xueshi --help\n"
        f"说明 docs: {HERE}/README.zh-CN.md\n"
    )


if __name__ == "__main__":
    main()
