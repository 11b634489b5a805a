"""All tables of a folder, told apart by their headers, joined to one roster, one plan and one list of check-ins."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from facts.check_in import CheckIn
from facts.counting import counted, noun
from facts.course import ClassHour, Trainee
from facts.report import InputFile
from facts.span import local, local_day
from ingest.manifest import MANIFEST_NAME, Manifest
from ingest.tables.cell_faults import tell_cells
from ingest.tables.cells import Sheet
from ingest.tables.check_ins import read_checkins
from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.fault import Faults, TableFault
from ingest.tables.folder import Candidate, candidates
from ingest.tables.headers import classify, is_summary
from ingest.tables.hour_numbers import numbered, tell_overlaps, without_repeats
from ingest.tables.leave import LeaveCalendar
from ingest.tables.leave_sheet import with_leave
from ingest.tables.lists_set_aside import normal_file_name, reasons, unknown_lists
from ingest.tables.moments import Years, day_of, month_in, years_in
from ingest.tables.periods import period_times
from ingest.tables.roster import Roster, read_roster
from ingest.tables.roster_sheets import roster_parts
from ingest.tables.shapes import ShapedSheet, shape_of
from ingest.tables.sheet import read_sheets
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.sheet_parts import parts_beside, tell_second_names
from ingest.tables.synonyms import ROLE_ZH, TableRole
from ingest.tables.timetable import read_timetable
from ingest.tables.timetable_sheets import TimetableSheet, timetable_parts
from ingest.tables.week_grids import lies_across

__all__ = ["ColumnQuestion", "TableFault", "Tables", "read_tables"]

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
        self.shapes: list[ShapedSheet] = []
        self.other_sheets: list[Sheet] = []
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
        """A list that the institution set aside: its kind is shown, and nothing is read from it."""
        listed = [(sheet, classify(sheet, self.manifest.columns)) for sheet in sheets]
        found = [shape_of(sheet, each, self.manifest.columns) or each for sheet, each in listed]
        self.used[candidate.name] = [each.role for each in found if each]
        self.files[candidate.name] = (candidate, Faults())

    def classified(self, sheet: Sheet, faults: Faults) -> SheetLayout | ColumnQuestion | ShapedSheet | None:
        listed = classify(sheet, self.manifest.columns)
        found = shape_of(sheet, listed, self.manifest.columns) or listed
        if found is None or (isinstance(found, ColumnQuestion) and (period_times(sheet) or lies_across(sheet))):
            self.tell_other(sheet, faults)
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
            self.questions += [found] if found.headers else []  # without a head there is nothing to choose from
        elif isinstance(found, ShapedSheet):
            self.shapes.append(found)
        else:
            self.add_layout(found, faults)
        return found

    def add_layout(self, layout: SheetLayout, faults: Faults) -> None:
        parts = parts_beside(layout)
        if len(parts) > 1:
            faults.note(
                layout.sheet.where,
                f"表头从左到右重复，按并排{'两' if len(parts) == 2 else len(parts)}份名单读",  # noqa: PLR2004 - two are called 两
                f"the head repeats from left to right: read as {counted(len(parts), 'list')} side by side",
            )
        else:
            tell_second_names(layout, faults)
        self.layouts += parts

    def tell_other(self, sheet: Sheet, faults: Faults) -> None:
        if sheet.hidden:
            return
        self.other_sheets.append(sheet)
        if lies_across(sheet):
            faults.fault(
                sheet.where,
                "认出是“星期 × 节次”的课表，但星期在左侧、节次在上方，还不能这样读，整张表未用；请在 Excel 里复制后“选择性粘贴 › 转置”，"
                "让星期成为表头一行",
                "a weekly grid with its weekdays down the side, which cannot be read so; nothing of it was used: copy it "
                "and paste it transposed in Excel, so that the weekdays are the head",
            )
        if is_summary(sheet):
            faults.note(
                sheet.where,
                "是汇总、统计一类的表，没有逐条记录，未使用；打卡请导出“原始记录”或“打卡时间”",
                "a summary that lists no single record; not used; for check-ins export 原始记录 or 打卡时间",
            )

    def of(self, role: TableRole) -> Iterator[tuple[SheetLayout, Faults]]:
        for layout in self.layouts:
            if layout.role is role:
                yield layout, self.files[layout.sheet.file][1]

    def shaped(self, role: TableRole) -> Iterator[tuple[ShapedSheet, Faults]]:
        for each in self.shapes:
            if each.role is role:
                yield each, self.files[each.sheet.file][1]

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
        sheets = []
        for layout, faults in self.of(TableRole.TIMETABLE):
            found = Faults()
            hours = read_timetable(layout, own_years(layout, years), found)
            tell_cells(layout, found)
            sheets.append(TimetableSheet(layout, hours, faults, found))
        for shaped, faults in self.shaped(TableRole.TIMETABLE):
            found = Faults()
            times = period_times(shaped.sheet) or period_times(*self.other_sheets)
            hours = shaped.hours(times, with_words(years, shaped.sheet, shaped.title), found)
            sheets.append(TimetableSheet(shaped, hours, faults, found))
        return self.joined(timetable_parts(sheets))

    def joined(self, parts: Sequence[TimetableSheet]) -> tuple[ClassHour, ...]:
        """The class hours of the sheets that make up the timetable, with what was found in reading those."""
        for part in parts:
            self.used.setdefault(part.source.sheet.file, []).append(TableRole.TIMETABLE)
            for each in part.found.listed():
                part.faults.add(each)
        if not parts:
            return ()
        where = "、".join(dict.fromkeys(part.where for part in parts))
        hours = numbered(without_repeats([hour for part in parts for hour in part.hours], where, parts[-1].faults))
        tell_overlaps(hours, where, parts[-1].faults)
        return hours

    def roster(self, course: LeaveCalendar) -> Roster:
        parts = []
        for layout, faults in roster_parts(list(self.of(TableRole.ROSTER))):
            self.use(layout, faults)
            parts.append((layout, LeaveCalendar(own_years(layout, course.years), course.hours), faults))
        return read_roster(parts)

    def leave(self, trainees: tuple[Trainee, ...], course: LeaveCalendar) -> tuple[Trainee, ...]:
        for layout, faults in self.of(TableRole.LEAVE):
            self.use(layout, faults)
            trainees = with_leave(
                trainees, layout, LeaveCalendar(own_years(layout, course.years), course.hours), faults
            )
        return trainees

    def checkins(self, years: Years) -> tuple[CheckIn, ...]:
        lists: list[tuple[Sheet, Faults, tuple[CheckIn, ...]]] = []
        for layout, faults in self.of(TableRole.CHECKINS):
            self.use(layout, faults)
            lists.append((layout.sheet, faults, read_checkins(layout, own_years(layout, years), faults)))
        for shaped, faults in self.shaped(TableRole.CHECKINS):
            self.used.setdefault(shaped.sheet.file, []).append(TableRole.CHECKINS)
            own = with_words(years, shaped.sheet, shaped.title)
            lists.append((shaped.sheet, faults, shaped.check_ins(own, faults)))
        return without_repeated(lists)

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


def without_repeated(lists: Iterable[tuple[Sheet, Faults, tuple[CheckIn, ...]]]) -> tuple[CheckIn, ...]:
    """All sign-ins in the order of their times; what a person, time and device say twice counts once and is told.

    A month sheet repeats a list that names the device as well, down to the minute.
    """
    kept: dict[object, CheckIn] = {}
    minutes: set[object] = set()
    for sheet, faults, found in lists:
        known = len(kept)
        before = frozenset(minutes)
        for each in found:
            minute = (each.at.replace(second=0), each.name)
            if not (each.device or each.id_number) and minute in before:
                continue
            kept.setdefault((each.at, each.name, each.id_number, each.device), each)
            minutes.add(minute)
        repeats = len(found) - (len(kept) - known)
        if repeats:
            faults.note(
                sheet.where,
                f"{repeats} 条打卡重复（同人同时同设备），只计一次",
                f"{counted(repeats, 'check-in is', 'check-ins are')} repeated (same person, time and device) and {noun(repeats, 'counts', 'count')} once",
            )
    return tuple(sorted(kept.values(), key=lambda each: each.at))


def own_years(layout: SheetLayout, years: Years) -> Years:
    """The year that the table's own title states, unless the course's dates already decide."""
    return with_words(years, layout.sheet, layout.title)


def with_words(years: Years, sheet: Sheet, title: str) -> Years:
    """The years with what the sheet's name and title say: its year, and its month for days written alone."""
    stated = years_in(title)
    month = month_in(sheet.name) or month_in(title)
    own = Years(stated.pop()) if len(stated) == 1 and years.course is None else years
    return replace(own, month=month)


def _around(hours: tuple[ClassHour, ...]) -> Years:
    days = [local_day(hour.span.start) for hour in hours]
    return Years(None, (min(days), max(days)))
