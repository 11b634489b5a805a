import struct
from datetime import datetime, timedelta
from fractions import Fraction
from typing import BinaryIO

from facts.span import local

_KEY_FRAME, _PREDICTED_FRAME = 0xFD, 0xFC
_CODECS = {"h264": 0x02, "h265": 0x0C}
_SIZE_FIELD, _CODEC_FIELD = 0x82, 0x81
_HEADER_BYTES = 24
_TRAILER_BYTES = 8


class DhavWriter:
    """Dahua's .dav: frames one after another, each stamped with the camera's local wall clock."""

    def __init__(self, file: BinaryIO, codec: str, size: tuple[int, int], fps: int, start: datetime) -> None:
        self._file, self._start, self._count = file, local(start), 0
        self._fields = struct.pack("<BBHHH", _SIZE_FIELD, 0, 0, *size) + struct.pack(
            "<BBBB", _CODEC_FIELD, 0, _CODECS[codec], fps
        )

    def write(self, payload: bytes, at_s: Fraction, *, is_key: bool) -> None:
        """One coded picture at that time from the start."""
        fields = self._fields if is_key else b""
        length = _HEADER_BYTES + len(fields) + len(payload) + _TRAILER_BYTES
        shown = self._start + timedelta(microseconds=round(at_s * 1_000_000))
        head = struct.pack(
            "<4sBBBBIIIHB", b"DHAV", _KEY_FRAME if is_key else _PREDICTED_FRAME, 0, 0, 0, self._count, length,
            _packed(shown), round(at_s * 1000) % 65535, len(fields),
        )  # fmt: skip
        self._file.write(head + bytes([sum(head) & 0xFF]) + fields + payload + struct.pack("<4sI", b"dhav", length))
        self._count += 1

    def close(self) -> None:
        """Nothing more to write: every frame is complete by itself."""


def _packed(shown: datetime) -> int:
    day = (shown.year - 2000) << 26 | shown.month << 22 | shown.day << 17
    return day | shown.hour << 12 | shown.minute << 6 | shown.second
