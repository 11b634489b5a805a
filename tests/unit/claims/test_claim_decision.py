"""The settled sum, and the steps in which two reviewers end a claim: pure rules over what has happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.outcome import PurseSum
from claims.settled_sum import settled_sums
from facts.claim_decision import ClaimCase, ClaimStage, DecisionDeed, DecisionEvent, RefusedSum, Ruling, SettledSum
from facts.codec import build, plain
from facts.errors import InputError
from facts.money import Fen
from facts.refusals import RefusalsError
from pipeline.claims.decision_stages import TERM, ClaimState, claim_stage, decided, suggested

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
NONE = Fen(0)
DUE = settled_sums([PurseSum("培训机构", "", Fen.yuan(1700), Fen.yuan(1700), NONE)], [])


def event(
    deed: DecisionDeed, by: str, ruling: Ruling = Ruling.APPROVE, minutes: int = 0, **more: object
) -> DecisionEvent:
    own: Any = {"words": "材料齐全", "sums": DUE if ruling is Ruling.APPROVE else (), **more}
    return DecisionEvent(deed, by, AT + timedelta(minutes=minutes), ruling, **own)


def state(**change: object) -> ClaimState:
    known: Any = {"newest": True, "sums": DUE, "open_doubts": (), "parties": frozenset({"account:9"}), **change}
    return ClaimState(**known)


def refusals(case: ClaimCase, what: DecisionEvent, of: ClaimState) -> list[str]:
    with pytest.raises(RefusalsError) as caught:
        decided(case, what, of)
    return [one.zh for one in caught.value.texts]


PROPOSED = decided(ClaimCase(1), event(DecisionDeed.PROPOSE, "account:1"), state())


def test_what_two_people_refused_leaves_the_sum_of_the_claim_itself_and_no_other() -> None:
    purses = [
        PurseSum("培训机构", "", Fen.yuan(9000), Fen.yuan(3400), NONE),
        PurseSum("个人", "就业补助资金", None, Fen.yuan(500), NONE),
    ]
    own, living = settled_sums(purses, [RefusedSum("D1", Fen.yuan(1700))])
    assert (own.amount, living.amount) == (Fen.yuan(1700), Fen.yuan(500))
    assert own.text.zh == "核定可支持 3,400元 − 1,700元（D1） = 1,700元"
    less, living = settled_sums(purses, [RefusedSum("D1", Fen.yuan(1700)), RefusedSum("D2", Fen.yuan(9000))])
    assert (less.amount, living.amount) == (NONE, Fen.yuan(500))


def test_nobody_is_paid_more_than_is_claimed() -> None:
    (one,) = settled_sums([PurseSum("培训机构", "", Fen.yuan(1000), Fen.yuan(3400), NONE)], [])
    assert one.amount == Fen.yuan(1000)
    assert "以申领额为限" in one.text.zh


sums = st.integers(0, 10**9).map(Fen)


@given(st.lists(st.tuples(st.none() | sums, sums), min_size=1, max_size=4), st.lists(sums, max_size=5))
def test_a_refusal_only_ever_lowers_and_never_below_nothing(
    purses: list[tuple[Fen | None, Fen]], amounts: list[Fen]
) -> None:
    asked = [PurseSum(f"R{n}", "", claimed, supported, NONE) for n, (claimed, supported) in enumerate(purses)]
    refused = [RefusedSum(f"D{n}", amount) for n, amount in enumerate(amounts)]
    before, after = settled_sums(asked, []), settled_sums(asked, refused)
    assert [one.amount for one in after[1:]] == [one.amount for one in before[1:]]
    assert NONE <= after[0].amount <= before[0].amount <= asked[0].supported
    assert after[0].amount >= min(before[0].amount, max(NONE, asked[0].supported - Fen(sum(a.fen for a in amounts))))


def test_a_settled_sum_that_is_not_its_terms_cannot_be_built() -> None:
    with pytest.raises(InputError, match="expected 1,000元"):
        SettledSum("培训机构", "", Fen.yuan(1700), None, (RefusedSum("D1", Fen.yuan(700)),), Fen.yuan(1700))


@pytest.mark.parametrize(
    ("ruling", "end"),
    [
        (Ruling.APPROVE, ClaimStage.APPROVED),
        (Ruling.RETURN, ClaimStage.RETURNED),
        (Ruling.REFUSE, ClaimStage.REFUSED),
    ],
)
def test_one_proposes_and_another_signs(ruling: Ruling, end: ClaimStage) -> None:
    one = decided(ClaimCase(1), event(DecisionDeed.PROPOSE, "account:1", ruling), state())
    assert claim_stage(one) is ClaimStage.PROPOSED
    assert "须另一人签字（两人以上审查签字）" in refusals(one, event(DecisionDeed.SIGN, "account:1", ruling), state())
    done = decided(one, event(DecisionDeed.SIGN, "account:2", ruling), state())
    assert claim_stage(done) is end
    assert refusals(done, event(DecisionDeed.PROPOSE, "account:3", ruling), state())
    assert build(DecisionEvent, plain(done.events[-1]), "test") == done.events[-1]


def test_whoever_objects_opens_it_again() -> None:
    again = decided(PROPOSED, event(DecisionDeed.OBJECT, "account:2", sums=()), state())
    assert claim_stage(again) is ClaimStage.OPEN
    assert claim_stage(decided(again, event(DecisionDeed.PROPOSE, "account:2"), state())) is ClaimStage.PROPOSED


def test_no_party_to_the_claim_decides_it() -> None:
    told = "提交过本申领或说明过疑点的人不能办理"
    assert told in refusals(ClaimCase(1), event(DecisionDeed.PROPOSE, "account:9"), state())
    assert told in refusals(PROPOSED, event(DecisionDeed.SIGN, "account:9"), state())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"open_doubts": ("D1",)}, "还有 1 个疑点没有了结"),
        ({"stale": True}, "重新核验过"),
        ({"provisional": True}, "暂按已失效文件"),
        ({"altered": True}, "与日志不符"),
        ({"newest": False}, "这一版已有更正后的申领"),
        ({"sums": settled_sums([PurseSum("培训机构", "", None, NONE, NONE)], [])}, "核定金额为 0"),
    ],
)
def test_nothing_is_approved_over_what_is_open(change: dict[str, Any], words: str) -> None:
    found = event(DecisionDeed.PROPOSE, "account:1", sums=change.get("sums", DUE))
    assert any(words in one for one in refusals(ClaimCase(1), found, state(**change)))
    assert any(words in one for one in refusals(PROPOSED, event(DecisionDeed.SIGN, "account:2"), state(**change)))


def test_a_claim_with_open_doubts_may_still_be_returned_or_refused() -> None:
    for ruling in (Ruling.RETURN, Ruling.REFUSE):
        found = decided(ClaimCase(1), event(DecisionDeed.PROPOSE, "account:1", ruling), state(open_doubts=("D1",)))
        assert claim_stage(found) is ClaimStage.PROPOSED


def test_the_second_signs_the_same_ruling_over_the_same_sums_and_says_why() -> None:
    other = event(DecisionDeed.SIGN, "account:2", Ruling.REFUSE)
    assert "签字的决定与提出的决定不同" in refusals(PROPOSED, other, state())
    changed = settled_sums([PurseSum("培训机构", "", None, Fen.yuan(1), NONE)], [])
    assert any(
        "金额在提出之后变了" in one
        for one in refusals(PROPOSED, event(DecisionDeed.SIGN, "account:2", sums=changed), state())
    )
    assert "请写明理由" in refusals(PROPOSED, event(DecisionDeed.SIGN, "account:2", words=" "), state())


def test_the_system_proposes_what_the_claim_amounts_to() -> None:
    assert suggested(state(), complete=True) is Ruling.APPROVE
    assert suggested(state(), complete=False) is Ruling.RETURN
    assert suggested(state(open_doubts=("D1",)), complete=True) is Ruling.RETURN
    assert suggested(state(sums=()), complete=True) is Ruling.REFUSE
    assert (TERM.id, TERM.value) == ("S7", "10")
