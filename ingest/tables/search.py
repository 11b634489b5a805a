"""All tables of a folder, told apart by their headers, joined to one roster, one plan and one list of check-ins."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from facts.check_in import CheckIn
from facts.course import ClassHour, Trainee
from facts.report import InputFile
from facts.span import local, local_day
from ingest.manifest import MANIFEST_NAME, Manifest
from ingest.tables.cells import CellKind, Sheet
from ingest.tables.check_ins import read_checkins
from ingest.tables.fault import Faults, TableFault
from ingest.tables.folder import Candidate, candidates
from ingest.tables.headers import ColumnQuestion, SheetLayout, classify
from ingest.tables.hour_numbers import numbered, tell_overlaps, without_repeats
from ingest.tables.leave import LeaveCalendar
from ingest.tables.leave_sheet import with_leave
from ingest.tables.lists_set_aside import normal_file_name, reasons, unknown_lists
from ingest.tables.moments import Years, day_of, years_in
from ingest.tables.roster import Roster, read_roster
from ingest.tables.sheet import read_sheets
from ingest.tables.synonyms import ROLE_ZH, TableRole
from ingest.tables.timetable import read_timetable

__all__ = ["Question", "TableFault", "Tables", "read_tables"]

_YEAR_SAMPLE_ROWS = 200
_QUIET_ENDINGS = (".txt",)


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables of a folder say together; whatever they lack is empty, with a fault that says so."""

    roster: tuple[Trainee, ...] = ()
    hours: tuple[ClassHour, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    files: tuple[InputFile, ...] = ()
    faults: tuple[TableFault, ...] = ()
    questions: tuple[ColumnQuestion, ...] = ()
    extras: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


def read_tables(
    folder: Path, manifest: Manifest | None = None, *, skip: Collection[Path] = (), year: int | None = None
) -> Tables:
    """Every table in the folder and below; ``year`` serves dates without one where no table states it.

    ``faults`` repeats every fault of ``files`` with its file's name, after those of the folder as a whole.
    """
    return _Finder(folder, manifest or Manifest(), skip, year).tables()


class _Finder:
    def __init__(self, folder: Path, manifest: Manifest, skip: Collection[Path], year: int | None) -> None:
        self.folder, self.manifest, self.skip, self.year = folder, manifest, skip, year
        self.faults = Faults()
        self.files: dict[str, tuple[Candidate, Faults]] = {}
        self.layouts: list[SheetLayout] = []
        self.questions: list[ColumnQuestion] = []
        self.used: dict[str, list[TableRole]] = {}
        self.aside = reasons(self.manifest.settings.aside)

    def tables(self) -> Tables:
        for candidate in candidates(self.folder, self.skip, self.faults):
            self.look_into(candidate)
        years = self.years()
        hours = self.hours(years)
        course = LeaveCalendar(_around(hours) if hours else years, hours)
        roster = self.roster(course)
        trainees = self.leave(roster.trainees, course)
        checkins = self.checkins(course.years)
        self.tell_missing(trainees, hours, checkins)
        own = (each for _, faults in self.files.values() for each in faults.listed())
        faults = (*self.faults.listed(), *self.manifest.notes, *unknown_lists(self.aside, self.files), *own)
        return Tables(trainees, hours, checkins, self.input_files(), faults, tuple(self.questions), roster.extras)

    def look_into(self, candidate: Candidate) -> None:
        faults = Faults()
        sheets = read_sheets(candidate.path, candidate.name, faults)
        if normal_file_name(candidate.name) in self.aside:
            self.put_aside(candidate, sheets)
            return
        found = [each for sheet in sheets if (each := self.classified(sheet, faults))]
        quiet = candidate.name.lower().endswith(_QUIET_ENDINGS)
        if not found and not candidate.by_ending:
            return
        if not found and quiet:
            return
        if not found and sheets and not faults.listed():
            faults.note(
                candidate.name,
                "没有认出花名册、课表或打卡的表头，未使用",
                "no header of a roster, timetable or check-in list was recognised; not used",
            )
        self.files[candidate.name] = (candidate, faults)

    def put_aside(self, candidate: Candidate, sheets: Iterable[Sheet]) -> None:
        """A list that the institution left: it is told what it was, and nothing of it is read."""
        layouts = [classify(sheet, self.manifest.columns) for sheet in sheets]
        self.used[candidate.name] = [layout.role for layout in layouts if layout]
        self.files[candidate.name] = (candidate, Faults())

    def classified(self, sheet: Sheet, faults: Faults) -> SheetLayout | ColumnQuestion | None:
        found = classify(sheet, self.manifest.columns)
        if found is None:
            return None
        if sheet.hidden:
            faults.fault(
                sheet.where,
                f"隐藏的工作表像是{ROLE_ZH[found.role]}，未使用；要用请取消隐藏",
                f"a hidden sheet looks like {found.role} and was not used; unhide it if it should be",
            )
            return None
        if isinstance(found, ColumnQuestion):
            faults.add(TableFault(sheet.where, found.text))
            self.questions.append(found)
        else:
            self.layouts.append(found)
        return found

    def of(self, role: TableRole) -> Iterator[tuple[SheetLayout, Faults]]:
        for layout in self.layouts:
            if layout.role is role:
                yield layout, self.files[layout.sheet.file][1]

    def use(self, layout: SheetLayout, faults: Faults) -> None:
        self.used.setdefault(layout.sheet.file, []).append(layout.role)
        tell_cells(layout, faults)

    def years(self) -> Years:
        """The year of dates that lack one: as the manifest states it, the folder's name, or the other tables."""
        if self.year is not None:
            return Years(self.year)
        about = self.manifest.training_class
        claims = {local(claim.start).year for claim in self.manifest.recordings if claim.start}
        options = (claims, years_in(f"{about.id} {about.name}"), years_in(self.folder.name), self.years_written())
        return next((Years(option.pop()) for option in options if len(option) == 1), Years())

    def years_written(self) -> set[int]:
        found: set[int] = set()
        for layout in self.layouts:
            for row in layout.body()[:_YEAR_SAMPLE_ROWS]:
                for name in ("date", "time", "start"):
                    day = day_of(layout.cell(row, name), Years())
                    found |= {day.year} if day else set()
        return found

    def hours(self, years: Years) -> tuple[ClassHour, ...]:
        found = []
        for layout, faults in self.of(TableRole.TIMETABLE):
            self.use(layout, faults)
            found.extend(read_timetable(layout, own_years(layout, years), faults))
        layouts = list(self.of(TableRole.TIMETABLE))
        if not layouts:
            return ()
        where = "、".join(layout.sheet.where for layout, _ in layouts)
        hours = numbered(without_repeats(found, where, layouts[-1][1]))
        tell_overlaps(hours, where, layouts[-1][1])
        return hours

    def roster(self, course: LeaveCalendar) -> Roster:
        options = list(self.of(TableRole.ROSTER))
        if not options:
            return Roster()
        chosen, faults = max(options, key=lambda option: _roster_weight(option[0]))
        for layout, own in options:
            if layout is not chosen:
                own.note(
                    layout.sheet.where,
                    f"也像花名册，未使用；使用的是 {chosen.sheet.where}",
                    f"also looks like a roster and was not used; {chosen.sheet.where} was",
                )
        self.use(chosen, faults)
        return read_roster(chosen, LeaveCalendar(own_years(chosen, course.years), course.hours), faults)

    def leave(self, trainees: tuple[Trainee, ...], course: LeaveCalendar) -> tuple[Trainee, ...]:
        for layout, faults in self.of(TableRole.LEAVE):
            self.use(layout, faults)
            trainees = with_leave(
                trainees, layout, LeaveCalendar(own_years(layout, course.years), course.hours), faults
            )
        return trainees

    def checkins(self, years: Years) -> tuple[CheckIn, ...]:
        kept: dict[object, CheckIn] = {}
        for layout, faults in self.of(TableRole.CHECKINS):
            self.use(layout, faults)
            found = read_checkins(layout, own_years(layout, years), faults)
            known = len(kept)
            for each in found:
                kept.setdefault((each.at, each.name, each.id_number, each.device), each)
            repeats = len(found) - (len(kept) - known)
            if repeats:
                faults.note(
                    layout.sheet.where,
                    f"{repeats} 条打卡重复（同人同时同设备），只计一次",
                    f"{repeats} check-ins are repeated (same person, time and device) and count once",
                )
        return tuple(sorted(kept.values(), key=lambda each: each.at))

    def tell_missing(self, trainees: Iterable[object], hours: Iterable[object], checkins: Iterable[object]) -> None:
        found = {TableRole.ROSTER: trainees, TableRole.TIMETABLE: hours, TableRole.CHECKINS: checkins}
        for role, records in found.items():
            if not records:
                self.faults.fault(
                    self.folder.name or ".",
                    f"没有可用的{ROLE_ZH[role]}；请放入 .xlsx、.xls 或 .csv",
                    f"no usable {role}; add one as .xlsx, .xls or .csv",
                )

    def input_files(self) -> tuple[InputFile, ...]:
        tables = tuple(
            InputFile(
                name,
                "+".join(dict.fromkeys(self.used.get(name, ()))) or "table",
                candidate.size_bytes,
                faults=tuple(each.within(name) for each in faults.listed()),
                aside=self.aside.get(normal_file_name(name), ""),
            )
            for name, (candidate, faults) in self.files.items()
        )
        if not self.manifest.size_bytes:
            return tables
        told = (*self.manifest.notes, *unknown_lists(self.aside, self.files))
        notes = tuple(each.within(MANIFEST_NAME) for each in told)
        return (InputFile(MANIFEST_NAME, "manifest", self.manifest.size_bytes, faults=notes), *tables)


def own_years(layout: SheetLayout, years: Years) -> Years:
    """The year that the table's own title states, unless the course's dates already decide."""
    stated = years_in(layout.title)
    return Years(stated.pop()) if len(stated) == 1 and years.course is None else years


def _around(hours: tuple[ClassHour, ...]) -> Years:
    days = [local_day(hour.span.start) for hour in hours]
    return Years(None, (min(days), max(days)))


def _roster_weight(layout: SheetLayout) -> tuple[bool, bool, int, int]:
    return (layout.titled(TableRole.ROSTER), "id" in layout.columns, len(layout.columns), len(layout.body()))


def tell_cells(layout: SheetLayout, faults: Faults) -> None:
    """Errors, saved formula results and hidden columns among the columns that are used."""
    columns = sorted({column for found in layout.columns.values() for column in found})
    formulas = 0
    for row in layout.body():
        for column in columns:
            cell = row.at(column)
            formulas += int(cell.formula)
            if cell.kind is CellKind.ERROR:
                faults.fault(
                    layout.sheet.place(row.number, column),
                    f"单元格是错误值 {cell.plain[:12]}，当作空白；请改正公式",
                    f"the cell shows the error {cell.plain[:12]} and was taken as blank; mend the formula",
                )
    if formulas:
        faults.note(
            layout.sheet.where,
            f"{formulas} 个单元格是公式，用的是文件里保存的结果",
            f"{formulas} cells are formulas; the results saved in the file were used",
        )
    hidden = [layout.headers.get(column, "") for column in columns if column in layout.sheet.hidden_columns]
    if hidden:
        faults.note(
            layout.sheet.where,
            f"隐藏的列也已使用：{'、'.join(hidden)}",
            f"hidden columns were used too: {', '.join(hidden)}",
        )
