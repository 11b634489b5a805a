"""The roster (花名册) to trainees: a faulty cell loses nobody, and a repeated person is counted once with a fault."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from facts.counting import counted, noun
from facts.course import Trainee
from facts.id_number import IdNumber
from facts.names import masked_name, normal_name
from facts.text import Text
from ingest.tables.cells import Cell, CellKind, SheetRow
from ingest.tables.fault import Faults, TableFault
from ingest.tables.ids import id_number, looks_rounded
from ingest.tables.leave import LeaveCalendar, leave_spans
from ingest.tables.row_words import is_nobody, unmarked
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries

_MAX_NAME = 60
_NO_NAME = re.compile(r"[:，。；,;！!？?]")


@dataclass(frozen=True, slots=True)
class Roster:
    """The trainees in the roster's order, and whatever else it says of each by the trainee's key."""

    trainees: tuple[Trainee, ...] = ()
    extras: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


Part = tuple[SheetLayout, LeaveCalendar, Faults]


def read_roster(parts: Sequence[Part]) -> Roster:
    """Every person that the sheets list together, with a fault for each cell that could not be believed."""
    people: _People | None = None
    for part in parts:
        people = _People(*part, people)
        people.read()
    if people is None:
        return Roster()
    people.tell_sums()
    people.tell_namesakes()
    return Roster(tuple(people.trainees), people.extras)


class _People:
    """One sheet's people, added to those of the sheets before it."""

    def __init__(self, layout: SheetLayout, course: LeaveCalendar, faults: Faults, before: "_People | None") -> None:
        self.layout, self.course, self.faults = layout, course, faults
        self.trainees: list[Trainee] = before.trainees if before else []
        self.extras: dict[str, Mapping[str, str]] = before.extras if before else {}
        self.by_id: dict[str, Trainee] = before.by_id if before else {}
        self.sums: list[tuple[str, int | None, int, Faults]] = before.sums if before else []
        self.rounded = any(looks_rounded(layout.cell(row, "id")) for row in layout.body())

    def read(self) -> None:
        known = len(self.trainees)
        listed = entries(self.layout, self.faults, ("学员", "trainee"))
        for row in listed.rows:
            self.take(row)
        found = len(self.trainees) - known
        if not found:
            self.faults.fault(self.layout.sheet.where, "花名册里没有学员", "the roster lists nobody")
        self.sums.append((self.layout.sheet.where, listed.stated, found, self.faults))

    def take(self, row: SheetRow) -> None:
        name_cell = self.layout.cell(row, "name")
        name = self.name_in(row, name_cell)
        if self.is_no_person(row, name_cell, name):
            return
        if row.hidden:
            self.faults.note(
                self.layout.sheet.place(row.number),
                "此行被隐藏或筛选，仍计入花名册；若不属于本班，请删除该行",
                "this row is hidden or filtered and still counts; delete it if the person is not of this class",
            )
        number, repeated = self.number_of(row, name)
        if not repeated:
            self.add(row, name, number)

    def name_in(self, row: SheetRow, cell: Cell) -> str:
        """The name without a star before it, which may say that somebody has left: that is asked."""
        name = normal_name(cell.plain)
        if bare := unmarked(name):
            self.faults.fault(
                self.layout.place(row, "name"),
                f"{masked_name(bare)} 的姓名前有“{name.removesuffix(bare)}”，仍计入花名册；若表示退学等不再参训，请删除该行，"
                "否则请去掉符号",
                f"the name {masked_name(bare)} has {name.removesuffix(bare)!r} before it and still counts; delete the row "
                "if it means that the person has left, else take the sign away",
            )
        return bare or name

    def is_no_person(self, row: SheetRow, cell: Cell, name: str) -> bool:
        place = self.layout.place(row, "name")
        if not name:
            if self.layout.cell(row, "id") or self.layout.cell(row, "phone"):
                self.faults.fault(
                    place,
                    "有证件号或手机号但没有姓名，未计入；请补姓名",
                    "an ID or phone but no name: the row was not counted; add the name",
                )
            return True
        if cell.kind is not CellKind.TEXT or len(name) > _MAX_NAME or self.is_nobody(row, name):
            self.faults.fault(
                place,
                "姓名一栏不是姓名，该行未计入；是学员请补身份证号，否则请删除该行",
                "the name cell holds no name; the row was not counted; add the ID number if it is a trainee, else delete it",
            )
            return True
        return False

    def is_nobody(self, row: SheetRow, name: str) -> bool:
        """Whether the words name no person: only an ID number makes them one, a sum or a school may have a phone."""
        if self.layout.cell(row, "id"):
            return False
        return is_nobody(name) or bool(_NO_NAME.search(name) and not self.layout.cell(row, "phone"))

    def number_of(self, row: SheetRow, name: str) -> tuple[IdNumber | None, bool]:
        found = id_number(self.layout.cell(row, "id"), rounded_column=self.rounded)
        place = self.layout.place(row, "id")
        if isinstance(found, Text):
            self.faults.add(TableFault(place, found))
            return None, False
        if found is None:
            if "id" in self.layout.columns:
                self.faults.fault(
                    place,
                    "没有身份证号，只能按姓名核对；请补上",
                    "no ID number, so only the name can be matched; add it",
                )
            return None, False
        twin = self.by_id.get(found.digits)
        if twin is None:
            return found, False
        return self.tell_twin(place, name, found, twin)

    def tell_twin(self, place: str, name: str, number: IdNumber, twin: Trainee) -> tuple[IdNumber | None, bool]:
        if twin.name == name:
            self.faults.fault(
                place,
                f"与 {twin.where} 是同一人（{masked_name(name)} {number.tail}），只计一次；请删除重复行",
                f"the same person as {twin.where} ({masked_name(name)} {number.tail}), counted once; "
                "delete the repeated row",
            )
            return number, True
        self.faults.fault(
            place,
            f"身份证号与 {twin.where} 相同（{number.masked}）但姓名不同，两人都保留，此人不带证件号；请核对",
            f"the ID number equals that of {twin.where} ({number.masked}) under another name; both were kept, "
            "this one without a number; check both",
        )
        return None, False

    def add(self, row: SheetRow, name: str, number: IdNumber | None) -> None:
        where = self.layout.sheet.place(row.number)
        spans, unread = leave_spans(self.layout.cell(row, "leave").plain, self.course)
        for words in unread:
            tell_unread_leave(self.layout.place(row, "leave"), words, self.faults)
        trainee = Trainee(
            key=f"t{len(self.trainees) + 1:03}",
            name=name,
            id_number=number,
            phone=self.layout.cell(row, "phone").plain,
            group=self.layout.cell(row, "group").plain,
            leave=spans,
            where=where,
        )
        self.trainees.append(trainee)
        self.extras[trainee.key] = self.rest(row)
        if number:
            self.by_id[number.digits] = trainee

    def rest(self, row: SheetRow) -> dict[str, str]:
        used = {column for name in ("name", "id", "phone", "group") for column in self.layout.columns.get(name, ())}
        return {
            header: row.at(column).plain
            for column, header in self.layout.headers.items()
            if header and column not in used and row.at(column)
        }

    def tell_sums(self) -> None:
        """A sum speaks of its own list, or of all that stand on its sheet."""
        for where, stated, found, faults in self.sums:
            if stated not in {None, found, sum(each[2] for each in self.sums if each[0] == where)}:
                faults.fault(
                    where,
                    f"合计写的是 {stated} 人，读到 {found} 人；请核对是否漏了人或多了人",
                    f"the sum says {counted(stated, 'person')}, {found} {noun(found, 'was', 'were')} read; check whether somebody is missing",
                )

    def tell_namesakes(self) -> None:
        by_name: dict[str, list[Trainee]] = {}
        for trainee in self.trainees:
            by_name.setdefault(trainee.name, []).append(trainee)
        for name, group in by_name.items():
            if len(group) > 1:
                self.tell_group(name, group)

    def tell_group(self, name: str, group: list[Trainee]) -> None:
        others = "、".join(trainee.where for trainee in group[1:])
        if all(trainee.id_number for trainee in group):
            self.faults.note(
                group[0].where,
                f"{masked_name(name)} 有同名学员（{others}），打卡须带身份证号才能区分",
                f"{masked_name(name)} shares the name with {others}: check-ins need the ID number to tell them apart",
            )
            return
        self.faults.fault(
            group[0].where,
            f"{masked_name(name)} 与 {others} 同名且证件号不全，无法判断是否同一人，均已计入；请补身份证号或删除重复行",
            f"{masked_name(name)} and {others} share a name and lack an ID number: all were counted, but may be one "
            "person; add the ID number or delete the repeated row",
        )


def tell_unread_leave(place: str, words: str, faults: Faults) -> None:
    """The fault of leave words that name no time: no leave is granted for them."""
    shown = words if len(words) <= _MAX_NAME else words[:_MAX_NAME] + "…"
    faults.fault(
        place,
        f"请假“{shown}”看不出是哪天哪学时，未计为请假；请写成如“2025-04-07 第2学时”“4月7日-4月9日”或“全程”",
        f"leave {shown!r} names no day or class hour and was not granted; write it like 2025-04-07 第2学时, "
        "4月7日-4月9日 or 全程",
    )
