"""Checks a published draw (双随机抽查) with nothing but Python 3.9 or newer; a copy travels beside each draw.

    python3 draw_check.py [draw.json] [--kept commitment.json] [--lang zh|en]

Ends with 0 if everything holds and with 30 if anything does not. It imports nothing of Xueshi on purpose: whoever
doubts Xueshi reads these pages instead, or writes the same in another language from docs/draw.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.lots import COMMITMENT, SHEET, Json, commitment_of, conflict, draw, list_digest, many, seed_of, size_of

LISTS, BOUND, SEED, CLASSES, PEOPLE = "名单 lists", "承诺 commitment", "种子 seed", "班期 classes", "抽查员 inspectors"
OK, BAD, NOTE = "✓", "✗", "!"
MOST_BYTES = 64 << 20
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ZeroDivisionError)


@dataclass(frozen=True)
class DrawLine:
    """One thing that was checked, and the result."""

    part: str
    mark: str
    zh: str
    en: str


def check(sheet: Json, kept: Json | None = None) -> list[DrawLine]:
    """Everything that can be said about a published draw; ``kept`` is the commitment that the reader kept earlier."""
    lines: list[DrawLine] = []
    try:
        if sheet["schema"] != SHEET:
            raise ValueError(f"schema {str(sheet['schema'])[:40]!r}, {SHEET!r}")
        for part in (_lists, _bound, _kept, _seed, _drawn):
            lines += part(sheet, kept)
    except _UNREADABLE as error:
        text = f"{type(error).__name__}: {str(error)[:200]}"
        lines.append(DrawLine(LISTS, BAD, f"不是完整的抽查结果文件（{text}）", f"no whole draw ({text})"))
    return [DrawLine(line.part, line.mark, shown(line.zh), shown(line.en)) for line in lines]


def shown(text: str) -> str:
    """The text without anything that could steer a terminal; a sheet is written by strangers."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def _line(part: str, good: bool, zh: tuple[str, str], en: tuple[str, str]) -> DrawLine:  # noqa: FBT001 - which of the pair
    return DrawLine(part, OK if good else BAD, zh[not good], en[not good])


def _lists(sheet: Json, _: Json | None) -> Iterator[DrawLine]:
    for name, zh in (("classes", "班期名单"), ("inspectors", "抽查员名单")):
        ids = Counter(entry["id"] for entry in sheet[name])
        twice = sorted(one for one, count in ids.items() if count > 1)
        yield _line(
            LISTS,
            not twice and bool(ids),
            (f"{zh} {len(ids)} 条，编号各不相同", f"{zh}为空或编号重复：{'、'.join(twice)}"),
            (f"{len(ids)} {name}, every id once", f"{name}: none, or the same id twice: {', '.join(twice)}"),
        )
        yield _line(
            LISTS,
            list_digest(sheet[name]) == sheet["digests"][name],
            (f"{zh}与其摘要一致", f"{zh}与公布的摘要不同：名单被改动"),
            (f"{name} match their digest", f"{name} differ from the published digest: the list was changed"),
        )
    heavy = [entry["id"] for entry in sheet["classes"] if type(entry["weight"]) is not int or entry["weight"] < 1]
    if heavy:
        yield DrawLine(LISTS, BAD, f"权重不是正整数：{'、'.join(heavy[:8])}", f"odd weights: {', '.join(heavy[:8])}")


def _bound(sheet: Json, _: Json | None) -> Iterator[DrawLine]:
    again = commitment_of(sheet["classes"], sheet["inspectors"], sheet["rules"], sheet["nonce"])
    yield _line(
        BOUND,
        again == sheet["commitment"],
        ("名单、规则与随机数正是承诺所指", "名单、规则或随机数与承诺不符：承诺之后有改动"),
        (
            "lists, rules and nonce are those of the commitment",
            "lists, rules or nonce are not those of the commitment: something was changed after it",
        ),
    )


def _kept(sheet: Json, kept: Json | None) -> Iterator[DrawLine]:
    if kept is None:
        yield DrawLine(
            BOUND,
            NOTE,
            f"请与抽查前公布的承诺对照：{sheet['commitment']}（--kept 可自动比对）",
            f"compare with what was published before the draw: {sheet['commitment']} (--kept does it)",
        )
        return
    same = kept["schema"] == COMMITMENT and kept["commitment"] == sheet["commitment"]
    yield _line(
        BOUND,
        same,
        ("与您留存的承诺相同", f"与您留存的承诺不同：{str(kept.get('commitment'))[:64]}"),
        ("the same as the commitment you kept", f"not the commitment you kept: {str(kept.get('commitment'))[:64]}"),
    )


def _seed(sheet: Json, _: Json | None) -> Iterator[DrawLine]:
    yield _line(
        SEED,
        seed_of(sheet["commitment"], sheet["nonce"], sheet["beacon"]) == sheet["seed"],
        ("种子由揭示的随机数与信标算出", "种子不是由揭示的随机数与信标算出的"),
        ("the seed follows from nonce and beacon", "the seed does not follow from nonce and beacon"),
    )
    announced = sheet["rules"]["beacon"]
    if bool(announced) != bool(sheet["beacon"]):
        yield DrawLine(
            SEED, BAD, "信标与规则不符：预告与揭示须同有同无", "a beacon was announced or revealed, not both"
        )
    elif announced:
        yield DrawLine(
            SEED,
            NOTE,
            f"请与公布结果对照：{announced} = {sheet['beacon']}",
            f"compare with the announcement: {announced} = {sheet['beacon']}",
        )
    else:
        yield DrawLine(
            SEED,
            NOTE,
            "没有公共信标：组织者一人在承诺前可以挑选随机数",
            "no public beacon: the organiser alone could choose among nonces before the commitment",
        )


