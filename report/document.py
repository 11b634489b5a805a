from datetime import date, timedelta
from typing import cast

from facts.course import TrainingClass
from facts.report import ClassReport, PolicyRef
from facts.screen_clock import ScreenClock
from facts.senses import Sense
from facts.sighting import View
from facts.span import local_day
from facts.stored_recording import StoredReads
from policy.rulebook import WARNED_BEFORE
from report.coverage import unclocked
from report.doubts import doubts
from report.hours import hour_entries
from report.inputs import inputs
from report.mask import Mask
from report.people import checkins, trainees
from report.plain_text import clean
from report.recognition import recognition
from report.schema import (
    SCHEMA,
    AssumptionEntry,
    CameraEntry,
    ClassEntry,
    PolicyEntry,
    ReportDocument,
    ScreenClockEntry,
    SenseEntry,
    StoredReadsEntry,
    ViewEntry,
)
from report.source import ReportSource
from report.summary import summary
from report.times import span_entry, written


def document(report: ClassReport) -> ReportDocument:
    """What ``report.json`` holds: people masked, order stable, and every figure that the page will show."""
    source = ReportSource.of(report)
    mask, people = source.mask, source.people
    listed = doubts(source)
    hours = hour_entries(source, listed)
    files = inputs(report, mask)
    whole: ReportDocument = {
        "schema": SCHEMA,
        "tool": report.tool,
        "made_at": written(report.made_at),
        "versions": dict(sorted(report.versions.items())),
        "senses": [_sense(sense) for sense in report.senses],
        "stored_reads": _stored_reads(report.stored_reads),
        "class": _class(report.training_class, report),
        "policy": _policy(report.policy, report) if report.policy else None,
        "assumptions": _assumptions(report, mask),
        "inputs": files,
        "cameras": _cameras(report),
        "hours": hours,
        "trainees": trainees(report, people, mask),
        "checkins": checkins(report, people),
        "recognition": recognition(report.recognition, people),
        "doubts": listed,
        "views": [_view(view, report) for view in sorted(report.views, key=lambda view: (view.span, view.camera_id))],
        "limits": [mask.say(limit) for limit in report.limits],
        "summary": summary(report, hours, listed, files),
    }
    return cast("ReportDocument", clean(whole))


def _sense(sense: Sense) -> SenseEntry:
    digest = sense.digest.sha256 if sense.digest else None
    return {"name": sense.name, "finds": list(sense.finds), "sha256": digest, "missing": sense.missing}


def _stored_reads(reads: StoredReads | None) -> StoredReadsEntry | None:
    if reads is None:
        return None
    return {
        "recordings": reads.recordings,
        "size_bytes": reads.size_bytes,
        "bytes_read": reads.bytes_read,
        "ranges": reads.ranges,
    }


def _days(report: ClassReport) -> list[str]:
    return sorted({local_day(hour.span.start).isoformat() for hour in report.hours})


def _class(course: TrainingClass, report: ClassReport) -> ClassEntry:
    return {
        "id": course.id,
        "name": course.name or course.id,
        "institution": course.institution.name,
        "uscc": course.institution.uscc,
        "locality": course.locality or course.institution.locality,
        "programme": course.programme,
        "group": course.group,
        "occupation": course.occupation,
        "level": course.level,
        "days": _days(report),
    }


def _policy(policy: PolicyRef, report: ClassReport) -> PolicyEntry:
    made = local_day(report.made_at)
    first = policy.valid_from.isoformat() if policy.valid_from else None
    last = policy.valid_to.isoformat() if policy.valid_to else None
    return {
        "id": policy.id,
        "title": policy.title,
        "locality": policy.locality,
        "valid_from": first,
        "valid_to": last,
        "lapsed_when_made": policy.valid_to is not None and made > policy.valid_to,
        "days_outside": [day for day in _days(report) if (first and day < first) or (last and day > last)],
        "note": {"zh": policy.note.zh, "en": policy.note.en} if policy.note else None,
        "version": policy.version,
        "sha256": policy.sha256,
        "provisional": policy.provisional,
        "days_left": days_left(policy.valid_to, made),
    }


def days_left(last: date | None, today: date) -> int | None:
    """How many days the document still holds, where it is time to look out for its successor."""
    return (last - today).days if last and timedelta() <= last - today <= WARNED_BEFORE else None


def _assumptions(report: ClassReport, mask: Mask) -> list[AssumptionEntry]:
    return [{"id": item.id, "text": mask.say(item.text), "value": mask.text(item.value)} for item in report.assumptions]


def _cameras(report: ClassReport) -> list[CameraEntry]:
    known = {camera.id: camera for camera in report.cameras}
    names = known.keys() | {segment.camera_id for segment in report.segments if segment.camera_id}
    return [
        {
            "id": name,
            "room": known[name].room if name in known else "",
            "clock_offset_s": known[name].clock_offset_s if name in known else 0.0,
            "unclocked_files": unclocked(report.segments, name),
        }
        for name in sorted(names)
    ]


def _view(view: View, report: ClassReport) -> ViewEntry:
    rooms = {camera.id: camera.room for camera in report.cameras}
    return {
        "camera": view.camera_id,
        "room": rooms.get(view.camera_id, ""),
        "span": span_entry(view.span),
        "seats": len(view.seats),
        "frames": len(view.frames),
        "recall": None if view.recall is None else round(view.recall, 3),
        "moving_camera": view.moving_camera,
        "screen_clocks": [_screen_clock(one) for one in view.screen_clocks],
    }


def _screen_clock(one: ScreenClock) -> ScreenClockEntry:
    return {
        "span": span_entry(one.span),
        "ahead_s": one.ahead_s,
        "within_s": one.within_s,
        "dated": one.dated,
        "frames": one.frames,
    }
