"""Previews are drawn for convenience and stand in no register: each is deleted after its life, with a leaf in the log."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from runtime.recordings.previews import LIFE, previews_folder
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

_PART = ".part"


@dataclass(frozen=True, slots=True)
class StoredPreview:
    """One preview: of which recording (by its digest), of which stretch, and until when it lives."""

    place: Path
    source: str
    stretch: str
    size_bytes: int
    drawn_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is to be deleted."""
        return self.drawn_at + LIFE


@dataclass(frozen=True, slots=True)
class RecordingPreviews:
    """The previews of one recording; the first of them is to be deleted at ``ends_at``."""

    source: str
    count: int
    size_bytes: int
    ends_at: datetime


def stored_previews(home: Path) -> tuple[StoredPreview, ...]:
    """Every preview that lies here, by recording."""
    found = []
    for file in sorted(previews_folder(home).glob("*/*")):
        with contextlib.suppress(OSError):  # another process deleted it meanwhile
            about = file.stat()
            drawn = datetime.fromtimestamp(about.st_mtime, UTC)
            found.append(StoredPreview(file, file.parent.name, file.stem, about.st_size, drawn))
    return tuple(found)


def by_recording(found: Sequence[StoredPreview]) -> tuple[RecordingPreviews, ...]:
    """The same, a line for each recording."""
    groups = [(source, [*own]) for source, own in groupby(found, lambda one: one.source)]
    return tuple(
        RecordingPreviews(source, len(own), sum(one.size_bytes for one in own), min(one.ends_at for one in own))
        for source, own in groups
    )


def expire_previews(engine: Engine, home: Path, at: datetime) -> int:
    """Deletes the previews whose life is over and says how many; each has its leaf before its file goes."""
    over = [one for one in stored_previews(home) if at > one.ends_at]
    told = [leaf for one in over if (leaf := _leaf(one, at))]
    if told:
        EvidenceLog(engine).append_once(told)
    for one in over:
        one.place.unlink(missing_ok=True)
    return len(over)


def _leaf(one: StoredPreview, at: datetime) -> Leaf | None:
    """Nothing for a drawing that was broken off, because no page ever showed it."""
    if one.place.suffix == _PART:
        return None
    try:
        digest = Digest.of(one.place.read_bytes())
    except OSError:
        return None
    subject = f"preview {one.source} {one.stretch} {one.drawn_at:%Y%m%dT%H%M%SZ}"
    return Leaf(LeafKind.DELETION, at, digest, subject, f"its life of {LIFE.days} days is over")
