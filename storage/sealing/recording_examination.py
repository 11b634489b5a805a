"""Recordings of the service's own recorder: the file, its sidecar, the ledger's lines and the leaf say one thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from storage.sealing.account_examination import Stretch, joined, sidecar_account_faults
from storage.sealing.examination import BAD, FACTS, NOTE, OK, ExaminedPackage, digest_of, many
from storage.sealing.ledger_examination import LedgerBook, read_book

RECORDED = "本系统录制 recorder"
PAPERS = "data/recorder/"
PROMPT = timedelta(seconds=60)
_MOVED = timedelta(seconds=1)


def sidecar_paper(file: str) -> str:
    """Where a package keeps what was written beside a recording."""
    return file.rpartition(".")[0] + ".json"


def ledger_paper(camera: int) -> str:
    """Where it keeps the lines of a camera's ledger."""
    return f"{camera}/ledger.jsonl"


def examine_recordings(own: ExaminedPackage) -> None:
    """Every recording that the facts call the system's own, and every paper of its recorder."""
    facts = own.facts()
    origins = facts.get("origins") or []
    papers = {name for name in own.files if name.startswith(PAPERS)}
    inputs = {one["digest"]["sha256"]: one for one in facts["inputs"] if one["digest"] and one["role"] == "recording"}
    books = _books(own, facts, inputs)
    expected = {PAPERS + ledger_paper(one["camera"]) for one in origins}
    expected |= {PAPERS + sidecar_paper(one["file"]) for one in origins if one["sidecar"]}
    for name in sorted(papers - expected):
        own.say(RECORDED, BAD, f"{name} 不属于任何录像", f"{name} is of no recording")
    good = sum(_holds(own, one, inputs, books) for one in origins)
    if good:
        zh = f"{good} 个录像由本系统录制：文件、附录、台账与录制当时的日志叶一致"
        own.say(
            RECORDED,
            OK,
            zh,
            f"{many(good, 'recording is', 'recordings are')} this system's own: file, sidecar, ledger and leaf agree",
        )
    for origin in origins:
        _say_late(own, origin)
        _say_moved(own, origin, facts, inputs)
    for book in books.values():
        book.say(own, RECORDED)


def _books(own: ExaminedPackage, facts: dict[str, Any], inputs: dict[str, Any]) -> dict[int, LedgerBook]:
    origins = facts.get("origins") or []
    books = {}
    for camera in sorted({one["camera"] for one in origins}):
        name = PAPERS + ledger_paper(camera)
        body = own.bytes_of(name) if name in own.files else None
        mine = [one for one in origins if one["camera"] == camera]
        beside = _lines_beside(own, camera, mine)
        book = read_book(camera, body, {one["ledger"] for one in mine} | set(beside))
        before = {digest for digest, place in beside.items() if place < min(one["leaf"] for one in mine)}
        first = book.lines[0][1]["previous"] if book.lines else ""
        after = {digest for digest, place in beside.items() if place > max(one["leaf"] for one in mine)} - {first}
        book.has_leaf_before, book.has_leaf_after = bool(before), bool(after)
        book.ends_in_log = bool(after & {digest for digest, _ in book.lines})
        book.hours = _hours(facts, mine, inputs)
        books[camera] = book
    return books


def _lines_beside(own: ExaminedPackage, camera: int, origins: list[dict[str, Any]]) -> dict[str, int]:
    """Lines that leaves name for recordings of the camera that the package does not hold: they vouch for both ends."""
    mine = {one["digest"]["sha256"] for one in origins}
    return {
        named(leaf["note"])["ledger"]: place
        for place, leaf in own.leaves
        if leaf["kind"] == "segment"
        and leaf["subject"].startswith(f"camera:{camera} ")
        and leaf["sha256"] not in mine
        and named(leaf["note"]).get("ledger")
    }


