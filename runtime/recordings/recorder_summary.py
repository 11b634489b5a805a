"""What a folder of recordings amounts to by its ledger, whether or not a recorder runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from facts.errors import InputError
from facts.recorder import CameraLife, EntryKind, RecorderEntry
from ingest.cameras.recorder_ledger import read_ledger
from ingest.cameras.recorder_life import read_life
from pipeline.recordings.gap_account import CameraAccount, camera_account
from runtime.platform.clock import now
from runtime.recordings.recorder import open_files

DEAD_AFTER = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """One camera's account, and how old its newest packet is; nothing where none ever came."""

    account: CameraAccount
    newest_age_s: float | None


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What a folder's ledger amounts to at this moment."""

    running: bool
    at: datetime
    cameras: tuple[CameraStatus, ...]


def recorder_status(folder: Path, clock: Callable[[], datetime] = now) -> RecorderStatus:
    """The sum of the ledger, checked line by line as it is read."""
    alive, lives = read_life(folder)  # before the ledger, so that no file is named that the ledger does not know yet
    entries, at = list(read_ledger(folder)), clock()
    if not entries:
        raise InputError(f"{folder}: got an empty ledger, expected a recorder that has begun; ask again in a moment")
    last = next((entry for entry in reversed(entries) if entry.kind is not EntryKind.DROPPED), entries[-1])
    ended = last.kind in {EntryKind.END, EntryKind.KILLED}
    running = not ended and alive is not None and at - alive < DEAD_AFTER
    if not running and not ended:
        entries += _recovered(entries, lives)
        entries.append(RecorderEntry(EntryKind.KILLED, at, start=max(filter(None, (alive, last.at)))))
    begun = [entry for entry in entries if entry.kind is EntryKind.BEGIN]
    names = list(dict.fromkeys(name for entry in begun for name in entry.told.get("plans", {})))
    return RecorderStatus(running, at, tuple(_status(entries, name, lives.get(name), at, running) for name in names))


def _recovered(entries: Sequence[RecorderEntry], lives: Mapping[str, CameraLife]) -> list[RecorderEntry]:
    """Until a recorder starts again: the open files end where the dead one last said they were, or where they began."""
    found = []
    for opened in open_files(entries):
        life = lives.get(opened.camera)
        if life is None or life.file != opened.file or life.newest is None:
            life = CameraLife(opened.file, opened.start, opened.start or opened.at)
        end = life.newest or opened.at
        found.append(RecorderEntry(EntryKind.CLOSED, end, opened.camera, life.start, end, opened.file))
    return found


def _status(
    entries: Sequence[RecorderEntry],
    name: str,
    life: CameraLife | None,
    at: datetime,
    running: bool,  # noqa: FBT001
) -> CameraStatus:
    account = camera_account(entries, name, at, life if running else None)
    newest = life.newest if life and life.newest else (account.recorded[-1].end if account.recorded else None)
    return CameraStatus(account, max((at - newest).total_seconds(), 0.0) if newest else None)
