"""Every drawn class through the whole of ``xueshi verify``, held against its truth."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from facts.verdict import HourVerdict
from pipeline.verification.outcome import ReportOutcome
from pipeline.verification.ports import LookJob, LookResult
from runtime.verification.command import (
    VerificationRequest,
    VerificationResult,
    begin_verification,
    finish_verification,
    hash_inputs,
)
from tests.fixtures import scenarios
from tests.fixtures.scenarios import Case

pytestmark = pytest.mark.slow

REASONS = {
    "no_clock": "NO_CLOCK",
    "hurt_no_moov": "NO_MOOV",
    "hurt_truncated": "TRUNCATED",
    "exactly_599": "TOO_SHORT",
    "hole_in_middle": "TOO_SHORT",
    "beyond_tolerance": "TOO_SHORT",
    "black_throughout": "NOT_LIVE",
    "covered_throughout": "NOT_LIVE",
    "nobody": "NOBODY",
    "moving_camera": "MOVING_CAMERA",
    "enterprise": "NOT_ASKED",
    "lapsed_rulebook": "NO_RULEBOOK_IN_FORCE",
    "no_rulebook": "PLACE_UNKNOWN",
}
DOUBTS = {
    "honest_hour": set(),
    "thirty_checked_in": {"FEWER_HEADS"},
    "roster_gap": {"ROSTER_GAP"},
    "twenty_eight_of_thirty": {"ROSTER_GAP"},
}
OUTCOMES = {
    "honest_hour": ReportOutcome.GOOD,
    "thirty_checked_in": ReportOutcome.DOUBTS,
    "roster_gap": ReportOutcome.DOUBTS,
    "no_clock": ReportOutcome.INPUTS_INSUFFICIENT,
    "no_rulebook": ReportOutcome.INPUTS_INSUFFICIENT,
    "lapsed_rulebook": ReportOutcome.INPUTS_INSUFFICIENT,
    "exactly_599": ReportOutcome.FAILS,
}


@dataclass
class Quiet:
    """Hears and says nothing."""

    def planned(self, jobs: object) -> None: ...

    def looked(self, job: LookJob, looked: LookResult) -> None: ...


def verified(case: Case, folder: Path) -> VerificationResult:
    written = case.write(folder / "class")
    request = VerificationRequest(written, out=folder / "report", workers=1, cache=False)
    return finish_verification(hash_inputs(begin_verification(request)), Quiet())


def told(verdict: HourVerdict) -> str:
    counts = verdict.headcount.counts
    findings = [f"{one.rule} {one.status} {one.reason} {one.text.zh}" for one in verdict.findings]
    return f"{findings} counted {min(counts, default=0)}–{max(counts, default=0)}"


@pytest.mark.parametrize("case", scenarios.ALL, ids=lambda case: case.name)
def test_each_class_is_judged_as_its_truth_says(case: Case, tmp_path: Path) -> None:
    made = verified(case, tmp_path)
    verdicts = made.report.verdicts
    assert len(verdicts) == len(case.says)
    for verdict, allowed in zip(verdicts, case.says, strict=True):
        assert verdict.status in allowed, f"{case.why}: {told(verdict)}"
        _never_more_than_were_there(case, verdict)
    if case.name in REASONS:
        assert REASONS[case.name] in {one.reason for one in verdicts[0].findings}, told(verdicts[0])
    if case.name in DOUBTS:
        assert {doubt.kind for doubt in made.report.doubts} == DOUBTS[case.name]
    if case.name in OUTCOMES:
        assert made.outcome is OUTCOMES[case.name]
    saved = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert [hour["status"] for hour in saved["hours"]] == [verdict.status.value for verdict in verdicts]


def _never_more_than_were_there(case: Case, verdict: HourVerdict) -> None:
    """The curve may fall short of the truth, for heads hide; it may never exceed the people in the room."""
    if case not in scenarios.STORIES:
        return
    most = max(moment.people for moment in case.scenario.truth().seconds)
    # A teacher of whom nothing says where he stands is somebody in view.
    most += case.scenario.teacher
    assert max(verdict.headcount.counts, default=0) <= most, told(verdict)
