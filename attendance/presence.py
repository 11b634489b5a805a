"""Per trainee and class hour: present, absent, on leave or unproven, with what says so and what contradicts."""

from collections.abc import Sequence

from attendance.roster import Turnout
from facts.course import Trainee
from facts.verdict import Attendance, HourVerdict, Presence, Status


def attendances(
    trainees: Sequence[Trainee], turnout: Turnout, verdict: HourVerdict, view_rule: str | None
) -> tuple[Attendance, ...]:
    """Everybody on the roster in one class hour, in roster order."""
    view = _view_status(verdict, view_rule)
    return tuple(_one(trainee.key, turnout, verdict, view) for trainee in trainees)


def _view_status(verdict: HourVerdict, view_rule: str | None) -> Status | None:
    """What the recording says about the class as a whole; nothing where no rule asks for a recording."""
    return next((finding.status for finding in verdict.findings if finding.rule == view_rule), None)


def _one(key: str, turnout: Turnout, verdict: HourVerdict, view: Status | None) -> Attendance:
    hour = turnout.hour.id
    signed = key in turnout.signed
    if key in turnout.on_leave:
        return Attendance(key, hour, Presence.LEAVE, ("leave",), ("check_in",) if signed else ())
    if not turnout.signed:
        return Attendance(key, hour, Presence.UNPROVEN, (), ("no_check_ins",))
    if not signed:
        return _not_signed(key, turnout, verdict, view)
    source = "check_in_earlier" if turnout.carried else "check_in"
    return _signed(key, hour, source, view)


def _not_signed(key: str, turnout: Turnout, verdict: HourVerdict, view: Status | None) -> Attendance:
    """Absent, unless the recording shows more people than signed in: then somebody forgot the phone."""
    most = max(verdict.headcount.counts, default=0)
    if view is Status.PASS and most > len(turnout.expected_keys):
        return Attendance(key, turnout.hour.id, Presence.UNPROVEN, ("more_heads_than_check_ins",), ("no_check_in",))
    return Attendance(key, turnout.hour.id, Presence.ABSENT, ("no_check_in",))


def _signed(key: str, hour: str, source: str, view: Status | None) -> Attendance:
    if view is None:
        return Attendance(key, hour, Presence.PRESENT, (source,))
    if view is Status.PASS:
        return Attendance(key, hour, Presence.PRESENT, (source, "headcount"))
    contradiction = "nobody_in_view" if view is Status.FAIL else "whole_class_not_shown"
    return Attendance(key, hour, Presence.UNPROVEN, (source,), (contradiction,))
