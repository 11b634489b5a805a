"""Drawn classrooms that live: pictures drawn as time goes, a code on a screen in them, sent by a real RTSP server."""

import struct
import threading
import time
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from demo.film import CameraFeed
from demo.scenario import Lens, Scenario
from facts.span import local
from runtime.platform.clock import now
from tests.fixtures.rtsp_camera import RtspCamera
from vision.ports import Picture

SIZE, FPS, SECONDS, CODE_PX = (640, 360), 5, 2, 170
_FRAMES = FPS * SECONDS
_FROM_S, _KEPT = 60.0, 8


class DrawnClass:
    """One classroom and its camera; ``held`` is what somebody holds before the camera."""

    def __init__(self, folder: Path, name: str, people: int, seed: int) -> None:
        folder.mkdir(parents=True)
        lens = Lens(size=SIZE)
        start = local(now()) - timedelta(seconds=_FROM_S)  # the clock in the picture goes right
        self._feed = CameraFeed(
            Scenario(name, name, start=start, people=people, rows=2, lenses=(lens,), seed=seed), lens
        )
        self._encoder = _encoder()
        self._folder, self._number = folder, 0
        self._begun = time.monotonic()
        self.held: Picture | None = None
        self.camera = RtspCamera(self._drawn(), fps=FPS)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """The room is empty."""
        self._over.set()
        self._thread.join(30)
        self.camera.end()

    def _live(self) -> None:
        while not self._over.is_set():
            due = self._begun + self._number * SECONDS
            self._over.wait(max(due - time.monotonic(), 0))
            self._number += int(max(time.monotonic() - due, 0) / SECONDS)  # a slow machine leaves pictures out
            self.camera.tell(f"show {self._drawn()}")

    def _drawn(self) -> Path:
        """The next two seconds, coded."""
        path = self._folder / f"{self._number % _KEPT}.h264"
        packets = []
        for place in range(_FRAMES):
            number = self._number * _FRAMES + place
            planes = self._feed.picture_at(_FROM_S + number / FPS)
            frame = av.VideoFrame.from_ndarray(self._with_held(planes), format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            packets += self._encoder.encode(frame)
        path.write_bytes(b"".join(struct.pack(">IB", one.size, one.is_keyframe) + bytes(one) for one in packets))
        self._number += 1
        return path

    def _with_held(self, planes: Picture) -> Picture:
        if self.held is None:
            return planes
        picture = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)
        code = cv2.resize(self.held, (CODE_PX, CODE_PX), interpolation=cv2.INTER_AREA)
        picture[8 : 8 + CODE_PX, SIZE[0] - CODE_PX - 8 : SIZE[0] - 8] = code
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)


def _encoder() -> av.VideoCodecContext:
    made: av.VideoCodecContext = av.CodecContext.create("libx264", "w")
    made.width, made.height, made.pix_fmt = *SIZE, "yuv420p"
    made.time_base, made.framerate, made.gop_size, made.max_b_frames = Fraction(1, FPS), Fraction(FPS), FPS, 0
    made.options = {"preset": "ultrafast", "tune": "zerolatency", "sc_threshold": "0"}
    return made


def picture_of(png: bytes) -> Picture:
    """A screenshot as a picture."""
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def told(since: datetime, at: datetime) -> str:
    """How long after the beginning, for a line of the walk."""
    minutes, seconds = divmod(round((at - since).total_seconds()), 60)
    return f"{minutes:3d}:{seconds:02d}"
