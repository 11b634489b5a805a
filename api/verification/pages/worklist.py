"""What the first page says of classes: failing and unproven hours, verifications given up."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection

from api.http.discovery import TodoItem
from facts.counting import counted
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from report.times import day as named_day
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.addresses import NO_REPORT, class_path, day_path, files_path
from runtime.platform.service import Service
from runtime.sealing.enqueue import SEAL
from storage.database.verification.worklist import (
    WorklistHour,
    classes_by_status,
    classes_without_files,
    failed_jobs,
    waiting_jobs,
    worklist_hours,
)

_EACH, _LOOK_AT = 6, 120
_ORDER = {Status.FAIL.value: 20, Status.UNPROVEN.value: 40}


def tasks(_: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """The most pressing of each kind, and how many classes stand how."""
    if not caller.may(Action.VERDICT_READ):
        return ()
    within = reached(caller)
    found: list[TodoItem] = []
    for status in (Status.FAIL, Status.UNPROVEN):
        found += _hours(worklist_hours(connection, within, status.value, _LOOK_AT), status)
    if caller.may(Action.JOB_READ):
        found += _failed_jobs(connection, within, mends=caller.may(Action.RECORDING_WRITE))
        found += _waiting_sealings(connection, within)
    if caller.may(Action.RECORDING_WRITE):
        found += _empty(connection, within)
    return [*found, *_counts(connection, within, opens=caller.may(Action.CLASS_WRITE))]


def _hours(hours: Iterable[WorklistHour], status: Status) -> Iterator[TodoItem]:
    """A day of a class is one thing to do, however many of its hours fail."""
    days: dict[tuple[int, str], list[WorklistHour]] = {}
    for hour in hours:
        days.setdefault((hour.class_id, hour.day), []).append(hour)
    for (number, day), some in list(days.items())[:_EACH]:
        first = min(some, key=lambda hour: hour.starts_at)
        named, count = named_day(day), len(some)
        text = Text(
            f"{status.glyph} {status.zh} {count} 学时 · {named['zh']} · {first.class_name}",
            f"{status.glyph} {status.en}: {counted(count, 'hour')} · {named['en']} · {first.class_name}",
        )
        about = Text(first.institution, first.institution)
        path = day_path(number, day, first.starts_at.isoformat())
        yield TodoItem(_ORDER[status.value], text, path, about, status.value.lower())


def _failed_jobs(connection: Connection, within: ColumnElement[bool], *, mends: bool) -> Iterator[TodoItem]:
    """Whoever can mend the material is led to it."""
    for job in failed_jobs(connection, within, _EACH):
        what = Text("封存", "Sealing") if job.kind == SEAL else Text("核验", "Verification")
        text = Text(f"✗ {what.zh}没有完成 · {job.class_name}", f"✗ {what.en} not completed · {job.class_name}")
        path = f"{files_path(job.class_id)}#standing" if mends and job.kind != SEAL else class_path(job.class_id)
        yield TodoItem(10, text, path, Text(job.fault[:120], job.fault[:120]), "fail")


def _waiting_sealings(connection: Connection, within: ColumnElement[bool]) -> Iterator[TodoItem]:
    """Sealings that wait for a key or a store: nothing is lost meanwhile, but nothing is sealed either."""
    for job in waiting_jobs(connection, within, _EACH):
        text = Text(f"○ 封存在等待 · {job.class_name}", f"○ Sealing waits · {job.class_name}")
        yield TodoItem(15, text, class_path(job.class_id), Text(job.fault[:200], job.fault[:200]))


def _empty(connection: Connection, within: ColumnElement[bool]) -> Iterator[TodoItem]:
    for number, name in classes_without_files(connection, within, _EACH):
        text = Text(f"○ 还没有上传材料 · {name}", f"○ Nothing handed in yet · {name}")
        detail = Text("录像、花名册、课表", "recordings, roster, timetable")
        yield TodoItem(50, text, files_path(number), detail, "exempt")


def _counts(connection: Connection, within: ColumnElement[bool], *, opens: bool) -> Iterator[TodoItem]:
    """All of them, behind one link for each status; where there is none yet, how one begins."""
    counts = classes_by_status(connection, within)
    if not counts and opens:
        yield TodoItem(90, Text("还没有班期：开班", "no class yet: make one"), "/new-class", None, "exempt")
    for status in (Status.FAIL, Status.UNPROVEN):
        if count := counts.get(status.value):
            text = Text(f"全部{status.zh}班期 {count}", f"all classes that {status.en}: {count}")
            yield TodoItem(80, text, f"/classes?status={status.value}", None, status.value.lower())
    if count := counts.get(""):
        text = Text(f"尚无报告的班期 {count}", f"classes without a report: {count}")
        yield TodoItem(90, text, f"/classes?status={NO_REPORT}", None, "exempt")
