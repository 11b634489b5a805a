"""A leave list (请假表) beside the roster: spans are joined to the people they name."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from facts.course import Trainee
from facts.id_number import IdNumber
from facts.span import Span, union
from ingest.tables.cells import CellKind, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.ids import id_number
from ingest.tables.leave import LeaveCalendar, leave_spans, whole_day
from ingest.tables.moments import clock_of, day_of, moment_of
from ingest.tables.roster import tell_unread_leave
from ingest.tables.row_words import bare_name
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.summary_rows import entries, tell_hidden


def with_leave(
    trainees: tuple[Trainee, ...], layout: SheetLayout, course: LeaveCalendar, faults: Faults
) -> tuple[Trainee, ...]:
    """The trainees with the leave that the sheet grants; a row that fits nobody or no time leaves a fault."""
    granted: dict[str, list[Span]] = {}
    names = Counter(trainee.name for trainee in trainees)
    for row in entries(layout, faults, ("请假", "leave")).rows:
        tell_hidden(row, layout.sheet, ("请假", "leave"), faults)
        name = bare_name(layout.cell(row, "name").plain)
        number = id_number(layout.cell(row, "id"))
        if not name and not isinstance(number, IdNumber):
            continue
        person = _person(trainees, name, number if isinstance(number, IdNumber) else None, names)
        spans = _spans(layout, row, course, faults)
        if person is None:
            faults.fault(
                layout.place(row, "name"),
                "请假人不在花名册中，或同名且没有身份证号，此行未用；请补身份证号",
                "this person is not on the roster, or shares a name and has no ID number: the row was not used; "
                "add the ID number",
            )
            continue
        granted.setdefault(person.key, []).extend(spans)
    return tuple(replace(trainee, leave=union((*trainee.leave, *granted.get(trainee.key, ())))) for trainee in trainees)


def _person(trainees: tuple[Trainee, ...], name: str, number: IdNumber | None, names: Counter[str]) -> Trainee | None:
    if number is not None:
        found = next((trainee for trainee in trainees if trainee.id_number == number), None)
        if found:
            return found
    if names[name] != 1:
        return None
    alone = next(trainee for trainee in trainees if trainee.name == name)
    return None if number and alone.id_number else alone


def _spans(layout: SheetLayout, row: SheetRow, course: LeaveCalendar, faults: Faults) -> tuple[Span, ...]:
    ranged = _range(layout, row, course)
    if ranged:
        return (ranged,)
    cell = layout.cell(row, "date") or layout.cell(row, "from")
    day = day_of(cell, course.years) if cell.kind is not CellKind.TEXT else None
    words = " ".join(filter(None, (day.isoformat() if day else cell.plain, _hour_words(layout, row))))
    spans, unread = leave_spans(words, course)
    for each in unread or (() if spans else (words,)):
        tell_unread_leave(layout.place(row, "date"), each, faults)
    return spans


def _hour_words(layout: SheetLayout, row: SheetRow) -> str:
    """The hour, or the times of day, that narrow the leave: leaving them out would grant too much."""
    hour = layout.cell(row, "hour").plain
    hour = f"第{hour}学时" if hour[-1:].isdecimal() else hour
    first, last = (clock_of(layout.cell(row, name)) for name in ("from", "to"))
    if layout.cell(row, "date") and first is not None and last is not None:
        return f"{_shown(first)}-{_shown(last)}"
    return hour


def _shown(clock: timedelta) -> str:
    minutes = int(clock.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _range(layout: SheetLayout, row: SheetRow, course: LeaveCalendar) -> Span | None:
    first, last = layout.cell(row, "from"), layout.cell(row, "to")
    start_day, end_day = day_of(first, course.years), day_of(last, course.years)
    if not start_day or not end_day or end_day < start_day:
        return None
    start = moment_of(first, course.years) or whole_day(start_day).start
    end = moment_of(last, course.years) or whole_day(end_day).end
    if end == whole_day(end_day).start:
        end += timedelta(days=1)
    return Span(start, end) if start < end else None
