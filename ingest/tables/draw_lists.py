"""The lists of a spot check: classes and inspectors from XLSX, XLS, CSV or JSON, rules from TOML or JSON."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from facts.codec import build
from facts.errors import Fault, FaultsError, InputError
from facts.spot_check import DrawClass, DrawRules, Inspector
from ingest.tables.cells import CellKind, Sheet, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.headers import header_key
from ingest.tables.moments import Years, day_of
from ingest.tables.sheet import read_sheets

_SEARCHED_ROWS = 20
_BETWEEN = ("、", ",", "，", ";", "；", "\n", "|")
_CLASSES = {
    "id": "班期编号 班期号 班期 班级编号 编号 class id",
    "institution": "培训机构 机构 机构名称 培训机构名称 institution",
    "locality": "地区 所在地区 县区 区县 行政区划 locality",
    "programme": "培训项目 项目 工种 培训工种 职业 programme",
    "day": "日期 上课日期 核查日期 培训日期 day date",
    "stratum": "层 分层 抽样层 类别 stratum",
    "weight": "权重 weight",
}
_INSPECTORS = {
    "id": "编号 工号 抽查员编号 核查员编号 执法证号 id inspector",
    "name": "姓名 抽查员 抽查员姓名 核查员 核查员姓名 检查人员 name",
    "unit": "单位 工作单位 部门 unit",
    "avoid_institutions": "回避机构 利益冲突机构 avoid_institutions",
    "avoid_localities": "回避地区 籍贯 avoid_localities",
    "relatives_at": "亲属任职机构 亲属所在机构 relatives_at",
    "max_load": "最多承担 最多任务数 上限 任务上限 max_load",
}
_LISTS = ("avoid_institutions", "avoid_localities", "relatives_at")
_WHOLE = ("weight", "max_load")

Entry = TypeVar("Entry", DrawClass, Inspector)


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a list's header lies, and which column holds which field."""

    sheet: Sheet
    columns: Mapping[str, int]
    first_row: int


def read_classes(path: Path) -> tuple[DrawClass, ...]:
    """The classes that are drawn from, or every fault of the file at once."""
    return _read(path, DrawClass, _CLASSES, ("id", "institution"))


def read_inspectors(path: Path) -> tuple[Inspector, ...]:
    """The inspectors who may be sent, or every fault of the file at once."""
    return _read(path, Inspector, _INSPECTORS, ("id", "name"))


def read_rules(path: Path) -> DrawRules:
    """The declared rules, TOML or JSON by the file's name."""
    text = _text(path)
    try:
        value = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: got text that cannot be read ({error}), expected TOML or JSON rules") from error
    return build(DrawRules, value, path.name)


def _read(path: Path, kind: type[Entry], names: Mapping[str, str], needed: Sequence[str]) -> tuple[Entry, ...]:
    values = _from_json(path) if path.suffix.lower() == ".json" else _from_table(path, names, needed)
    faults: list[Fault] = []
    entries = [_built(kind, value, where, faults) for where, value in values]
    if faults:
        raise FaultsError(faults)
    return tuple(entry for entry in entries if entry is not None)


def _built(kind: type[Entry], value: object, where: str, faults: list[Fault]) -> Entry | None:
    try:
        return build(kind, value, where)
    except FaultsError as error:
        faults += error.faults
    return None


def _from_json(path: Path) -> list[tuple[str, object]]:
    try:
        value = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: got text that is not JSON ({error}), expected a list of objects") from error
    if not isinstance(value, list):
        raise InputError(f"{path.name}: got {type(value).__name__}, expected a list of objects")
    return [(f"{path.name}[{index}]", item) for index, item in enumerate(value)]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got a file that cannot be read ({error}), expected UTF-8 text") from error


def _from_table(path: Path, names: Mapping[str, str], needed: Sequence[str]) -> list[tuple[str, object]]:
    faults = Faults()
    if not path.is_file():
        raise InputError(f"{path}: got no such file, expected a list in XLSX, XLS, CSV or JSON; check the path")
    sheets = read_sheets(path, path.name, faults)
    found = [table for sheet in sheets if (table := _table(sheet, names, needed))]
    if not found:
        wanted = "、".join(names[name].split()[0] for name in needed)
        heads = [cell.plain for sheet in sheets for row in sheet.rows[:1] for cell in row.cells if cell]
        told = [Fault(one.where, one.text.zh, one.text.en) for one in faults.listed() if not one.note]
        told.append(
            Fault(
                path.name,
                f"the columns {'、'.join(heads[:20]) or 'none'}",
                f"columns for {wanted} ({', '.join(needed)})",
            )
        )
        raise FaultsError(told)
    odd = [Fault(one.where, one.text.zh, one.text.en) for one in faults.listed() if not one.note]
    if odd:
        raise FaultsError(odd)
    return [line for table in found for line in _lines(table)]


def _table(sheet: Sheet, names: Mapping[str, str], needed: Sequence[str]) -> _Table | None:
    keys = {header_key(word): name for name, words in names.items() for word in words.split()}
    for row in sheet.rows[:_SEARCHED_ROWS]:
        columns: dict[str, int] = {}
        for index, cell in enumerate(row.cells):
            name = keys.get(header_key(cell.plain)) if cell else None
            if name:
                columns.setdefault(name, index)
        if all(name in columns for name in needed):
            return _Table(sheet, columns, row.number + 1)
    return None


def _lines(table: _Table) -> Iterator[tuple[str, object]]:
    years = Years()
    for row in table.sheet:
        if row.number < table.first_row or not any(row.at(column) for column in table.columns.values()):
            continue
        yield table.sheet.place(row.number), dict(_values(table, row, years))


def _values(table: _Table, row: SheetRow, years: Years) -> Iterator[tuple[str, object]]:
    for name, column in table.columns.items():
        cell = row.at(column)
        if not cell:
            continue
        if cell.kind is CellKind.ERROR:
            yield name, None  # #REF! and its like are no value, and the fault names the place
        elif name in _LISTS:
            yield name, _parts(cell.plain)
        elif name in _WHOLE:
            yield name, int(cell.plain) if cell.plain.isdecimal() else cell.plain
        elif name == "day":
            day = day_of(cell, years)
            yield name, day.isoformat() if isinstance(day, date) else cell.plain
        else:
            yield name, cell.plain


def _parts(text: str) -> list[str]:
    for sign in _BETWEEN:
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]
