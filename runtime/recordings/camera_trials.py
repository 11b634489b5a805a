"""Cameras tried because a page asked: by the recorder, which reaches them, never by the service's own process."""

import logging
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.codec import dumps
from facts.errors import InputError, XueshiError
from facts.recorder import StreamEnd, StreamFragment, StreamShape
from ingest.cameras.fragments import moved
from pipeline.recordings.ports import CameraStream
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import in_child
from runtime.recordings.camera_networks import open_allowed
from runtime.recordings.camera_search import camera_clock, within
from runtime.recordings.camera_trial import try_camera
from runtime.recordings.camera_unit import RecorderPlace, recorded_camera
from storage.database.connection import reading, writing
from storage.database.recordings.cameras import KeptCamera, camera_secrets, cameras
from storage.database.recordings.trials import finish_trial, newest_trial, take_trial, waiting_trials
from storage.database.tables.cameras import CAMERAS

_LOG = logging.getLogger("xueshi.record")
_TRIED_S = 7.0
_AT_ONCE = 2


class CameraTrials:
    """Does what is asked for, two at a time."""

    def __init__(self, engine: Engine, place: RecorderPlace, clock: Callable[[], datetime]) -> None:
        self._engine, self._place, self._clock = engine, place, clock
        self._threads: list[threading.Thread] = []

    def step(self) -> None:
        """Begin those that wait."""
        self._threads = [one for one in self._threads if one.is_alive()]
        at = self._clock()
        with reading(self._engine, "looking for trials") as connection:
            waiting = waiting_trials(connection, at)
        for number in waiting[: _AT_ONCE - len(self._threads)]:
            with writing(self._engine, "taking a trial") as connection:
                if not take_trial(connection, number, at):
                    continue
            thread = threading.Thread(target=self._do, args=(number,), name=f"xueshi-trial-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let those under way end."""
        for thread in self._threads:
            thread.join(_TRIED_S)

    def _do(self, number: int) -> None:
        try:
            with reading(self._engine, "reading a camera") as connection:
                asked = newest_trial(connection, number)
                found = cameras(connection, CAMERAS.c.id == number, CAMERAS.c.ended_at.is_(None))
                secrets = camera_secrets(connection, found[0]) if found else None
            if asked is None or secrets is None:
                return
            camera = recorded_camera(found[0], secrets)
            taker = _PictureTaker(lambda binary: open_allowed(camera, binary, self._place.networks))
            told = try_camera(
                camera,
                _TRIED_S,
                opener=taker.open,
                read_clock=lambda one: camera_clock(
                    one.address, self._clock, self._place.pins, within(self._place.networks)
                ),
            )
            told = replace(told, camera=found[0].name)
            done = replace(asked, done_at=self._clock(), result=dumps(told), picture=taker.picture(found[0]))
            with writing(self._engine, "telling of a trial") as connection:
                finish_trial(connection, done)
        except XueshiError:
            _LOG.exception("camera %s: the trial was not finished", number)


class _Listened:
    """A stream whose newest keyframe is remembered."""

    def __init__(self, inner: CameraStream) -> None:
        self._inner = inner
        self.newest: StreamFragment | None = None

    @property
    def shape(self) -> StreamShape | None:
        return self._inner.shape

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:
        event = self._inner.take(wait_s)
        if isinstance(event, StreamFragment) and event.key:
            self.newest = event
        return event

    def stop(self) -> list[StreamFragment | StreamEnd]:
        return self._inner.stop()


class _PictureTaker:
    """Keeps the newest keyframe of a stream that somebody else listens to."""

    def __init__(self, opener: Callable[[str], CameraStream]) -> None:
        self._opener = opener
        self._listened: _Listened | None = None

    def open(self, binary: str) -> CameraStream:
        self._listened = _Listened(self._opener(binary))
        return self._listened

    def picture(self, row: KeptCamera) -> bytes | None:
        """Blurred to blocks: whoever tries a camera sees where it looks, and no face."""
        from ingest.recordings.newest_picture import newest_picture  # noqa: PLC0415 - a recorder decodes nothing itself

        heard = self._listened
        if heard is None or heard.shape is None or heard.newest is None:
            return None
        with tempfile.TemporaryDirectory(prefix="xueshi-trial-") as folder:
            path = Path(folder, "picture.mp4")
            path.write_bytes(heard.shape.header + moved(heard.newest, 0.0, heard.shape).box)
            try:
                return in_child(PICTURE, Reach((path,)), row.folder, newest_picture, path).blocks
            except InputError as error:
                _LOG.warning("camera %s: %s", row.id, error)
                return None
