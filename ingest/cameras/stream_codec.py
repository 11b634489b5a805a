"""What a browser is told of a stream before it takes it: the codec string of RFC 6381, from the header's own words."""

from dataclasses import dataclass

from ingest.cameras.stream_boxes import BrokenStreamError, boxes, find_box

_ENTRY_BYTES = 78  # of a picture's sample entry, before the boxes in it
_H264, _H265 = frozenset({b"avc1", b"avc3"}), frozenset({b"hvc1", b"hev1"})


@dataclass(frozen=True, slots=True)
class StreamCodec:
    """The codec as browsers call it; ``plain`` where every browser plays it: pictures alone, in H.264."""

    text: str
    plain: bool

    @property
    def media_type(self) -> str:
        """For the answer that carries the stream."""
        return f'video/mp4; codecs="{self.text}"'


def stream_codec(header: bytes) -> StreamCodec:
    """From ``ftyp`` and ``moov`` as they begin every file."""
    moov = find_box(header, "moov")
    tracks = sum(one.kind == b"trak" for one in boxes(header, moov.body, moov.end))
    table = find_box(header, "moov/trak/mdia/minf/stbl/stsd")
    (entry, *_) = boxes(header, table.body + 8, table.end)
    text = entry.kind.decode("latin-1")
    for box in boxes(header, entry.body + _ENTRY_BYTES, entry.end):
        body = header[box.body : box.end]
        if box.kind == b"avcC" and entry.kind in _H264:
            text += f".{body[1:4].hex()}"
        elif box.kind == b"hvcC" and entry.kind in _H265:
            text += _h265(body)
    sound = ", sound" if tracks > 1 else ""  # no codec at all: no browser takes it, and a preview has no sound
    return StreamCodec(text + sound, entry.kind in _H264 and tracks == 1)


def _h265(body: bytes) -> str:
    """Profile, compatibility (its bits turned round), tier with level, and the constraints that are not zero."""
    if len(body) < 13:  # noqa: PLR2004 - as far as the level
        raise BrokenStreamError("an hvcC of fewer than 13 bytes")
    space = ("", "A", "B", "C")[body[1] >> 6]
    turned = int(f"{int.from_bytes(body[2:6], 'big'):032b}"[::-1], 2)
    tier, level = "H" if body[1] & 0x20 else "L", body[12]
    constraints = "".join(f".{one:X}" for one in body[6:12].rstrip(b"\x00"))
    return f".{space}{body[1] & 0x1F}.{turned:X}.{tier}{level}{constraints}"
