#!/usr/bin/env python3
"""PostgreSQL from Debian's packages in one folder that may be kept: founded once, then started again.

    python3 start.py --home FOLDER [--host 127.0.0.1] [--port 5432]

The user and the database are both called xueshi; the password comes from the file that XUESHI_PG_PASSWORD_FILE names,
is taken over at every start, and has no default. It becomes the server itself, so signals reach the server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST_PASSWORD_CHARS = 16
NAME = "xueshi"


def programs() -> Path:
    """The folder of Debian's newest server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    here = shutil.which("initdb")
    if not found and not here:
        raise RuntimeError("got no initdb, expected PostgreSQL; install Debian's postgresql")
    return found[-1].parent if found else Path(here or "").resolve().parent


def password() -> str:
    """The password, which nobody could guess."""
    file = os.environ.get("XUESHI_PG_PASSWORD_FILE", "")
    text = Path(file).read_text("utf-8").strip() if file else ""
    if len(text) < LEAST_PASSWORD_CHARS or "'" in text or "\\" in text:
        raise RuntimeError(
            f"XUESHI_PG_PASSWORD_FILE: got a password of length {len(text)} or with quotes, expected a file with {LEAST_PASSWORD_CHARS} characters or more"
            " and no quotes; make one with deploy/make_secrets.py"
        )
    return text


def found(folder: Path, home: Path) -> None:
    """An empty cluster; a founding that was killed half-way holds nothing and is begun anew."""
    if (home / "data" / "PG_VERSION").exists() and (home / "founded").exists():
        return
    shutil.rmtree(home / "data", ignore_errors=True)
    line = ["-D", str(home / "data"), "-U", NAME, "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
    (home / "pw").touch(mode=0o600)
    (home / "pw").write_text(password(), "utf-8")
    try:
        subprocess.run([str(folder / "initdb"), *line, f"--pwfile={home / 'pw'}"], check=True)  # noqa: S603 - our own words
    finally:
        (home / "pw").unlink()
    (home / "data" / "pg_hba.conf").write_text("host all all all scram-sha-256\n", "utf-8")
    _single(folder, home, f"CREATE DATABASE {NAME};\n")
    (home / "founded").touch()


def _single(folder: Path, home: Path, statement: str) -> None:
    """A statement without a listening server."""
    line = [str(folder / "postgres"), "--single", "-D", str(home / "data"), "postgres"]
    subprocess.run(line, input=statement, text=True, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words


def main() -> int:
    """Found if need be, then become the server."""
    options = argparse.ArgumentParser(description="PostgreSQL, founded once and started")
    options.add_argument("--home", type=Path, default=Path("/var/lib/postgres"))
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=5432)
    asked = options.parse_args()
    home = asked.home.absolute()
    try:
        folder = programs()
        home.mkdir(parents=True, exist_ok=True)
        found(folder, home)
        _single(folder, home, f"ALTER USER {NAME} PASSWORD '{password()}';\n")
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"postgres: {error}\n")
        return 1
    settings = [f"listen_addresses={asked.host}", "unix_socket_directories=", "log_statement=none"]
    line = [str(folder / "postgres"), "-D", str(home / "data"), "-p", str(asked.port)]
    return os.execv(line[0], line + [word for setting in settings for word in ("-c", setting)])  # noqa: S606 - it becomes the server


if __name__ == "__main__":
    sys.exit(main())
