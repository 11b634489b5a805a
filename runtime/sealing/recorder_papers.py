"""What the service's recorder wrote of a class day's recordings as it made them: sidecars, lines of its ledger, leaves."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from facts.errors import InputError
from facts.recording_origin import RecordingOrigin
from ingest.cameras.ledger_lines import LedgerExcerpt, ledger_excerpt
from ingest.cameras.recorder_ledger import LEDGER_NAME
from runtime.platform.folders import inside, recordings_folder
from storage.database.connection import reading
from storage.database.recordings.segments import camera_segments
from storage.database.tables.cameras import CAMERA_SEGMENTS
from storage.sealing.recording_examination import PAPERS, ledger_paper, sidecar_paper

_LOG = logging.getLogger("xueshi.work")


@dataclass(frozen=True, slots=True)
class RecorderPapers:
    """Files for the package, and where the log speaks of the recordings: by place, the digest that is noted there."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    leaves: Mapping[int, Digest] = field(default_factory=dict)


NO_PAPERS = RecorderPapers()


def recorder_papers(engine: Engine, home: Path, origins: Sequence[RecordingOrigin]) -> RecorderPapers:
    """Of each recording what is still there; what is lost is left out and told by whoever checks the package."""
    folder = recordings_folder(home)
    files = {f"{PAPERS}{sidecar_paper(one.file)}": body for one in origins if (body := _sidecar(folder, one))}
    leaves = {one.leaf: one.digest for one in origins}
    for camera in sorted({one.camera for one in origins}):
        excerpt = _excerpt(folder, camera, [one.file for one in origins if one.camera == camera])
        if excerpt.lines:
            files[f"{PAPERS}{ledger_paper(camera)}"] = excerpt.lines
        leaves |= _leaf_of(engine, excerpt.before) | _leaf_of(engine, excerpt.after)
    return RecorderPapers(files, leaves)


def _sidecar(folder: Path, origin: RecordingOrigin) -> bytes:
    """As the leaf knows it; anything else on the disk is no sidecar of this recording."""
    if not origin.sidecar:
        return b""
    try:
        body = inside(folder, origin.file).with_suffix(".json").read_bytes()
    except (OSError, InputError):
        body = b""
    if Digest.of(body).sha256 == origin.sidecar:
        return body
    _LOG.error("SIDECAR_ALTERED %s: gone or not the one that the log knows; the package goes without it", origin.file)
    return b""


def _excerpt(folder: Path, camera: int, names: Iterable[str]) -> LedgerExcerpt:
    try:
        return ledger_excerpt(folder / str(camera) / LEDGER_NAME, frozenset(names))
    except OSError as error:
        _LOG.error("LEDGER_GONE camera %s: %s; the package goes without its lines", camera, error.strerror)
        return LedgerExcerpt()


def _leaf_of(engine: Engine, name: str) -> dict[int, Digest]:
    """The leaf of a recording beside these: it names the line on which the excerpt follows, or the last one."""
    if not name:
        return {}
    with reading(engine, "looking for the recording beside") as connection:
        found = camera_segments(connection, CAMERA_SEGMENTS.c.file == name)
    return {one.leaf: Digest(one.sha256) for one in found}