def _hours(facts: dict[str, Any], origins: list[dict[str, Any]], inputs: dict[str, Any]) -> list[Stretch]:
    """The class hours of the camera's room; all of them where its room is not known."""
    paths = {inputs[one["digest"]["sha256"]]["path"] for one in origins if one["digest"]["sha256"] in inputs}
    ids = {one["camera_id"] for one in facts["segments"] if one["path"] in paths}
    rooms = {one["room"] for one in facts["cameras"] if one["id"] in ids} - {""}
    spans = [one["span"] for one in facts["hours"] if not rooms or one["room"] in rooms]
    return joined([(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in spans])


def _holds(own: ExaminedPackage, origin: dict[str, Any], inputs: dict[str, Any], books: dict[int, LedgerBook]) -> bool:
    """Whether everything that speaks of the recording agrees; the first that does not is said."""
    faults = _faults(own, origin, inputs, books[origin["camera"]])
    fault = next(faults, None)
    if fault:
        own.say(RECORDED, BAD, f"{origin['file']}：{fault[0]}", f"{origin['file']}: {fault[1]}")
    return fault is None


def _faults(
    own: ExaminedPackage, origin: dict[str, Any], inputs: dict[str, Any], book: LedgerBook
) -> Iterator[tuple[str, str]]:
    digest, place = origin["digest"]["sha256"], origin["leaf"]
    leaf = dict(own.leaves).get(place)
    if digest not in inputs:
        yield "不是本包的任何录像（片段被换过）", "it is none of this package's recordings (exchanged)"
    if leaf is None or leaf["kind"] != "segment" or leaf["sha256"] != digest:
        yield f"第 {place} 条不是它的日志叶", f"leaf {place} is not its own"
        return
    if _noted_at(leaf["at"]) != datetime.fromisoformat(origin["noted_at"]):
        yield f"第 {place} 条入日志的时间不是 {origin['noted_at']}", f"leaf {place} is not of {origin['noted_at']}"
    said = named(leaf["note"])
    if (said.get("sidecar", ""), said.get("ledger", "")) != (origin["sidecar"], origin["ledger"]):
        yield f"第 {place} 条所记的附录或台账是另外的", f"leaf {place} names another sidecar or line of the ledger"
    yield from _sidecar_faults(own, origin, inputs, book)
    yield from book.faults(origin)


def _sidecar_faults(
    own: ExaminedPackage, origin: dict[str, Any], inputs: dict[str, Any], book: LedgerBook
) -> Iterator[tuple[str, str]]:
    name = PAPERS + sidecar_paper(origin["file"])
    if name not in own.files:
        if origin["sidecar"]:
            zh = f"{origin['file']}：日志记有附录，封存时已不在"
            own.say(RECORDED, NOTE, zh, f"{origin['file']}: the log names a sidecar that was gone when this was sealed")
        return
    if digest_of(own.root / name) != origin["sidecar"]:
        yield "附录不是日志所记的那一份", "its sidecar is not the one that the log names"
        return
    said, told = json.loads(own.bytes_of(name)), inputs.get(origin["digest"]["sha256"])
    if (said["sha256"], said["name"]) != (origin["digest"]["sha256"], origin["file"]):
        yield "附录说的是另一个文件", "its sidecar speaks of another file"
    if told and said["bytes"] != told["size_bytes"]:
        yield "附录所记的字节数不符", "its sidecar has another number of bytes"
    if datetime.fromisoformat(said["end"]) != datetime.fromisoformat(origin["ends_at"]):
        yield "附录所记的结束时间不符", "its sidecar ends at another time"
    yield from sidecar_account_faults(book.account, said)


def _say_late(own: ExaminedPackage, origin: dict[str, Any]) -> None:
    late = datetime.fromisoformat(origin["noted_at"]) - datetime.fromisoformat(origin["ends_at"])
    if late > PROMPT:
        minutes = round(late.total_seconds() / 60)
        zh = f"{origin['file']}：录完 {minutes} 分钟后才入日志，此前可能被换过"
        en = f"{origin['file']}: logged only {minutes} min after it ended; until then it could have been exchanged"
        own.say(RECORDED, NOTE, zh, en)


def _say_moved(own: ExaminedPackage, origin: dict[str, Any], facts: dict[str, Any], inputs: dict[str, Any]) -> None:
    """A recording that the class was judged at another time than the recorder wrote down."""
    name = PAPERS + sidecar_paper(origin["file"])
    told = inputs.get(origin["digest"]["sha256"])
    segment = next((one for one in facts["segments"] if told and one["path"] == told["path"]), None)
    if name not in own.files or not segment or not segment["stretches"]:
        return
    start = datetime.fromisoformat(json.loads(own.bytes_of(name))["start"])
    off = datetime.fromisoformat(segment["stretches"][0]["start"]) - start
    if abs(off) > _MOVED:
        zh = f"{origin['file']}：{FACTS} 把它放在录像机所记时间的 {off.total_seconds():+.0f} 秒处（见时间说明）"
        en = f"{origin['file']}: judged {off.total_seconds():+.0f} s from the time that its recorder wrote down"
        own.say(RECORDED, NOTE, zh, en)


def named(note: str) -> dict[str, str]:
    """The digests that the leaf of a recording names."""
    words = note.split()
    return dict(zip(words[::2], words[1::2]))  # noqa: B905 - Python 3.9 reads this


def _noted_at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)  # noqa: UP017 - Python 3.9 reads this
