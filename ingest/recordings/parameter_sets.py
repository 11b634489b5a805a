"""The sequence parameter set of H.264 and H.265, wherever a container keeps it; its bytes alone, never parsed."""

from collections.abc import Iterator

_KINDS = {"h264": (0x1F, 0, 7), "hevc": (0x3F, 1, 33)}
_START = b"\x00\x00\x01"
_AVC_HEAD, _HEVC_HEAD, _HEVC_ARRAY = 6, 23, 3


def in_configuration(extradata: bytes, codec: str) -> bytes:
    """Of a stream's own description: an MP4's boxes or start codes."""
    if _START in extradata[:4] or not extradata:
        return in_keyframe(extradata, codec)
    units = _avc_units(extradata) if codec == "h264" else _hevc_units(extradata) if codec == "hevc" else iter(())
    return next((unit for unit in units if _is_set(unit, codec)), b"")


def in_keyframe(head: bytes, codec: str) -> bytes:
    """At the head of a keyframe, whose units follow start codes or their own lengths."""
    units = head.split(_START)[1:] if _START in head[:8] else _prefixed(head, 0, 4)
    return next((unit.rstrip(b"\x00") for unit in units if _is_set(unit, codec)), b"")


def _is_set(unit: bytes, codec: str) -> bool:
    mask, shift, wanted = _KINDS.get(codec, (0, 0, -1))
    return bool(unit) and (unit[0] >> shift) & mask == wanted


def _prefixed(data: bytes, at: int, width: int) -> Iterator[bytes]:
    """Units that lie whole in these bytes, each after its length."""
    while at + width < len(data):
        size = int.from_bytes(data[at : at + width], "big")
        at += width
        if not size or at + size > len(data):
            return
        yield data[at : at + size]
        at += size


def _avc_units(data: bytes) -> Iterator[bytes]:
    return _prefixed(data, _AVC_HEAD, 2)


def _hevc_units(data: bytes) -> Iterator[bytes]:
    """Arrays of one kind of unit each, with a count and two bytes of length before every unit."""
    at = _HEVC_HEAD
    while at + _HEVC_ARRAY < len(data):
        count = int.from_bytes(data[at + 1 : at + 3], "big")
        at += _HEVC_ARRAY
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            if not size or at + 2 + size > len(data):
                return
            yield data[at + 2 : at + 2 + size]
            at += 2 + size
