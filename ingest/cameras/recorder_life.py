"""The word every second that a recorder lives, and how far each open file is: what the next start goes by."""

import json
import os
from datetime import datetime
from pathlib import Path

from facts.recorder import CameraLife

LIFE_NAME = "recorder.json"
_TRIES = 3


class LifeFile:
    """Written over in place, with blanks behind: no other file is made and named each second, for each camera."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LIFE_NAME
        self._file = -1
        self._length = 0

    def write(self, at: datetime, cameras: dict[str, CameraLife]) -> None:
        """Replaces what was said before; a reader that comes in the middle reads again."""
        said = {"at": at.isoformat(), "cameras": {name: _plain(one) for name, one in cameras.items()}}
        body = json.dumps(said, ensure_ascii=False).encode()
        if self._file < 0:
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._length = os.fstat(self._file).st_size
        self._length = max(self._length, len(body))
        os.pwrite(self._file, body.ljust(self._length), 0)

    def close(self) -> None:
        """Nothing more is said."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read_life(folder: Path) -> tuple[datetime | None, dict[str, CameraLife]]:
    """When the recorder last said that it lives, and of which files; nothing where it never did."""
    for _ in range(_TRIES):
        try:
            body = json.loads((folder / LIFE_NAME).read_text("utf-8"))
            cameras = {
                name: CameraLife(one["file"], _moment(one["start"]), _moment(one["newest"]))
                for name, one in body["cameras"].items()
            }
            return datetime.fromisoformat(body["at"]), cameras
        except FileNotFoundError:
            break
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None, {}


def _plain(life: CameraLife) -> dict[str, str]:
    return {"file": life.file, "start": _text(life.start), "newest": _text(life.newest)}


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
