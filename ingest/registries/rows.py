"""One line of each registry to the record it states."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from facts.id_number import IdNumber
from facts.registry import (
    BenefitPeriod,
    CatalogueEntry,
    Certificate,
    Course,
    CourseOf,
    Employment,
    Enrolment,
    Party,
    Person,
    Post,
    Registry,
    RegistryRow,
    Sanction,
    Session,
    pension_kind,
)
from facts.text import Text
from ingest.registries import values
from ingest.registries.values import UnreadError
from ingest.tables.cells import BLANK, Cell, CellKind, SheetRow
from ingest.tables.ids import id_number

T = TypeVar("T")
_NOT_OF_A_COURSE = frozenset({"name", "id", "group", "amount", "paid", "account"})
_MOST_KNOWN = 65_536
_EMPTY = Text("此处为空，必须填写", "nothing stands here; it is needed")


class KnownValues:
    """What the texts of each column mean, asked once for each text: in a register most of them repeat."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self.columns: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.course_columns = [column for name, column in columns.items() if name not in _NOT_OF_A_COURSE]
        self.courses: dict[tuple[object, ...], Course] = {}
        self._parties: dict[tuple[str, str], Party] = {}

    def party(self, code: str, name: str) -> Party:
        """The one record of a party that many lines name."""
        known = self._parties.get((code, name))
        if known is None:
            known = self._parties[code, name] = Party(code, name)
        return known


class RegistryLine:
    """One line, asked field by field; every cell that cannot be believed is kept as a fault."""

    def __init__(self, row: SheetRow, columns: Mapping[str, int], known: "KnownValues", *, rounded: bool) -> None:
        self._cells, self._columns, self._known, self._rounded = row.cells, columns, known, rounded
        self.faults: list[UnreadError] = []

    def cell(self, name: str) -> Cell:
        """The cell of the field, blank where the sheet has no such column."""
        column = self._columns.get(name)
        return BLANK if column is None or column >= len(self._cells) else self._cells[column]

    def get(self, name: str, read: "Callable[[Cell], T | Text | None]") -> T | None:
        """The value, nothing where the cell is blank or cannot be read."""
        column = self._columns.get(name)
        if column is None or column >= len(self._cells):
            return None
        cell = self._cells[column]
        if cell.kind is CellKind.TEXT:  # a field is always read the same way, so its texts need be read once
            known = self._known.columns[name]
            found = known[cell.text] if cell.text in known else self._read(known, cell, read)
        else:
            found = read(cell) if cell else None
        if isinstance(found, Text):
            self.faults.append(UnreadError(name, found))
            return None
        return found

    def _read(
        self, known: "dict[str, T | Text | None]", cell: Cell, read: "Callable[[Cell], T | Text | None]"
    ) -> "T | Text | None":
        found = read(cell)
        if len(known) < _MOST_KNOWN:
            known[cell.text] = found
        return found

    def course(self) -> Course | None:
        """The class that the line names, made once for all its people; nothing where a cell of it is at fault."""
        columns = self._known.course_columns
        cells = [self._cells[each] for each in columns if each < len(self._cells)]
        key = tuple([cell.text if cell.kind is CellKind.TEXT else (cell.kind, cell.text) for cell in cells])
        found = self._known.courses.get(key)
        if found is None:
            before = len(self.faults)
            found = _course(self)
            if len(self.faults) > before:
                return None
            if len(cells) == len(columns) and len(self._known.courses) < _MOST_KNOWN:
                self._known.courses[key] = found
        return found

    def need(self, name: str, read: "Callable[[Cell], T | Text | None]", instead: T) -> T:
        """The value; a blank cell is a fault, and the whole line is then left."""
        before = len(self.faults)
        found = self.get(name, read)
        if found is None and len(self.faults) == before:
            self.faults.append(UnreadError(name, _EMPTY))
        return instead if found is None else found

    def text(self, name: str) -> str:
        """Words of the field, none where it is blank."""
        return self.get(name, values.words) or ""

    def person(self) -> Person | None:
        """Whom the line speaks of."""
        cell = self.cell("id")
        number = id_number(cell, rounded_column=self._rounded)
        if isinstance(number, IdNumber):
            return Person(number, self.text("name"))
        if number is not None or not cell:
            self.faults.append(UnreadError("id", number or _EMPTY))
        return None

    def party(self) -> Party:
        """Whose line it is, by code or by name."""
        cell = self.cell("code")
        code = values.code(cell.plain) if cell else ""
        if isinstance(code, Text):
            self.faults.append(UnreadError("code", code))
            code = ""
        party = self._known.party(code, self.text("institution"))
        if not party.key:
            self.faults.append(UnreadError("institution", _EMPTY))
        return party

    def span(self, *, whole: bool = False) -> tuple[date, date | None]:
        """From a day on, until a day or until now; ``whole``: a month or a year may stand for all its days."""
        first, last = (values.first_day, values.last_day) if whole else (values.day, values.day)
        since, until = self.need("since", first, date.min), self.get("until", last)
        self.ordered("until", since, until)
        return since, until

    def ordered(self, name: str, first: date, last: date | None) -> None:
        """A fault where the last day lies before the first."""
        if last is not None and last < first:
            words = Text(f"{last} 早于开始 {first}", f"{last} is before the beginning, {first}")
            self.faults.append(UnreadError(name, words))


