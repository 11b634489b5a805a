"""The outermost boxes of an MP4: whether the index is there, whether the file ends where its boxes end."""

from dataclasses import dataclass

from ingest.recordings.byte_source import ByteSource

_MOST_BOXES = 400_000
_SHORT, _LONG = 8, 16
_PEEK = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """What a walk from box to box found; ``torn``: the last one promises more bytes than the file has.

    ``sound_bytes`` is where reading must stop: libav gives a whole recording up for one torn box of its index.
    """

    index: bool = False
    index_torn: bool = False
    fragments: int = 0
    torn: bool = False
    sound_bytes: int = 0


def walk(source: ByteSource) -> Layout:
    """Sixteen bytes are read per box, so a walk costs next to nothing however long the recording is."""
    kinds: list[bytes] = []
    at, start, torn = 0, 0, False
    while at < source.size and len(kinds) < _MOST_BOXES:
        head = source.read_at(at, _PEEK)
        size = _size(head, source.size - at)
        if size is None:  # padding after the last box is no damage
            break
        kinds.append(head[4:8])
        start, at = at, at + size
        torn = at > source.size
    whole = kinds[:-1] if torn else kinds
    last = kinds[-1] if torn else b""
    stop = source.size if last == b"mdat" else start if torn else at
    return Layout(b"moov" in whole, last == b"moov", whole.count(b"moof"), torn, min(stop, source.size))


def _size(head: bytes, left: int) -> int | None:
    """The box's length with its head; nothing where these bytes head no box."""
    if len(head) < _SHORT or not head[4:8].strip(b"\x00"):
        return None
    size = int.from_bytes(head[:4], "big")
    if size == 0:
        return left
    if size == 1:
        size = int.from_bytes(head[8:16], "big") if len(head) >= _LONG else 0
    return size if size >= _SHORT else None
