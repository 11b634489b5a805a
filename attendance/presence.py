"""Per trainee and class hour: present, absent, on leave or unproven, with what says so and what contradicts."""

from collections.abc import Sequence
from dataclasses import replace

from attendance.demands import SignInDemand
from attendance.roster import Turnout
from facts.course import Trainee
from facts.verdict import Attendance, HourVerdict, Presence, Status


def attendances(
    trainees: Sequence[Trainee],
    turnout: Turnout,
    verdict: HourVerdict,
    view_rule: str | None,
    sign_in: SignInDemand | None = None,
) -> tuple[Attendance, ...]:
    """Everybody on the roster in one class hour, in roster order."""
    view = _view_status(verdict, view_rule)
    seldom = turnout.seldom(sign_in.per_half_day, sign_in.apart) if sign_in else frozenset()
    found = (_one(trainee.key, turnout, verdict, view) for trainee in trainees)
    return tuple(_open(one) if one.trainee_key in seldom else one for one in found)


def _open(one: Attendance) -> Attendance:
    """Who was there by fewer sign-ins than the document asks for is open."""
    if one.presence is not Presence.PRESENT:
        return one
    return replace(one, presence=Presence.UNPROVEN, contradictions=(*one.contradictions, "signed_too_seldom"))


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
