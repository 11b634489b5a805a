"""A registry file to rows: the sheet found by its header, and every line that cannot be believed reported by its cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facts.counting import counted
from facts.registry import Registry, RegistryRow
from facts.text import Text
from ingest.registries.columns import COLUMNS, FIELD_ZH, REQUIRED, TITLES
from ingest.registries.rows import KnownValues, RegistryLine, natural_key, row_of
from ingest.tables.bounds import OF_A_REGISTRY
from ingest.tables.cells import Cell, CellKind, Sheet, SheetRow
from ingest.tables.fault import Faults, TableFault
from ingest.tables.headers import header_key
from ingest.tables.ids import looks_rounded
from ingest.tables.sheet import read_sheets

_SEARCHED_ROWS = 40
_CLOSING = ("合计", "总计", "共计", "小计", "备注", "说明", "制表", "填表", "审核", "单位负责人", "经办")
_MERGE_FAULTS = 50


@dataclass(frozen=True, slots=True)
class ReadRegistry:
    """The believable rows, and what keeps the file from being used whole; ``left_out`` counts faulty lines.

    A ``damaged`` file has faults that no single line answers for, so leaving lines out does not mend it.
    """

    rows: tuple[RegistryRow, ...] = field(default=(), repr=False)
    faults: tuple[TableFault, ...] = ()
    notes: tuple[TableFault, ...] = ()
    left_out: int = 0
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    sheet: Sheet
    header: SheetRow
    columns: Mapping[str, int]


def read_registry(path: Path, registry: Registry) -> ReadRegistry:
    """Every line of the file as a row of the registry, or why not; never half a line."""
    faults = Faults()
    sheets = [sheet for sheet in read_sheets(path, path.name, faults, OF_A_REGISTRY) if sheet.rows]
    found = [each for sheet in sheets if (each := _header(sheet, registry))]
    if not found:
        for sheet in sheets[:3]:
            _ask(sheet, registry, faults)
        if not sheets and not faults.listed():
            faults.fault(path.name, "文件里没有内容", "the file is empty")
        return ReadRegistry((), faults.listed(), damaged=True)
    reader = _Reader(registry, faults)
    damaged = any(not each.note for each in faults.listed())
    for each in found:
        reader.take(each)
    if not reader.rows and not reader.left_out:
        faults.fault(path.name, "表头之下没有数据", "there is nothing below the header")
    listed = faults.listed()
    serious = tuple(each for each in listed if not each.note)
    notes = tuple(each for each in listed if each.note)
    return ReadRegistry(tuple(reader.rows.values()), serious, notes, reader.left_out, damaged or reader.merged)


class _Reader:
    def __init__(self, registry: Registry, faults: Faults) -> None:
        self.registry, self.faults = registry, faults
        self.rows: dict[tuple[object, ...], RegistryRow] = {}
        self.places: dict[tuple[object, ...], int] = {}
        self.left_out = 0
        self.merged = False

    def take(self, found: _Found) -> None:
        body = [row for row in found.sheet if row.number > found.header.number]
        column = found.columns.get("id")
        rounded = column is not None and any(
            looks_rounded(cell) for row in body if _may_be_rounded(cell := row.at(column))
        )
        self.tell_merges(found)
        known = KnownValues(found.columns)
        formulas = 0
        for row in body:
            if True in [cell.formula for cell in row.cells]:
                formulas += sum(row.at(each).formula for each in found.columns.values())
            if not _is_closing(row, found.columns):
                self.take_row(found, row, known, rounded=rounded)
        if formulas:
            self.faults.note(
                found.sheet.where,
                f"{formulas} 个单元格是公式，用的是文件里保存的结果",
                f"{counted(formulas, 'cell is a formula', 'cells are formulas')}; the results saved in the file were used",
            )

    def take_row(self, found: _Found, row: SheetRow, known: KnownValues, *, rounded: bool) -> None:
        line = RegistryLine(row, found.columns, known, rounded=rounded)
        made = row_of(self.registry, line)
        for each in line.faults:
            self.faults.add(TableFault(found.sheet.place(row.number, found.columns.get(each.field)), each.text))
        if made is None:
            self.left_out += 1
            return
        key = natural_key(made)
        before = self.rows.setdefault(key, made)
        first = self.places.setdefault(key, row.number)
        if first == row.number:
            return
        place = found.sheet.place(row.number)
        if before == made:
            self.faults.note(place, "与前面的行完全相同，只计一次", "the same as an earlier row; counted once")
            return
        self.left_out += 1
        self.faults.fault(
            place,
            f"与第 {first} 行是同一条记录但内容不同，请只留一行",
            f"the same record as row {first} with other contents; keep one of them",
        )

    def tell_merges(self, found: _Found) -> None:
        used = set(found.columns.values())
        merges = [each for each in found.sheet.merges if each.bottom > max(each.top, found.header.number)]
        for merge in merges[:_MERGE_FAULTS]:
            if merge.top > found.header.number and used & set(range(merge.left, merge.right + 1)):
                self.merged = True
                self.faults.fault(
                    found.sheet.place(merge.top, merge.left),
                    f"合并单元格（到第 {merge.bottom} 行），只有第一行有值；请取消合并并逐行填写",
                    f"merged down to row {merge.bottom}, so only the first row has the value; unmerge and fill each row",
                )


def _may_be_rounded(cell: Cell) -> bool:
    """Spares most numbers the full look: what Excel rounds ends in zeros, or stands there as a power of ten."""
    text = cell.text
    return cell.kind is CellKind.NUMBER or text.endswith("00") or not (text.isdecimal() or text[:-1].isdecimal())


def _is_closing(row: SheetRow, columns: Mapping[str, int]) -> bool:
    if "id" in columns and row.at(columns["id"]):
        return False
    if not any(row.at(column) for column in columns.values()):
        return True
    first = next((cell.plain for cell in row.cells if cell), "")
    return first.startswith(_CLOSING)


def _header(sheet: Sheet, registry: Registry) -> _Found | None:
    found = [
        _Found(sheet, row, columns)
        for row in sheet.rows[:_SEARCHED_ROWS]
        if (columns := _columns(row, registry)) and not _missing(registry, columns)
    ]
    return max(found, key=lambda each: len(each.columns), default=None)


def columns_found(sheet: Sheet, registry: Registry) -> int:
    """How many columns of the registry the sheet has; 0 where one is missing that it cannot do without."""
    found = _header(sheet, registry)
    return len(found.columns) if found else 0


def _columns(row: SheetRow, registry: Registry) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        if cell.kind is CellKind.TEXT:
            for name in _KEYS[registry].get(header_key(cell.plain), ()):
                if name not in columns:
                    columns[name] = index
                    break
    return columns


def _missing(registry: Registry, columns: Mapping[str, int]) -> list[str]:
    return [options[0] for options in REQUIRED[registry] if not any(name in columns for name in options)]


def _ask(sheet: Sheet, registry: Registry, faults: Faults) -> None:
    """What is missing, and as what else the file might be read."""
    best = max(sheet.rows[:_SEARCHED_ROWS], key=lambda row: len(_columns(row, registry)))
    missing = _missing(registry, _columns(best, registry))
    others = [other for other in Registry if other is not registry and _header(sheet, other)]
    likely = max(others, key=lambda other: len(_header(sheet, other).columns), default=None)  # type: ignore[union-attr] # found above
    zh = "、".join(FIELD_ZH.get(name, name) for name in missing)
    text = Text(
        f"不像{TITLES[registry].zh}：缺少列 {zh}；表头为 {_shown(best)}",
        f"does not look like {TITLES[registry].en}: no column {', '.join(missing)}; the header reads {_shown(best)}",
    )
    if likely:
        text = Text(
            f"{text.zh}。像是{TITLES[likely].zh}，请用 --as {likely}", f"{text.en}. It looks like --as {likely}"
        )
    faults.add(TableFault(sheet.place(best.number), text))


def _shown(row: SheetRow) -> str:
    return " | ".join(
        cell.plain[:12] for cell in row.cells if cell.kind is CellKind.TEXT and not any(map(str.isdigit, cell.plain))
    )


def _keys(fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in fields.items():
        for word in words.split():
            found[header_key(word)] = (*found.get(header_key(word), ()), name)
    return found


_KEYS = {registry: _keys(fields) for registry, fields in COLUMNS.items()}
