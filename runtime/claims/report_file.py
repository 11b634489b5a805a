"""``report.json`` back to a report: what the paying office may know where nothing was sealed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from facts.check_in import CheckIn
from facts.course import ClassHour, HourKind, Institution, Trainee, TrainingClass
from facts.errors import InputError
from facts.footage import Camera
from facts.report import ClassReport, PolicyRef
from facts.span import Span
from facts.text import Text
from facts.verdict import Attendance, Finding, HourVerdict, Presence, Status

SCHEMA = "xueshi.report/1"


def report_of(body: Mapping[str, Any]) -> ClassReport:
    """The report as far as its JSON tells it; names and numbers stay masked, and nothing is made up."""
    try:
        return _report(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"report.json: got a field that cannot be read ({error!r}), expected {SCHEMA}") from error


def _report(body: Mapping[str, Any]) -> ClassReport:
    keys = {row["no"]: f"r{row['no']:04d}" for row in body["trainees"]}
    return ClassReport(
        tool=str(body["tool"]),
        made_at=datetime.fromisoformat(body["made_at"]),
        training_class=_class(body["class"]),
        policy=_policy(body["policy"]) if body["policy"] else None,
        cameras=tuple(Camera(one["id"], one["room"]) for one in body["cameras"]),
        hours=tuple(_hour(one) for one in body["hours"]),
        verdicts=tuple(_verdict(one) for one in body["hours"]),
        trainees=tuple(_trainee(row, keys[row["no"]]) for row in body["trainees"]),
        attendance=tuple(_attended(keys[row["no"]], one) for row in body["trainees"] for one in row["hours"]),
        checkins=tuple(_checkins(body)),
    )


def _class(one: Mapping[str, Any]) -> TrainingClass:
    return TrainingClass(
        one["id"], one["name"], Institution(one["institution"], one["uscc"]), one["locality"], one["programme"],
        one["group"], one["occupation"], one["level"],
    )  # fmt: skip


def _policy(one: Mapping[str, Any]) -> PolicyRef:
    first, last = (date.fromisoformat(day) if day else None for day in (one["valid_from"], one["valid_to"]))
    told = (str(one.get("version", "")), str(one.get("sha256", "")), bool(one.get("provisional", False)))
    version, sha256, provisional = told
    return PolicyRef(
        one["id"], one["title"], one["locality"], first, last, version=version, sha256=sha256, provisional=provisional
    )


def _span(one: Mapping[str, Any]) -> Span:
    return Span(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))


def _hour(one: Mapping[str, Any]) -> ClassHour:
    return ClassHour(one["id"], _span(one["span"]), HourKind(one["kind"]), one["room"], label=one["label"]["zh"])


def _verdict(one: Mapping[str, Any]) -> HourVerdict:
    review, clock = one.get("review"), one.get("clock_review")
    return HourVerdict(
        one["id"],
        Status(one["status"]),
        tuple(map(_finding, one["findings"])),
        expected=one["expected"],
        roster=one["roster"],
        before_review=_finding(review["machine"]) if review else None,
        clock_before_review=_finding(clock["machine"]) if clock else None,
    )


def _finding(item: Mapping[str, Any]) -> Finding:
    return Finding(item["rule"], Status(item["status"]), item["reason"], Text(item["text"]["zh"], item["text"]["en"]),
                   dict(item["numbers"]), item["quote"], item["article"])  # fmt: skip


def _trainee(row: Mapping[str, Any], key: str) -> Trainee:
    """The masked number stands where a telephone would: it is no number and joins by its end only."""
    return Trainee(key, row["name_masked"], None, row["id_masked"])


def _attended(key: str, one: Mapping[str, Any]) -> Attendance:
    return Attendance(key, one["id"], Presence(one["status"]), tuple(one["sources"]), tuple(one["contradictions"]))


def _checkins(body: Mapping[str, Any]) -> Iterable[CheckIn]:
    names = {row["no"]: row["name_masked"] for row in body["trainees"]}
    for one in body["checkins"]:
        yield CheckIn(datetime.fromisoformat(one["at"]), names.get(one["trainee"], ""))
