"""One low preview for each camera whose pictures browsers cannot play, shared by all who look and ended after the last."""

import logging
import shutil
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from facts.errors import XueshiError
from runtime.platform.child_limits import LIVING, Reach
from runtime.platform.child_process import in_child
from runtime.platform.folders import living_folder

_LOG = logging.getLogger("xueshi.api")
_WANTED = "wanted"
LOW = "low"
_LEFT_S = 600.0


class LivingPreviews:
    """The previews of one service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, threading.Thread] = {}

    def want(self, home: Path, key: str, source: Path) -> Path:
        """Say that somebody looks: begun where there is none yet, kept for some seconds more; where its files come."""
        place = living_folder(home) / key
        with self._lock:
            running = self._running.get(key)
            if running is None or not running.is_alive():
                if not self._running:  # whatever an earlier service left behind
                    shutil.rmtree(living_folder(home), ignore_errors=True)
                place.mkdir(parents=True, exist_ok=True, mode=0o700)
                (place / _WANTED).touch()
                running = threading.Thread(target=self._draw, args=(key, source, place), daemon=True)
                self._running[key] = running
                running.start()
        with suppress(OSError):  # it has just ended: the next who asks begins another
            (place / _WANTED).touch()
        return place / LOW

    def running(self) -> int:
        """How many are drawn now."""
        with self._lock:
            return sum(one.is_alive() for one in self._running.values())

    def _draw(self, key: str, source: Path, place: Path) -> None:
        from runtime.recordings.living_encoder import encode_living  # noqa: PLC0415 - the service starts without video

        try:
            reach = Reach(reads=(source, place), writes=(place,))
            in_child(LIVING, reach, f"camera {key}", encode_living, source, place, place / _WANTED)
        except XueshiError as error:
            _LOG.warning("%s", error)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def forget_left_previews(home: Path, at: datetime) -> int:
    """What a service that was killed left of its previews; they show faces and are nobody's any more."""
    gone = 0
    for place in _places(living_folder(home)):
        try:
            age_s = at.timestamp() - (place / _WANTED).stat().st_mtime
        except OSError:
            continue
        if age_s > _LEFT_S:
            shutil.rmtree(place, ignore_errors=True)
            gone += 1
    return gone


def _places(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # none was ever made
        return []