def _drawn(sheet: Json, _: Json | None) -> Iterator[DrawLine]:
    again = draw(sheet["classes"], sheet["inspectors"], sheet["rules"], sheet["seed"])
    yield from _classes(sheet, again)
    yield from _people(sheet, {entry["class"]: entry for entry in again})


def _classes(sheet: Json, again: list[dict[str, Any]]) -> Iterator[DrawLine]:
    got, expected = ([entry["class"] for entry in drawn] for drawn in (sheet["drawn"], again))
    odd = [f"{a} ≠ {b}" for a, b in zip(got, expected) if a != b] + got[len(expected) :] + expected[len(got) :]  # noqa: B905 - Python 3.9
    yield _line(
        CLASSES,
        not odd,
        (f"重抽一遍，{len(expected)} 个班期相同", f"重抽一遍，结果不同：{'、'.join(odd[:8])}"),
        (
            f"drawn again: the same {many(len(expected), 'class', 'classes')}",
            f"drawn again: another result: {', '.join(odd[:8])}",
        ),
    )
    counts = Counter(entry["stratum"] for entry in sheet["drawn"])
    members = Counter(entry["stratum"] for entry in sheet["classes"])
    for stratum in sheet["rules"]["strata"]:
        name = stratum["name"]
        wanted = size_of(stratum, members[name])
        shown = name or "全部"
        yield _line(
            CLASSES,
            counts[name] == wanted,
            (f"{shown}：{members[name]} 个中抽 {wanted} 个", f"{shown}：应抽 {wanted} 个，实为 {counts[name]} 个"),
            (f"{shown}: {wanted} of {members[name]}", f"{shown}: got {counts[name]}, expected {wanted}"),
        )


def _people(sheet: Json, again: dict[str, Json]) -> Iterator[DrawLine]:
    odd = [e["class"] for e in sheet["drawn"] if again.get(e["class"], {}).get("inspectors") != e["inspectors"]]
    yield _line(
        PEOPLE,
        not odd,
        ("重派一遍，抽查员相同", f"重派一遍，抽查员不同：{'、'.join(odd[:8])}"),
        ("assigned again: the same inspectors", f"assigned again: other inspectors: {', '.join(odd[:8])}"),
    )
    classes = {entry["id"]: entry for entry in sheet["classes"]}
    people = {one["id"]: one for one in sheet["inspectors"]}
    pairs = [(e["class"], one) for e in sheet["drawn"] for one in e["inspectors"]]
    bad = [f"{name}–{one}" for name, one in pairs if conflict(classes[name], people[one])]
    yield _line(
        PEOPLE,
        not bad,
        ("没有应回避的派遣", f"应回避而未回避：{'、'.join(bad[:8])}"),
        ("no conflict of interest", f"conflicts of interest: {', '.join(bad[:8])}"),
    )
    over = [one for one, count in Counter(one for _, one in pairs).items() if count > people[one]["max_load"]]
    yield _line(
        PEOPLE,
        not over,
        ("无人超过上限", f"超过上限：{'、'.join(over[:8])}"),
        ("nobody above the limit", f"above the limit: {', '.join(over[:8])}"),
    )


def read(path: Path) -> dict[str, Any]:
    """The JSON object in the file; what is none says so."""
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path.name}: got a file of more than {MOST_BYTES >> 20} MB, expected a draw")
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise ValueError(f"{path.name}: got no JSON object, expected a draw")  # noqa: TRY004 - the text is wrong
    return value


def main() -> int:
    """Check the draw and print what was found."""
    options = argparse.ArgumentParser(description="核验双随机抽查结果 check a published draw")
    options.add_argument("sheet", nargs="?", type=Path, default=Path(__file__).resolve().parent / "draw.json")
    options.add_argument("--kept", type=Path, help="抽查前留存的承诺 the commitment that you kept")
    options.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = options.parse_args()
    try:
        lines = check(read(asked.sheet), read(asked.kept) if asked.kept else None)
    except (OSError, ValueError, RecursionError) as error:
        lines = [DrawLine(LISTS, BAD, f"无法读取：{error}", f"cannot be read: {error}")]
    out, part = [], ""
    for line in lines:
        out += [line.part] if line.part != part else []
        part = line.part
        out.append(f"  {line.mark} {line.zh if asked.lang == 'zh' else line.en}")
    good = all(line.mark != BAD for line in lines)
    verdict = ("✓ 抽查可复现", "✓ the draw holds") if good else ("✗ 抽查不可信", "✗ do not believe the draw")
    out.append(verdict[asked.lang == "en"])
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())
    return 0 if good else 30


if __name__ == "__main__":
    sys.exit(main())
