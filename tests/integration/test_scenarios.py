"""Every drawn class through the whole of ``xueshi verify``, held against its truth."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from facts.verdict import HourVerdict
from pipeline.outcome import Outcome
from pipeline.ports import Looked, LookJob
from runtime.verify import Made, Wishes, begin, finish, hash_inputs
from tests.fixtures import scenarios
from tests.fixtures.scenarios import Case

pytestmark = pytest.mark.slow


@dataclass
class Quiet:
    """Hears and says nothing."""

    def planned(self, jobs: object) -> None: ...

    def looked(self, job: LookJob, looked: Looked) -> None: ...


def verified(case: Case, folder: Path) -> Made:
    written = case.write(folder / "class")
    wishes = Wishes(written, out=folder / "report", workers=1, cache=False)
    return finish(hash_inputs(begin(wishes)), Quiet())


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
    saved = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert [hour["status"] for hour in saved["hours"]] == [verdict.status.value for verdict in verdicts]


@pytest.mark.parametrize("case", scenarios.STORIES, ids=lambda case: case.name)
def test_nobody_is_counted_who_was_not_there(case: Case, tmp_path: Path) -> None:
    """The curve may fall short of the truth, for heads hide; it may never exceed the people in the room."""
    made = verified(case, tmp_path)
    most = max(moment.people for moment in case.scenario.truth().seconds)
    for verdict in made.report.verdicts:
        assert max(verdict.headcount.counts, default=0) <= most, told(verdict)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (scenarios.no_clock, "NO_CLOCK"),
        (scenarios.hurt_no_moov, "NO_MOOV"),
        (scenarios.hurt_truncated, "TRUNCATED"),
        (scenarios.exactly_599, "TOO_SHORT"),
        (scenarios.black_throughout, "NOT_LIVE"),
        (scenarios.nobody, "NOBODY"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_reason_is_the_true_one(case: Case, reason: str, tmp_path: Path) -> None:
    (verdict,) = verified(case, tmp_path).report.verdicts
    assert reason in {finding.reason for finding in verdict.findings}, told(verdict)


def test_more_sign_ins_than_heads_are_a_doubt_and_a_roster_gap_is_noted(tmp_path: Path) -> None:
    short = verified(scenarios.thirty_checked_in, tmp_path / "a")
    assert "FEWER_HEADS" in {doubt.kind for doubt in short.report.doubts}
    assert short.outcome is Outcome.DOUBTS
    gap = verified(scenarios.roster_gap, tmp_path / "b")
    assert {doubt.kind for doubt in gap.report.doubts} == {"ROSTER_GAP"}
