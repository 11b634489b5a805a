"""Files that media servers wrote and that no hook told of: found by looking, so that a hook that never came loses nothing."""

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, select

from ingest.recordings.file_clock import read_name
from runtime.recordings.media_folders import folders_in, media_folders, media_recordings
from runtime.uploads.media_import import MediaFile, import_key, queue_import
from runtime.uploads.own_names import own_name_refusal
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.uploads.file_names import name_fault

_LOG = logging.getLogger("xueshi.work")
BY = "media-scan"
SETTLED = timedelta(minutes=1)  # a hook comes first, and a file that was just closed may still be moved
UNFOLLOWED = timedelta(minutes=10)  # the newest file of a camera may still be written, however slowly
_MOST_FOLDERS, _MOST_FILES, _AT_ONCE = 20_000, 50_000, 500
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)


def scan_media(engine: Engine, root: Path | None, at: datetime) -> int:
    """How many finished files were queued that nobody had told of."""
    if root is None or not root.is_dir():
        return 0
    top = root.resolve()
    found = list(islice(_finished(engine, top, at), _MOST_FILES))
    queued = 0
    for first in range(0, len(found), _AT_ONCE):
        queued += _queue(engine, found[first : first + _AT_ONCE], at)
    if queued:
        _LOG.info("%s files of media servers were found that no hook told of", queued)
    return queued


def _finished(engine: Engine, root: Path, at: datetime) -> Iterator[tuple[int, MediaFile]]:
    folders = list(islice(media_folders(root), _MOST_FOLDERS))
    owners = _owners(engine, {one.name for one in folders})
    for folder in folders:
        if folder.name in owners:
            for camera in folders_in(folder):
                for source in _settled(camera, at):
                    media = MediaFile(folder.name, source, file_name(camera, source))
                    if _may_be_taken(media):
                        yield owners[folder.name], media


def _owners(engine: Engine, names: set[str]) -> dict[str, int]:
    """The class of each folder; a code that two institutions use is nobody's, because a folder does not say whose."""
    found: dict[str, list[int]] = {}
    listed = sorted(names)
    with reading(engine, "reading classes") as connection:
        for first in range(0, len(listed), _AT_ONCE):
            for one in classes(connection, CLASSES.c.code.in_(listed[first : first + _AT_ONCE])):
                found.setdefault(one.code, []).append(one.id)
    return {code: numbers[0] for code, numbers in found.items() if len(numbers) == 1}


def _settled(camera: Path, at: datetime) -> Iterator[Path]:
    """Those that nobody writes to any more."""
    written = sorted(media_recordings(camera))
    for number, (changed, path) in enumerate(written):
        age = at.timestamp() - changed
        wait = UNFOLLOWED if number == len(written) - 1 else SETTLED
        if age > wait.total_seconds():
            yield path


def file_name(camera: Path, source: Path) -> str:
    """As a hook would call it: the camera, the day where the file's own name has none, and the file's name."""
    name = source.name
    day = source.parent.name
    if _DAY.fullmatch(day) and read_name(name).start is None:
        name = f"{day}_{name}"
    return f"{camera.name}_{name}"


def _may_be_taken(media: MediaFile) -> bool:
    if media.source.stat().st_size and not name_fault(media.name, "recording") and not own_name_refusal(media.name):
        return True
    _LOG.warning("%s: got a file that no class can take, expected a recording with bytes and a plain name", media.name)
    return False


def _queue(engine: Engine, found: Sequence[tuple[int, MediaFile]], at: datetime) -> int:
    """Those that no job speaks of, done or failed: a hook's word came first, or an earlier scan's."""
    keys = {import_key(number, media.source): (number, media) for number, media in found}
    with writing(engine, "queueing files of media servers") as connection:
        known = set(connection.execute(select(JOBS.c.key).where(JOBS.c.key.in_(keys))).scalars())
        fresh = [one for key, one in keys.items() if key not in known]
        for number, media in fresh:
            queue_import(connection, media, number, BY, at)
    return len(fresh)
