"""The bag: every file is named, every named file is there and unchanged, nothing else is there."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path

from storage.sealing.examination import (
    BAD,
    KEYS,
    LEAVES,
    MANIFEST,
    OK,
    PACKED_HEADS,
    SIGNATURE,
    TAGMANIFEST,
    ExaminedPackage,
    digest_of,
    many,
    unsafe,
)

BAG = "包 bag"
NEEDED = ("bagit.txt", "bag-info.txt", MANIFEST, LEAVES, PACKED_HEADS, KEYS)
BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})[ \t]+\*?(\S.*)")


def examine_bag(own: ExaminedPackage) -> None:
    """The lists, the names, and every byte."""
    _walk(own, own.root, "")
    if own.bytes_of("bagit.txt") != BAGIT_TXT:
        own.say(BAG, BAD, "bagit.txt 不是 BagIt 1.0 声明", "bagit.txt does not declare BagIt 1.0")
    payload = _manifest(own, MANIFEST)
    tags = _manifest(own, TAGMANIFEST)
    for name in NEEDED:
        if name not in tags:
            own.say(BAG, BAD, f"{TAGMANIFEST} 未列 {name}", f"{TAGMANIFEST} does not name {name}")
    _same_names(own)
    for name in sorted(payload):
        if not name.startswith("data/"):
            own.say(BAG, BAD, f"{MANIFEST} 列有 data/ 之外的 {name}", f"{MANIFEST} names {name} outside data/")
    own.listed = {**payload, **tags}
    for name in sorted(set(own.files) - set(own.listed) - {TAGMANIFEST, SIGNATURE}):
        own.say(BAG, BAD, f"多出的文件 {name}", f"a file that nothing names: {name}")
    _hash_files(own, _fetched(own, payload))


def _same_names(own: ExaminedPackage) -> None:
    """Names that another system would take for each other, or spell otherwise, could hide one file behind another."""
    seen: dict[str, str] = {}
    for name in sorted(own.files):
        plain = unicodedata.normalize("NFC", name)
        twin = seen.setdefault(plain.casefold(), name)
        if twin != name:
            own.say(
                BAG, BAD, f"{name} 与 {twin} 只差大小写或写法", f"{name} and {twin} differ by case or spelling only"
            )
        elif plain != name and own.is_bound():
            own.say(BAG, BAD, f"文件名不是 NFC：{name}", f"a name that is not NFC: {name}")


def _walk(own: ExaminedPackage, folder: Path, prefix: str) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            name, mode = prefix + entry.name, entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                _walk(own, folder / entry.name, f"{name}/")
            elif stat.S_ISREG(mode):
                own.files[name] = entry.stat(follow_symlinks=False).st_size
            else:
                own.say(BAG, BAD, f"{name} 是链接或特殊文件，未读取", f"{name} is a link or a device, not read")


def _manifest(own: ExaminedPackage, name: str) -> dict[str, str]:
    if name not in own.files:
        own.say(BAG, BAD, f"缺少 {name}", f"{name} is missing")
        return {}
    named: dict[str, str] = {}
    for number, line in enumerate(own.bytes_of(name).decode().splitlines(), 1):
        found = _LINE.fullmatch(line)
        path = found.group(2) if found else ""
        if not found or unsafe(path) or path in named:
            own.say(BAG, BAD, f"{name} 第 {number} 行不可信：{line[:120]}", f"{name} line {number}: {line[:120]}")
        else:
            named[path] = found.group(1)
    return named


def _fetched(own: ExaminedPackage, payload: dict[str, str]) -> set[str]:
    """What fetch.txt says lies elsewhere, as far as the manifest vouches for it and it is not here."""
    elsewhere = set()
    for line in own.bytes_of("fetch.txt").decode().splitlines() if "fetch.txt" in own.files else ():
        words = line.split(None, 2)
        name = words[2] if len(words) == 3 else ""  # noqa: PLR2004 - address, size, path
        if name not in payload:
            own.say(BAG, BAD, f"fetch.txt 不可信：{line[:120]}", f"fetch.txt names what no manifest does: {line}")
        elsewhere.add(name)
    return elsewhere - set(own.files)


def _hash_files(own: ExaminedPackage, elsewhere: set[str]) -> None:
    total, done, good = sum(own.files.values()), 0, 0
    for name, digest in sorted(own.listed.items()):
        if name not in own.files:
            if name not in elsewhere:
                own.say(BAG, BAD, f"缺少文件 {name}", f"missing file {name}")
            continue
        if digest_of(own.root / name) == digest:
            good += 1
        else:
            own.say(BAG, BAD, f"{name} 已被改动（摘要不符）", f"{name} was changed (its digest differs)")
        done += own.files[name]
        if own.told:
            own.told(done, total)
    if good:
        own.say(BAG, OK, f"{good} 个文件与清单一致", f"{many(good, 'file matches', 'files match')} the manifests")