def row_of(registry: Registry, line: RegistryLine) -> RegistryRow | None:
    """The record, or nothing where the line has faults."""
    made = _MAKERS[registry](line)
    return None if line.faults else made


def _enrolment(line: RegistryLine) -> Enrolment | None:
    person, course = line.person(), line.course()
    paid, account = line.get("paid", values.year), line.get("account", values.digits) or ""
    money, group = line.get("amount", values.money), line.text("group")
    return Enrolment(person, course, group, course.days, money, paid, account) if person and course else None


def _course(line: RegistryLine) -> Course:
    first, last = line.need("first", values.first_day, date.min), line.need("last", values.last_day, date.max)
    line.ordered("last", first, last)
    return Course(
        CourseOf(line.party(), line.need("class", values.words, "")),
        values.programme(line.text("programme")),
        line.text("occupation"),
        values.level(line.text("level")),
        line.text("locality"),
        first,
        last,
        line.get("days", values.count),
        line.get("passed", values.count),
        line.get("employed", values.count),
        line.text("policy"),
    )


def _session(line: RegistryLine) -> Session:
    start, end = line.need("start", values.minute, 0), line.need("end", values.minute, 1)
    if end <= start:
        line.faults.append(UnreadError("end", Text("结束不晚于开始", "the end is not after the start")))
    of = CourseOf(line.party(), line.need("class", values.words, ""))
    return Session(of, line.need("day", values.day, date.min), start, end)


def _certificate(line: RegistryLine) -> Certificate | None:
    person, number = line.person(), line.need("number", values.digits, "")
    issued, evaluator = line.need("issued", values.day, date.min), line.party()
    occupation, level = line.text("occupation"), values.level(line.text("level"))
    return Certificate(person, number, evaluator, occupation, level, issued) if person else None


def _employment(line: RegistryLine) -> Employment | None:
    person, (since, until) = line.person(), line.span()
    months, staff = line.get("months", values.count), line.get("staff", values.count)
    employer = line.party()
    return Employment(person, employer, since, until, months, staff) if person else None


def _pension(line: RegistryLine) -> BenefitPeriod | None:
    person, (since, until) = line.person(), line.span()
    return BenefitPeriod(person, pension_kind(line.text("kind")), since, until) if person else None


def _benefit(line: RegistryLine) -> BenefitPeriod | None:
    person, (since, until) = line.person(), line.span(whole=True)
    kind = line.need("kind", values.words, "")
    return BenefitPeriod(person, kind, since, until) if person else None


def _post(line: RegistryLine) -> Post | None:
    person, (since, until), institution = line.person(), line.span(), line.party()
    role = line.text("role")
    return Post(person, institution, role, since, until) if person else None


def _sanction(line: RegistryLine) -> Sanction:
    since, until = line.span()
    return Sanction(line.party(), line.text("kind"), since, until)


def _listed(catalogue: Registry) -> "Callable[[RegistryLine], RegistryRow | None]":
    def made(line: RegistryLine) -> CatalogueEntry:
        since, until = line.span()
        return CatalogueEntry(line.party(), catalogue, since, until)

    return made


_MAKERS: "Mapping[Registry, Callable[[RegistryLine], RegistryRow | None]]" = {
    Registry.REALNAME: _enrolment,
    Registry.SESSIONS: _session,
    Registry.CERTIFICATES: _certificate,
    Registry.EMPLOYMENT: _employment,
    Registry.PENSION: _pension,
    Registry.BENEFITS: _benefit,
    Registry.STAFF: _post,
    Registry.INSTITUTIONS: _listed(Registry.INSTITUTIONS),
    Registry.EVALUATORS: _listed(Registry.EVALUATORS),
    Registry.SANCTIONS: _sanction,
}


def _class_key(of: CourseOf) -> tuple[str, str, str]:
    """The class's fields themselves, which are compared faster than a record in a record."""
    return of.institution.code, of.institution.name, of.number


def natural_key(row: RegistryRow) -> tuple[object, ...]:
    """What makes two lines of one file speak of the same thing."""
    return (type(row), *_KEYS[type(row)](row))


_KEYS: "Mapping[type, Callable[[Any], tuple[object, ...]]]" = {
    # stages of one class are told apart by their days
    Enrolment: lambda row: (
        row.person.id_number.digits,
        *_class_key(row.course.of),
        row.course.first_day,
        row.course.last_day,
    ),
    Session: lambda row: (row.of, row.day, row.start_min),
    Certificate: lambda row: (row.number, row.person.id_number.digits),
    Employment: lambda row: (row.person.id_number.digits, row.employer.key, row.since),
    BenefitPeriod: lambda row: (row.person.id_number.digits, row.kind),
    Post: lambda row: (row.person.id_number.digits, row.institution.key, row.since),
    Sanction: lambda row: (row.institution.key, row.since),
    CatalogueEntry: lambda row: (row.party.key, row.catalogue),
}
