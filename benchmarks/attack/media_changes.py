"""Ways to spoil a recording: damage as disks make it, and boxes, tables and names as forgers make them."""

import random
import struct
from collections.abc import Callable

_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex")
_TABLES = (b"stts", b"stsz", b"stco", b"stsc", b"stss", b"ctts", b"mdhd", b"mvhd", b"tkhd", b"elst", b"tfdt", b"trun")
_MORE = (b"avcC", b"hdlr", b"stsd", b"avc1", b"dref", b"mdat", b"ftyp")
Change = Callable[[bytearray, random.Random], bytes]


def flips(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(1 << rng.randrange(8)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def torn(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: rng.randrange(len(data))])


def hole(data: bytearray, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data)), 1 << rng.randrange(14)
    cut = rng.choice((b"", bytes(size), rng.randbytes(size)))
    return bytes(data[:at] + cut + data[at + size :])


def repeated(data: bytearray, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data)), 1 << rng.randrange(14)
    return bytes(data[:at] + data[at : at + size] * rng.randrange(2, 40) + data[at:])


def heads(data: bytearray, rng: random.Random) -> bytes:
    """The first kilobytes, where every container says what it is."""
    for _ in range(rng.randrange(1, 12)):
        data[rng.randrange(min(len(data), 2048))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(data)


def _places(data: bytearray, names: tuple[bytes, ...]) -> list[int]:
    return [at for name in names for at in (data.find(name),) if at >= 4]


def lengths(data: bytearray, rng: random.Random) -> bytes:
    """A box that claims to be of another length."""
    places = _places(data, _BOXES + _TABLES + _MORE)
    if not places:
        return heads(data, rng)
    at = rng.choice(places) - 4
    size = int.from_bytes(data[at : at + 4], "big")
    other = rng.choice(
        (0, 1, 7, 8, 9, size - 1, size + 1, size * 2, size // 2, 0x7FFFFFFF, 0xFFFFFFFF, rng.getrandbits(32))
    )
    data[at : at + 4] = (other % (1 << 32)).to_bytes(4, "big")
    return bytes(data)


def numbers(data: bytearray, rng: random.Random) -> bytes:
    """A count, a time or an offset inside a table of the index."""
    places = _places(data, _TABLES)
    if not places:
        return heads(data, rng)
    for _ in range(rng.randrange(1, 4)):
        at = rng.choice(places) + 4 + 4 * rng.randrange(10)
        value = rng.choice((0, 1, 2, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, rng.getrandbits(32), rng.getrandbits(12)))
        data[at : at + 4] = value.to_bytes(4, "big")
    return bytes(data)


def swapped(data: bytearray, rng: random.Random) -> bytes:
    """Two boxes that change their names, or a whole box moved to another place."""
    places = _places(data, _BOXES + _TABLES + _MORE)
    if len(places) < 2:
        return hole(data, rng)
    one, two = rng.sample(places, 2)
    if rng.random() < 0.5:
        data[one : one + 4], data[two : two + 4] = data[two : two + 4], data[one : one + 4]
        return bytes(data)
    size = int.from_bytes(data[one - 4 : one], "big")
    box = bytes(data[one - 4 : one - 4 + size])
    return bytes(data[: two - 4] + box * rng.randrange(1, 4) + data[two - 4 :])


def deep(data: bytearray, rng: random.Random) -> bytes:
    """Boxes inside boxes, thousands deep, before the recording."""
    depth, name = 1 << rng.randrange(4, 14), rng.choice(_BOXES)
    nest = b"".join(struct.pack(">I4s", 8 * (depth - level), name) for level in range(depth))
    return bytes(data[:32] + nest + data[32:])


def words(data: bytearray, rng: random.Random) -> bytes:
    """A list of other files, or titles, under the name of a recording."""
    del data
    other = rng.choice(("base.mp4", "../花名册.xlsx", "/etc/passwd", "http://127.0.0.1:9/a.mp4", "file:///etc/passwd"))
    text = rng.choice(
        (
            "ffconcat version 1.0\nfile '{0}'\n" * rng.choice((1, 5000)),
            "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n",
            '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{0}"\n#EXTINF:600,\n{0}\n',
            "1\n00:00:00,000 --> 99:59:59,999\n{0}\n\n",
            "WEBVTT\n\n00:00.000 --> 99:59:59.999\n{0}\n",
            "<?xml version='1.0'?><MPD><Period><BaseURL>{0}</BaseURL></Period></MPD>",
            "<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'><image href='{0}'/></svg>",
            "v=0\nm=video 9 RTP/AVP 96\nc=IN IP4 127.0.0.1\na={0}\n",
        )
    ).replace("{0}", other)
    return text.encode() * (1 << rng.randrange(6))


CHANGES: tuple[tuple[Change, int], ...] = (
    (flips, 24), (torn, 10), (hole, 8), (repeated, 4), (heads, 12),
    (lengths, 14), (numbers, 14), (swapped, 8), (deep, 2), (words, 4),
)  # fmt: skip
