"""What a report amounts to for whoever called: one number that a script can act on."""

from enum import IntEnum, StrEnum

from attendance.law import NO_LAW
from facts.footage import Damage
from facts.report import ClassReport
from facts.verdict import HourVerdict, Status

# Reasons that more or better input would settle; the rest of what is unproven needs a person's eyes.
_INPUT_REASONS = frozenset(
    {
        "NO_RECORDING",
        "ROOM_UNKNOWN",
        "NO_ROSTER",
        "NO_CHECKINS",
        "UNKNOWN_WORD",
        "NOBODY_EXPECTED",
        *NO_LAW,
        *(damage.value for damage in Damage),
    }
)


class ReportOutcome(IntEnum):
    """The exit codes; the highest that applies is the one."""

    GOOD = 0
    DOUBTS = 10
    INPUTS_INSUFFICIENT = 20
    FAILS = 30


class FailOn(StrEnum):
    """From which outcome on the command ends with its code instead of 0."""

    DOUBT = "doubt"
    FAIL = "fail"
    NEVER = "never"


def outcome(report: ClassReport) -> ReportOutcome:
    """All pass or exempt, or the gravest thing that was found; a class without hours is insufficient input."""
    found = {ReportOutcome.GOOD} | {_of_hour(verdict) for verdict in report.verdicts}
    if report.doubts:
        found.add(ReportOutcome.DOUBTS)
    if not report.verdicts:
        found.add(ReportOutcome.INPUTS_INSUFFICIENT)
    return max(found)


def _of_hour(verdict: HourVerdict) -> ReportOutcome:
    if verdict.status is Status.FAIL:
        return ReportOutcome.FAILS
    if verdict.status is not Status.UNPROVEN:
        return ReportOutcome.GOOD
    reasons = {finding.reason for finding in verdict.findings if finding.status is Status.UNPROVEN}
    return ReportOutcome.INPUTS_INSUFFICIENT if reasons & _INPUT_REASONS else ReportOutcome.DOUBTS


def exit_code(found: ReportOutcome, fail_on: FailOn) -> int:
    """The outcome as the caller asked to hear it."""
    if fail_on is FailOn.NEVER or (fail_on is FailOn.FAIL and found is not ReportOutcome.FAILS):
        return int(ReportOutcome.GOOD)
    return int(found)
