"""Ways to spoil a table: its bytes, its archive, its XML, its values, its lines."""

import io
import random
import re
import zipfile
from warnings import catch_warnings

from openpyxl import load_workbook

from benchmarks.attack.media_changes import flips, heads, hole, repeated, torn

VALUES = (
    "", "0", "-1", "1e350", "-1e350", "nan", "inf", "9" * 400, "2958466", "1e18", "0.1e-400", "true", "#REF!", "=1/0",
    '=HYPERLINK("http://127.0.0.1")', "\ud7ff", "\u202e甲乙", "１２３４", "٣٤", "²", "2026-02-30", "24:61", "8:30-7:15",
    "第99999999999节", "A" * 40_000, "(" * 5_000, "周一" * 3_000, "1" * 5_000 + "月", "\n" * 9_000, "52990000MJ00000001",
    "2026-04-07" * 900, "１-" * 4_000, "、" * 20_000, "1,2,3,4,5,6,7,8-99999999", "99999999999:99", "0000-00-00",
)  # fmt: skip
_BOMB = "<!DOCTYPE a [<!ENTITY b '{0}'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
_VALUE = re.compile(rb"<(v|t)(?: [^>]*)?>[^<]*</\1>")
_ATTRIBUTE = re.compile(rb' (r|s|t|ref|count|uniqueCount|spans|numFmtId|formatCode|sheetId|min|max|ht)="[^"]*"')


def bytewise(data: bytes, rng: random.Random) -> bytes:
    """Damage as a torn copy or a bad disk makes it."""
    change = rng.choice((flips, torn, hole, repeated, heads))
    return change(bytearray(data), rng)


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: dict[str, bytes], twins: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
        for name, content in twins:
            with catch_warnings(action="ignore"):  # a name twice is what is wanted
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def within_xml(data: bytes, rng: random.Random) -> bytes:
    """Whole XML with other values, other attributes, more of them than anybody writes, or broken signs."""
    parts = parts_of(data)
    sheets = [name for name in parts if name.endswith(".xml") and ("sheet" in name or "style" in name or "Str" in name)]
    name = rng.choice(sheets if rng.random() < 0.85 else list(parts))
    parts[name] = _respelt(parts[name], rng)
    return packed(parts)


def _respelt(text: bytes, rng: random.Random) -> bytes:
    way = rng.randrange(8)
    if way <= 1 and (found := list(_VALUE.finditer(text))):
        for one in rng.sample(found, min(len(found), rng.randrange(1, 6))):
            tag = one[1]
            value = _escaped(rng.choice(VALUES))
            text = text.replace(one[0], b"<%b>%b</%b>" % (tag, value, tag), 1)
        return text
    if way == 2 and (found := list(_ATTRIBUTE.finditer(text))):
        one = rng.choice(found)
        value = rng.choice(
            (b"-1", b"4294967296", b"99999999999", b"A1:XFD1048576", b"XFD1048576", b"ZZZZ99", b"[" * 9999, b"")
        )
        return text.replace(one[0], b' %b="%b"' % (one[1], value), rng.choice((1, -1)))
    if way == 3:
        return text.replace(b"?>", b"?>" + _BOMB.format("9" * 4_000).encode(), 1)
    if way == 4:
        merges = "".join(
            f'<mergeCell ref="A{n}:XFD{n + rng.randrange(1, 99_999)}"/>' for n in range(rng.randrange(1, 6_000))
        )
        return text.replace(b"</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>".encode(), 1)
    if way == 5:
        depth = 1 << rng.randrange(4, 15)
        return text.replace(b"<sheetData", b"<is>" * depth + b"</is>" * rng.choice((0, depth)) + b"<sheetData", 1)
    if way == 6:
        return text.replace(b"</row>", b"</row>" * rng.randrange(2) + rng.randbytes(3), 1)
    return bytewise(text, rng)


def _escaped(value: str) -> bytes:
    return value.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace")


def archive(data: bytes, rng: random.Random) -> bytes:
    """A ZIP that says one thing twice, promises more than it holds, or holds more than a disk."""
    parts = parts_of(data)
    name = rng.choice(list(parts))
    way = rng.randrange(6)
    if way == 0:
        return packed(parts, ((name, rng.choice(list(parts.values()))),))
    if way == 1:
        parts[rng.choice(("../../etc/cron.d/x", "/etc/passwd", "xl/" * 400 + "a", "a\x00b", name.upper()))] = b"x"
        return packed(parts)
    if way == 2:
        parts[name] += b" " * (rng.choice((1, 1, 1, 8, 64, 250)) << 20)
        return packed(parts)
    if way == 3:
        del parts[name]
        return packed(parts)
    if way == 4:
        return data + rng.choice((data, rng.randbytes(999), b"PK\x05\x06" + bytes(18)))
    small = bytearray(data)
    for sign, first in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = small.rfind(sign)
        small[at + first + rng.randrange(16)] ^= 1 << rng.randrange(8)
    return bytes(small)


def values(data: bytes, rng: random.Random) -> bytes:
    """The same workbook with other things typed into its cells."""
    book = load_workbook(io.BytesIO(data))
    sheet = rng.choice(book.worksheets)
    for _ in range(rng.randrange(1, 30)):
        place = sheet.cell(rng.randrange(1, max(sheet.max_row, 1) + 3), rng.randrange(1, max(sheet.max_column, 1) + 3))
        try:
            place.value = rng.choice((rng.choice(VALUES)[:32_000], rng.randrange(-9, 10**9), rng.random() * 1e6, None))
        except (AttributeError, ValueError):
            continue  # the library itself will not write it: inside a merged block, or a sign that XML lacks
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines(data: bytes, rng: random.Random) -> bytes:
    """A text table, a manifest or a claim as text, with other words, other signs, another encoding."""
    text = data.decode("utf-8-sig")
    way = rng.randrange(7)
    if way == 0:
        return bytewise(data, rng)
    if way == 1:
        return text.encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "gb18030", "utf-8-sig")), "replace")
    if way == 2:
        return (text + rng.choice((",", '"', "\x00", "[", '{"a":', "[[a.", "a.")) * (1 << rng.randrange(17))).encode()
    if way == 3:
        return text.replace("\n", rng.choice(("\r", "\n\n\n", "\x1c", "\u2028", ",\n")), rng.choice((1, -1))).encode()
    found = re.findall(r"[^,\n\"=:{}\[\]]+", text)
    for word in rng.sample(found, min(len(found), rng.randrange(1, 8))):
        text = text.replace(word, rng.choice(VALUES), 1)
    return text.encode("utf-8", "replace")


def spoilt(data: bytes, rng: random.Random) -> bytes:
    way = rng.choices((bytewise, within_xml, archive, values), (20, 45, 15, 20))[0]
    return way(data, rng)
