"""Half-sent files whose upload another node ended: this disk has their bytes, and nobody will go on with them."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from runtime.platform.folders import uploads_folder
from storage.database.connection import reading
from storage.database.uploads import known_tokens
from storage.uploads.partial_file import PartialFile

_TOKEN, _QUIET = re.compile(r"[A-Za-z0-9_-]{43}"), timedelta(hours=1)


def discard_orphans(engine: Engine, home: Path, at: datetime) -> int:
    """How many were deleted; one that somebody wrote to within the hour stays."""
    folder, late = uploads_folder(home), (at - _QUIET).timestamp()
    lying = [
        one.name
        for one in folder.glob("*")
        if _TOKEN.fullmatch(one.name) and one.is_file() and one.stat().st_mtime < late
    ]
    if not lying:
        return 0
    with reading(engine, "looking for uploads") as connection:
        gone = sorted(set(lying) - known_tokens(connection, lying))
    for token in gone:
        PartialFile(folder, token).discard()
    return len(gone)
