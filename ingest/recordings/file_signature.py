"""What a file really is, by its first bytes; a name may say something else (program streams called .mp4)."""

from collections.abc import Callable
from enum import StrEnum

HEAD_BYTES = 4096
_MP4_BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"sidx", b"uuid"}
)
_TS_PACKETS = ((188, 0), (192, 4), (204, 0))
_TS_PROOF = 3
_TEXT_SHARE = 0.95


class ContainerKind(StrEnum):
    """A container, or what was found in its place."""

    MP4 = "mp4"
    MKV = "mkv"
    TS = "ts"
    FLV = "flv"
    AVI = "avi"
    PS = "ps"
    IMKH = "imkh"
    DHAV = "dhav"
    BARE = "bare"
    EMPTY = "empty"
    ZEROS = "zeros"
    TEXT = "text"
    ZIP = "zip"
    OTHER = "other"

    @property
    def demuxer(self) -> str:
        """The one demuxer that may open it: playlists and other formats that name files are never tried."""
        return _DEMUXERS.get(self, "")


_DEMUXERS = {
    ContainerKind.MP4: "mp4",
    ContainerKind.MKV: "matroska",
    ContainerKind.TS: "mpegts",
    ContainerKind.FLV: "flv",
    ContainerKind.AVI: "avi",
    ContainerKind.PS: "mpeg",
    ContainerKind.IMKH: "mpeg",
    ContainerKind.DHAV: "dhav",
}


def sniff(head: bytes) -> ContainerKind:
    """The kind that the first ``HEAD_BYTES`` bytes show."""
    if not any(head):
        return ContainerKind.ZEROS if head else ContainerKind.EMPTY
    kinds = (kind for kind, shows in _SIGNS if shows(head))
    return next(kinds, ContainerKind.OTHER)


def _is_mp4(head: bytes) -> bool:
    return head[4:8] in _MP4_BOXES and int.from_bytes(head[:4], "big") not in range(2, 8)


def _is_ts(head: bytes) -> bool:
    """Sync bytes at a packet's distance, wherever the first whole packet begins."""
    return any(
        len(head) >= first + (_TS_PROOF - 1) * size + 1
        and all(head[first + at] == 0x47 for at in range(0, len(head) - first, size))  # noqa: PLR2004 sync byte
        for size, lead in _TS_PACKETS
        for first in range(lead, size + lead)
    )


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        text = head.decode(encoding, errors="ignore")
        printable = sum(char.isprintable() or char in "\r\n\t" for char in text)
        if printable >= _TEXT_SHARE * len(text) and len(text.encode(encoding)) >= _TEXT_SHARE * len(head):
            return True
    return False


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


_SIGNS: tuple[tuple[ContainerKind, Callable[[bytes], bool]], ...] = (
    (ContainerKind.MKV, _starts(b"\x1a\x45\xdf\xa3")),
    (ContainerKind.FLV, _starts(b"FLV\x01")),
    (ContainerKind.PS, _starts(b"\x00\x00\x01\xba")),
    (ContainerKind.IMKH, _starts(b"IMKH")),
    (ContainerKind.DHAV, _starts(b"DHAV", b"DAHUA")),
    (ContainerKind.ZIP, _starts(b"PK\x03\x04")),
    (ContainerKind.MP4, _is_mp4),
    (ContainerKind.AVI, lambda head: head.startswith(b"RIFF") and head[8:11] == b"AVI"),
    (ContainerKind.TS, _is_ts),
    (ContainerKind.BARE, _starts(b"\x00\x00\x00\x01", b"\x00\x00\x01")),
    (ContainerKind.TEXT, _is_text),
)
