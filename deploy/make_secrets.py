#!/usr/bin/env python3
"""Random secrets for the service, once, each in a file of its own; what is there is never replaced.

    python3 deploy/make_secrets.py [FOLDER]

With containers the files must belong to the user that they run as: ``sudo chown -R 10001:10001 secrets``.
"""

import os
import secrets
import sys
from pathlib import Path

NAMES = ("db_password", "db_url", "s3_access_key", "s3_secret_key", "service_secret")


def make(folder: Path) -> list[str]:
    """Write what is missing, readable by its owner alone; the names of what was made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for name in NAMES:
        if (folder / name).exists():
            continue
        text = secrets.token_urlsafe(36)
        if name == "s3_access_key":
            text = secrets.token_hex(10).upper()
        if name == "db_url":
            text = f"postgresql://xueshi:{(folder / 'db_password').read_text('utf-8').strip()}@postgres:5432/xueshi"
        with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{text}\n")
        made.append(name)
    return made


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "secrets")
    sys.stdout.write(f"{place}: made {', '.join(make(place)) or 'nothing, all were there'}\n")
