"""Previews of recordings that a browser cannot play: one picture for each keyframe, small, and never the original."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from runtime.platform.child_limits import FILM, RangeDoor, Reach
from runtime.platform.child_process import in_child

LIFE = timedelta(days=7)  # they show faces, so they live shorter than what they are drawn from


def previews_folder(home: Path) -> Path:
    """Where previews are remembered."""
    return home / "previews"


def stored_preview(home: Path, sha256: str, from_s: int, length_s: int) -> Path | None:
    """The preview that was drawn before."""
    place = _place(home, sha256, from_s, length_s)
    return place if place.is_file() else None


def preview(home: Path, source: Path, sha256: str, from_s: int, length_s: int, ranges: RangeDoor | None = None) -> Path:
    """The preview of one stretch of the recording, drawn once; time in it begins at ``from_s`` of the recording."""
    place = _place(home, sha256, from_s, length_s)
    if place.is_file():
        return place
    from runtime.recordings.preview_encoder import draw  # noqa: PLC0415 - the service starts without video

    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = place.with_name(f"{secrets.token_hex(8)}.part")
    try:
        reach = Reach(reads=(source,), writes=(place.parent,), ranges=ranges)
        in_child(FILM, reach, source.name, draw, source, aside, from_s, length_s)
        os.replace(aside, place)  # noqa: PTH105 - atomic on every system
    finally:
        aside.unlink(missing_ok=True)
    return place


def _place(home: Path, sha256: str, from_s: int, length_s: int) -> Path:
    return previews_folder(home) / sha256 / f"{from_s}-{length_s}.mp4"
