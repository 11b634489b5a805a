"""What no class hour needs is kept for some days and then dropped, with a line in the ledger; a short disk drops it sooner."""

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from facts.errors import SetupError
from facts.recorder import EntryKind, RecorderEntry
from ingest.cameras.recorder_ledger import LedgerFile
from runtime.platform.folders import inside, recordings_folder
from runtime.recordings.camera_unit import CameraUnit, RecorderPlace
from storage.database.connection import reading, writing
from storage.database.recordings.handovers import droppable, is_with_a_class
from storage.database.recordings.segments import KeptSegment, drop_segment
from storage.database.tables.cameras import CAMERAS

_LOG = logging.getLogger("xueshi.record")
_LOOKED_EVERY = timedelta(minutes=1)
_SPARE = 2  # times the room that is kept free: below it the ring shrinks, before any recording has to stop
AGE, DISK = "age", "disk"


@dataclass
class RecordingRing:
    """The days of each camera whose files this recorder may drop."""

    engine: Engine
    place: RecorderPlace
    clock: Callable[[], datetime]
    is_short: bool = False
    _looked_at: datetime | None = field(default=None)

    def step(self, held: Mapping[int, CameraUnit], elsewhere: set[int]) -> None:
        """Once a minute; ``held`` are the cameras that this process records, ``elsewhere`` those of other recorders."""
        at = self.clock()
        if self._looked_at is not None and timedelta() <= at - self._looked_at < _LOOKED_EVERY:
            return
        self._looked_at = at
        with reading(self.engine, "looking for old recordings") as connection:
            numbers = connection.execute(select(CAMERAS.c.id).order_by(CAMERAS.c.id)).scalars().all()
        for number in numbers:
            if number not in elsewhere:
                self._drop(number, held.get(number), at - self.place.ring, AGE)
        self.is_short = self._free() < self._wanted()
        for number in numbers if self.is_short else ():
            if number not in elsewhere:
                self._drop(number, held.get(number), at, DISK)
        if self.is_short and self._free() < self._wanted():
            _LOG.warning(
                "%s: nothing more can be dropped and %d MB are free; make room", self.place.home, self._free() >> 20
            )

    def _free(self) -> int:
        return shutil.disk_usage(self.place.home).free

    def _wanted(self) -> int:
        return _SPARE * self.place.keep_free_bytes

    def _drop(self, number: int, unit: CameraUnit | None, before: datetime, reason: str) -> None:
        with reading(self.engine, "looking for old recordings") as connection:
            old = droppable(connection, number, before)
        if not old:
            return
        if unit:
            self._drop_all(old, unit.ledger, reason)
            return
        try:
            with closing(LedgerFile(recordings_folder(self.place.home) / str(number))) as ledger:
                self._drop_all(old, ledger, reason)
        except SetupError as error:  # a recorder that has just let the camera go still writes there
            _LOG.info("camera %s: nothing is dropped yet: %s", number, error)

    def _drop_all(self, old: Sequence[KeptSegment], ledger: LedgerFile, reason: str) -> None:
        for one in old:
            if reason == DISK and self._free() >= self._wanted():
                return
            self._drop_one(one, ledger, reason)

    def _drop_one(self, one: KeptSegment, ledger: LedgerFile, reason: str) -> None:
        """Said first, done then: whoever is killed between the two says it again."""
        at, told = self.clock(), {"name": one.file, "reason": reason, "sha256": one.sha256}
        ledger.add(
            RecorderEntry(EntryKind.DROPPED, at, str(one.camera_id), one.starts_at, one.ends_at, one.file, told=told)
        )
        file = inside(recordings_folder(self.place.home), one.file)
        with reading(self.engine, "looking who has a recording") as connection:
            kept = is_with_a_class(connection, one)
        file.unlink(missing_ok=True)
        if not kept:  # the sidecar goes into the packages of its class, which may be sealed much later
            file.with_suffix(".json").unlink(missing_ok=True)
        _forget_empty(file.parent)
        with writing(self.engine, "noting a dropped recording") as connection:
            drop_segment(connection, one.id, at)


def _forget_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
