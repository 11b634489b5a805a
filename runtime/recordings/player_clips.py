"""The recordings of one class day as a player needs them: where each lies in time and from where its bytes come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from facts.span import Span
from report.schema import InputEntry, ReportDocument
from report.times import span_of

PREVIEW_S = 300  # a preview is made for one such window at a time
_PLAYED_EVERYWHERE = frozenset({"h264", "vp8", "vp9", "av1"})
_CONTAINERS = frozenset({"mp4", "m4v", "mov", "webm"})
_HEVC = 'video/mp4; codecs="hvc1.1.6.L93.B0"'


@dataclass(frozen=True, slots=True)
class PlayerClip:
    """One recording; ``direct`` means that every browser plays it, ``kind`` lets a browser judge for itself.

    ``parts`` are the stretches that it really holds.
    """

    file_id: int
    camera: str
    span: Span
    path: str
    direct: bool
    kind: str
    preview: str
    parts: tuple[Span, ...] = ()

    @property
    def source(self) -> str:
        """The original's bytes."""
        return f"/api/v1/files/{self.file_id}/content"

    def seconds(self, at: datetime) -> float:
        """Where the moment lies in the recording."""
        return max(0.0, (at - self.span.start).total_seconds())

    def preview_at(self, at: datetime) -> str:
        """The preview of the window that holds the moment."""
        return f"{self.preview}/{int(self.seconds(at)) // PREVIEW_S}"

    def plain(self) -> dict[str, object]:
        """The clip for the page's module; moments are milliseconds."""
        start, end = epoch_ms(self.span.start), epoch_ms(self.span.end)
        own = {"id": self.file_id, "camera": self.camera, "s": start, "e": end, "src": self.source, "path": self.path}
        parts = [(epoch_ms(part.start), epoch_ms(part.end)) for part in self.parts]
        return {**own, "direct": self.direct, "kind": self.kind, "preview": self.preview, "parts": parts}


def epoch_ms(at: datetime) -> int:
    """Milliseconds since 1970, as JavaScript counts."""
    return round(at.timestamp() * 1000)


def clips_around(document: ReportDocument, files: Mapping[str, int], around: Span, base: str) -> list[PlayerClip]:
    """The recordings around the day's hours whose files are here, in order of camera and time."""
    found = [clip for item in document["inputs"] if (clip := _clip(item, files, base)) and clip.span.overlaps(around)]
    return sorted(found, key=lambda clip: (clip.camera, clip.span))


def clip_at(found: Sequence[PlayerClip], at: datetime, camera: str = "") -> PlayerClip | None:
    """The recording that holds the moment, of that camera if it has one; else the one that lies nearest."""
    return min(found, key=lambda clip: (_away_s(clip, at), clip.camera != camera), default=None)


def _away_s(clip: PlayerClip, at: datetime) -> float:
    if at in clip.span:
        return 0.0
    return min(abs((clip.span.start - at).total_seconds()), abs((clip.span.end - at).total_seconds()))


def _clip(item: InputEntry, files: Mapping[str, int], base: str) -> PlayerClip | None:
    """Nothing where the file is missing, or its time is unknown."""
    file_id = files.get(item["sha256"] or "")
    if file_id is None or item["span"] is None:
        return None
    playable = item["path"].rpartition(".")[2].casefold() in _CONTAINERS
    kind = _HEVC if item["codec"] == "hevc" and playable else ""
    direct = playable and item["codec"] in _PLAYED_EVERYWHERE
    span, preview = span_of(item["span"]), f"{base}/previews/{file_id}"
    parts = tuple(map(span_of, item["stretches"])) or (span,)
    return PlayerClip(file_id, item["camera"], span, item["path"], direct, kind, preview, parts)
