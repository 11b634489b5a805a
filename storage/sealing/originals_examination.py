"""The originals: in the package, or found elsewhere by their content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from storage.sealing.examination import BAD, LISTED, NOTE, OK, ExaminedPackage, digest_of, many

ORIGINALS = "原件 originals"


def examine_originals(own: ExaminedPackage) -> None:
    """Where they lie, and whether they are the same."""
    listed = json.loads(own.bytes_of(LISTED))
    store = listed.get("store") or {}
    if store:
        zh, en = (
            f"证据库约束级别 {store['enforcement']}：{store['zh']}",
            f"store: {store['enforcement']}: {store['en']}",
        )
        own.say(ORIGINALS, NOTE, zh, en)
    inside: list[dict[str, Any]] = []
    absent: list[dict[str, Any]] = []
    for entry in listed["originals"]:
        here = own.listed.get(entry.get("bag_path", ""))
        (inside if entry.get("bag_path", "") in own.files else absent).append(entry)
        if here is not None and here != entry["sha256"]:
            own.say(ORIGINALS, BAD, f"{entry['path']} 摘要前后矛盾", f"{entry['path']} has two digests")
    if inside:
        own.say(
            ORIGINALS,
            OK,
            f"{len(inside)} 个原件在包内",
            f"{many(len(inside), 'original is', 'originals are')} in the package",
        )
    if absent and own.originals is None:
        zh = f"{len(absent)} 个原件不在包内，只核对了日志中的摘要；用 --originals 目录 可核对字节"
        own.say(
            ORIGINALS,
            NOTE,
            zh,
            f"{many(len(absent), 'original is', 'originals are')} elsewhere; --originals DIR checks every byte",
        )
    elif absent and own.originals is not None:
        _sought(own, absent, own.originals)


def _sought(own: ExaminedPackage, absent: list[dict[str, Any]], folder: Path) -> None:
    by_size: dict[int, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            by_size.setdefault(path.stat().st_size, []).append(path)
    known: dict[Path, str] = {}
    good = 0
    for entry in absent:
        candidates = by_size.get(entry["size_bytes"], [])
        known.update({path: digest_of(path) for path in candidates if path not in known})
        if any(known[path] == entry["sha256"] for path in candidates):
            good += 1
        else:
            name = entry["path"]
            own.say(ORIGINALS, BAD, f"没有找到原件 {name}，或已被改动", f"not found, or changed: {name}")
    if good:
        own.say(
            ORIGINALS,
            OK,
            f"{good} 个原件逐字节一致",
            f"{many(good, 'original is', 'originals are')} the same byte for byte",
        )
