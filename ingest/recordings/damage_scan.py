"""What the first bytes of a file already show: its container, or why no scan of it can find a picture."""

from dataclasses import dataclass
from pathlib import Path

from facts.footage import Damage, Segment, Wound
from ingest.recordings import damage_messages
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.file_signature import HEAD_BYTES, ContainerKind, sniff
from ingest.recordings.mp4_boxes import BoxLayout, walk_boxes

_BEYOND_READING = frozenset({Damage.EMPTY, Damage.NOT_VIDEO, Damage.NO_MOOV, Damage.UNREADABLE})


@dataclass(frozen=True, slots=True)
class RecordingStart:
    """The container of a file and the boxes of an MP4; ``wound`` where nothing further can be read."""

    kind: ContainerKind
    layout: BoxLayout
    wound: Wound | None = None


def recording_start(source: ByteSource) -> RecordingStart:
    """Bytes at all, then a container that recorders write, whatever the name says, then for an MP4 a whole index."""
    if not source.file_size:
        return RecordingStart(ContainerKind.EMPTY, BoxLayout(), damage_messages.empty())
    kind = sniff(source.read_at(0, HEAD_BYTES) or b"\x00")
    if not kind.demuxer:
        return RecordingStart(kind, BoxLayout(), damage_messages.not_video(kind))
    layout = walk_boxes(source) if kind is ContainerKind.MP4 else BoxLayout()
    torn = kind is ContainerKind.MP4 and not layout.index
    return RecordingStart(kind, layout, damage_messages.no_moov(torn=layout.index_torn) if torn else None)


def first_damage(path: Path) -> Wound | None:
    """Why the file proves nothing however it is looked at, read in no time; nothing where a scan may find pictures."""
    try:
        with ByteSource(path) as source:
            return recording_start(source).wound
    except (OSError, ValueError) as fault:
        return damage_messages.unreadable(getattr(fault, "strerror", None) or str(fault))


def beyond_reading(segment: Segment) -> bool:
    """Whether a scan found nothing in the file that could prove anything."""
    return not segment.length_s and any(wound.damage in _BEYOND_READING for wound in segment.wounds)
