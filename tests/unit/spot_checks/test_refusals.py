"""Who may sign what about a drawn class, decided from the draw alone: no database, no service, no page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from facts.refusals import RefusalKind
from facts.spot_check import Draw, DrawClass, DrawnClass, Signature, SpotFinding, SpotHold
from facts.verdict import Status
from pipeline.spot_checks.refusals import (
    finding_refusals,
    lift_refusals,
    may_lift,
    may_second,
    may_sign,
    second_refusals,
)
from pipeline.spot_checks.signatures import lifted_hold

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DRAWN = DrawnClass(DrawClass("B001", "正信职校"), ("A1", "A2"))
REVEALED = Draw("c" * 64, "抽查", AT, AT, (DRAWN,), (), (SpotHold("B001", "抽查未结", AT),))
FIRST = SpotFinding("B001", Status.PASS, "在岗 12 人", Signature("A1", AT + timedelta(hours=1)))
SECOND = Signature("A2", AT + timedelta(hours=2))


def found(*findings: SpotFinding) -> Draw:
    return replace(REVEALED, findings=findings)


def test_every_reason_against_a_finding_is_told_at_once() -> None:
    reasons = [*finding_refusals(DRAWN, "A9", "MAYBE", "  ")]
    assert [one.where for one in reasons] == ["status", "text", "signer"]
    assert reasons[-1].kind is RefusalKind.FORBIDDEN
    assert not [*finding_refusals(DRAWN, "A1", "PASS", "在岗 12 人")]


@pytest.mark.parametrize(
    ("draw", "sign", "second", "lift"),
    [
        (found(), {"A1", "A2"}, set(), False),
        (found(FIRST), set(), {"A2"}, False),
        (found(replace(FIRST, second=SECOND, agrees=False, dissent="时间有误")), {"A1", "A2"}, set(), False),
        (found(replace(FIRST, second=SECOND, agrees=True)), {"A1", "A2"}, set(), True),
    ],
)
def test_whose_turn_it_is_follows_from_the_last_finding(
    draw: Draw, sign: set[str], second: set[str], *, lift: bool
) -> None:
    people = ("A1", "A2", "A9")
    assert {one for one in people if may_sign(draw, DRAWN, one)} == sign
    assert {one for one in people if may_second(draw, DRAWN, one)} == second
    assert may_lift(draw, "B001") is lift


def test_a_second_signature_needs_another_person_and_a_dissent_its_reason() -> None:
    (again,) = second_refusals(found(FIRST), DRAWN, "A1", agrees=True, dissent="")
    assert (again.where, again.kind) == ("signer", RefusalKind.CONFLICT)
    (silent,) = second_refusals(found(FIRST), DRAWN, "A2", agrees=False, dissent=" ")
    assert silent.where == "dissent"


def test_a_hold_ends_once() -> None:
    confirmed = found(replace(FIRST, second=SECOND, agrees=True))
    ended = replace(confirmed, holds=(lifted_hold(confirmed, "B001", "A1 王检查", AT + timedelta(days=1)),))
    (reason,) = lift_refusals(ended, "B001")
    assert (reason.where, reason.got) == ("hold", "none in force")
