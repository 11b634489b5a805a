"""What time the recorded cameras have, asked beside the recording: told in the ledger, and never moves what is recorded."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from facts.recorder import CameraClock, EntryKind, RecorderEntry
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.onvif_client import CertificateChangedError
from ingest.cameras.recorder_ledger import LedgerFile
from runtime.platform.clock import now

ReadCameraClock = Callable[[RecordedCamera], CameraClock | None]
_EVERY_S = 3600.0
_SAME_S = 1.0


class CameraClocks:
    """Asks every camera at the beginning and once an hour, in a thread that recording never waits for."""

    def __init__(self, cameras: Sequence[RecordedCamera], ledger: LedgerFile, read: ReadCameraClock) -> None:
        self._cameras, self._ledger, self._read = cameras, ledger, read
        self._asked_s: float | None = None
        self._told: dict[str, float] = {}
        self._told_last: dict[str, object] = {}
        self._over = threading.Event()

    def look(self) -> None:
        """Begin to ask, where it is time."""
        if self._asked_s is None or time.monotonic() - self._asked_s > _EVERY_S:
            self._asked_s = time.monotonic()
            threading.Thread(target=self._ask, name="xueshi-clocks", daemon=True).start()

    def stop(self) -> None:
        """Nothing more is told."""
        self._over.set()

    def _ask(self) -> None:
        for camera in self._cameras:
            try:
                found = self._read(camera)
            except CertificateChangedError as error:
                self._tell(camera, {"certificate": "changed", "words": str(error)})
                continue
            before = self._told.get(camera.id)
            if self._over.is_set() or found is None or (before is not None and abs(before - found.offset_s) < _SAME_S):
                continue
            self._told[camera.id] = found.offset_s
            told = {"camera_offset_s": found.offset_s, "sure_s": found.sure_s}
            self._tell(camera, told)

    def _tell(self, camera: RecordedCamera, told: dict[str, float] | dict[str, str]) -> None:
        if self._told_last.get(camera.id) == told:
            return
        self._told_last[camera.id] = told
        with suppress(ValueError):  # the recorder ended meanwhile
            self._ledger.add(RecorderEntry(EntryKind.CLOCK, now(), camera.id, told=told))
