"""The recorder: a watch and a thread for every camera, one ledger, and a word every second that it lives."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from facts.recorder import CameraClock, CameraLife, ClockInstant, EntryKind, RecorderEntry
from ingest.cameras.camera_list import CameraList, RecordedCamera
from ingest.cameras.ffmpeg_command import ffmpeg_binary, list_of_one, record_command
from ingest.cameras.ffmpeg_stream import FfmpegStream
from ingest.cameras.recorder_ledger import LedgerFile
from ingest.cameras.recorder_life import LifeFile, read_life
from ingest.cameras.segment_file import SegmentDisk
from pipeline.recordings.camera_watch import CameraWatch, WatchLimits
from pipeline.recordings.ports import CameraStream, WatchPorts
from runtime.platform.clock import now
from runtime.platform.local_clock import HostClock, host_clock, told_clock
from runtime.platform.version import VERSION
from runtime.recordings.camera_clocks import CameraClocks, ReadCameraClock
from runtime.recordings.camera_search import camera_clock, own_pins
from runtime.recordings.recorder_plan import Plans, is_planned, planned_spans, told_plans

Opener = Callable[[RecordedCamera, str], CameraStream]
_LIFE_S, _CLOCK_S = 1.0, 30.0
_CLOCK_TOLD_S = 1800.0  # so that every stretch of a class hour's length has a word of it


def moment() -> ClockInstant:
    """Both clocks at once."""
    return ClockInstant(now(), time.monotonic())


def open_stream(camera: RecordedCamera, binary: str) -> FfmpegStream:
    """A connection to this camera."""
    command = record_command(camera.address, audio=camera.audio, binary=binary)
    return FfmpegStream(command, list_of_one(camera.address, camera.transport), camera.address, time.monotonic)


def read_camera_clock(camera: RecordedCamera) -> CameraClock | None:
    """What time it has, wherever it is."""
    return camera_clock(camera.address, now, own_pins())


class CameraRecorder:
    """Records every camera of a list into a folder until it is told to stop."""

    def __init__(
        self,
        listed: CameraList,
        folder: Path,
        limits: WatchLimits | None = None,
        *,
        root: Path | None = None,
        plans: Plans | None = None,
        opener: Opener = open_stream,
        read_clock: ReadCameraClock = read_camera_clock,
    ) -> None:
        """Files lie in ``root`` (else in the folder) below each camera's id; the ledger lies in the folder."""
        self.listed, self.folder, self._opener = listed, folder, opener
        self._limits = limits or WatchLimits(segment_s=listed.segment_s)
        self._over = threading.Event()
        self._plans = planned_spans(listed) if plans is None else plans
        self._binary = ffmpeg_binary()
        self._ledger, self._life = LedgerFile(folder), LifeFile(folder)
        self._disk = SegmentDisk(root or folder, listed.keep_free_bytes, now)
        self._watches = {one.id: self._watch(one) for one in listed.cameras}
        self._clocks = CameraClocks(listed.cameras, self._ledger, read_clock)
        self._failed: list[BaseException] = []
        self._clock: HostClock | None = None
        self._clock_told_s = 0.0

    def run(self) -> None:
        """Record until ``stop``; a defect in one camera's thread ends all, so that nobody believes it records."""
        self._resume()
        self._clock = host_clock()
        told = {"version": VERSION, "plans": told_plans(self._plans), "clock": told_clock(self._clock)}
        self._ledger.add(RecorderEntry(EntryKind.BEGIN, now(), told=told))
        threads = [threading.Thread(target=self._record, args=(watch,)) for watch in self._watches.values()]
        for thread in threads:
            thread.start()
        looked_s = self._clock_told_s = time.monotonic()
        while not self._over.is_set():
            self._say_alive()
            self._clocks.look()
            if time.monotonic() - looked_s > _CLOCK_S:
                looked_s = time.monotonic()
                self._look_at_clock()
            self._over.wait(_LIFE_S)
        self._clocks.stop()
        for thread in threads:
            thread.join()
        if self._failed:
            raise self._failed[0]
        self._ledger.add(RecorderEntry(EntryKind.END, now()))
        self._say_alive()
        self._life.close()
        self._ledger.close()

    @property
    def ledger(self) -> LedgerFile:
        """The list of every second."""
        return self._ledger

    def life(self, camera: str) -> CameraLife:
        """The camera's file that grows, and its newest packet."""
        return self._watches[camera].life

    def replan(self, plans: Plans) -> None:
        """From now on something else is planned; what is recorded goes on where it still is."""
        self._ledger.add(RecorderEntry(EntryKind.PLAN, now(), told={"plans": told_plans(plans)}))
        self._plans = plans

    def stop(self) -> None:
        """End in order; may be called from a signal."""
        self._over.set()

    def _watch(self, camera: RecordedCamera) -> CameraWatch:
        ports = WatchPorts(
            lambda: self._opener(camera, self._binary),
            self._disk,
            self._ledger,
            moment,
            self._wait,
            lambda at: is_planned(self._plans[camera.id], at),
        )
        return CameraWatch(camera.id, ports, self._limits)

    def _wait(self, seconds: float) -> None:
        self._over.wait(seconds)

    def _record(self, watch: CameraWatch) -> None:
        try:
            while not self._over.is_set():
                watch.step()
            watch.stop()
        except BaseException as error:  # noqa: BLE001 - raised again by run(), in the main thread
            self._failed.append(error)
            self._over.set()

    def _say_alive(self) -> None:
        with suppress(OSError):  # a full disk: an older word stays, and the seconds since then are not claimed
            self._life.write(now(), {name: watch.life for name, watch in self._watches.items()})

    def _look_at_clock(self) -> None:
        """A clock that NTP keeps no longer, or again, is a line of the ledger, and so is it every half hour: every start rests on it."""
        before, self._clock = self._clock, host_clock()
        changed = (before and before.synchronised) != (self._clock and self._clock.synchronised)
        if changed or time.monotonic() - self._clock_told_s > _CLOCK_TOLD_S:
            self._clock_told_s = time.monotonic()
            self._ledger.add(RecorderEntry(EntryKind.CLOCK, now(), told=told_clock(self._clock)))

    def _resume(self) -> None:
        """Say what a recorder that was killed left open, before this one begins."""
        entries = [entry for entry in self._ledger.entries if entry.kind is not EntryKind.DROPPED]
        if not entries or entries[-1].kind is EntryKind.END:
            return
        alive, lives = read_life(self.folder)
        died = max(filter(None, (alive, entries[-1].at)))
        for opened in open_files(entries):
            life = lives.get(opened.camera)
            start = life.start if life and life.file == opened.file else None
            if closed := self._disk.recover(opened, start):
                self._ledger.add(closed)
        self._ledger.add(RecorderEntry(EntryKind.KILLED, now(), start=min(died, now())))


def open_files(entries: Sequence[RecorderEntry]) -> list[RecorderEntry]:
    """The files that were begun and never finished."""
    found: dict[str, RecorderEntry] = {}
    for entry in entries:
        if entry.kind is EntryKind.SEGMENT:
            found[entry.file] = entry
        elif entry.kind is EntryKind.CLOSED:
            found.pop(entry.file, None)
    return list(found.values())
