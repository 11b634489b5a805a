import struct
from fractions import Fraction
from typing import BinaryIO

_CLOCK = 90_000
_STREAM_TYPES = {"h264": 0x1B, "h265": 0x24}
_VIDEO_ID = 0xE0
_MUX_RATE = 20_000
_PES_BYTES = 65_000
_FIRST_S = Fraction(1, 2)
_CRC_POLYNOMIAL = 0x04C11DB7
_IMKH = b"IMKH" + bytes([1, 1, 0, 0]) + bytes(32)


class ProgramStreamWriter:
    """MPEG program stream with a stream map, as Hikvision's recorders write, on demand behind their IMKH header."""

    def __init__(self, file: BinaryIO, codec: str, *, imkh: bool) -> None:
        self._file, self._map = file, _stream_map(_STREAM_TYPES[codec])
        if imkh:
            file.write(_IMKH)

    def write(self, payload: bytes, at_s: Fraction, *, is_key: bool) -> None:
        """One coded picture at that time from the start."""
        ticks = round((at_s + _FIRST_S) * _CLOCK)
        self._file.write(_pack_header(ticks))
        if is_key:
            self._file.write(_system_header() + self._map)
        for start in range(0, len(payload), _PES_BYTES):
            self._file.write(_pes(payload[start : start + _PES_BYTES], ticks if start == 0 else None))

    def close(self) -> None:
        """The end code of a program stream."""
        self._file.write(b"\x00\x00\x01\xb9")


def _pack_header(ticks: int) -> bytes:
    base, extension = ticks & ((1 << 33) - 1), 0
    clock = 0b01 << 46 | (base >> 30) << 43 | 1 << 42 | (base >> 15 & 0x7FFF) << 27 | 1 << 26 | (base & 0x7FFF) << 11
    clock |= 1 << 10 | extension << 1 | 1
    return b"\x00\x00\x01\xba" + clock.to_bytes(6) + (_MUX_RATE << 2 | 0b11).to_bytes(3) + b"\xf8"


def _system_header() -> bytes:
    body = (1 << 23 | _MUX_RATE << 1 | 1).to_bytes(3) + bytes([0x04, 0x21, 0x7F, _VIDEO_ID, 0xE1, 0x00])
    return b"\x00\x00\x01\xbb" + struct.pack(">H", len(body)) + body


def _stream_map(stream_type: int) -> bytes:
    streams = bytes([stream_type, _VIDEO_ID, 0, 0])
    body = bytes([0xE0, 0xFF, 0, 0]) + struct.pack(">H", len(streams)) + streams
    packet = b"\x00\x00\x01\xbc" + struct.pack(">H", len(body) + 4) + body
    return packet + struct.pack(">I", _crc32(packet))


def _pes(payload: bytes, ticks: int | None) -> bytes:
    stamp = b"" if ticks is None else _timestamp(ticks)
    head = bytes([0x80, 0x80 if stamp else 0x00, len(stamp)]) + stamp
    return b"\x00\x00\x01" + bytes([_VIDEO_ID]) + struct.pack(">H", len(head) + len(payload)) + head + payload


def _timestamp(ticks: int) -> bytes:
    value = 0b0010 << 36 | (ticks >> 30 & 0x7) << 33 | 1 << 32 | (ticks >> 15 & 0x7FFF) << 17 | 1 << 16
    return (value | (ticks & 0x7FFF) << 1 | 1).to_bytes(5)


def _crc32(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ _CRC_POLYNOMIAL if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc
