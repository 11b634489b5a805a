"""The records of a claim: they go to JSON and back, refuse what cannot be, and print nobody whole."""

from dataclasses import replace
from datetime import date

import pytest

from facts.claim import Claim
from facts.claim_person import BankAccount, Days
from facts.codec import dumps, loads
from facts.errors import FaultsError, InputError
from facts.history_answer import HistoryAnswer, PastCount, PastKey, ReceivedBenefit
from facts.money import Fen
from tests.fixtures.claim_facts import YQ, a_claim, first

CLAIM = a_claim(YQ, "项目制培训", "脱贫人口", count=2)


def test_a_claim_and_an_answer_of_the_history_go_to_json_and_back() -> None:
    answer = HistoryAnswer(
        (PastCount(PastKey("p00", "焊工", None, 2025, ("取证",)), 1, ("K0",)),), (ReceivedBenefit("p00", "甲"),)
    )
    assert loads(Claim, dumps(CLAIM)) == CLAIM
    assert loads(HistoryAnswer, dumps(answer)) == answer


def test_every_fault_of_a_claim_is_told_at_once() -> None:
    twice = (*CLAIM.people, replace(CLAIM.people[0], where="申领表 第9行"))
    with pytest.raises(FaultsError) as caught:
        replace(CLAIM, people=twice, paid=False, actual=Days(date(2025, 3, 5), date(2025, 3, 1)), claimed=Fen(-1))
    told = str(caught.value)
    for part in ("the person twice", "2025-03-01 before 2025-03-05", "while paid is false", "expected 0 or more"):
        assert part in told


def test_negative_money_of_one_person_is_told_with_its_row() -> None:
    with pytest.raises(InputError, match="第2行: got -1元 claimed, expected 0 or more"):
        first(CLAIM, claimed=Fen.yuan(-1))


def test_an_account_keeps_four_digits_at_most() -> None:
    with pytest.raises(InputError, match="got 19 characters, expected the last four"):
        BankAccount(tail="6" * 19)


def test_printing_a_claim_shows_nobody_whole() -> None:
    printed = repr(CLAIM)
    for one in CLAIM.people:
        assert one.name not in printed
        assert one.id_number
        assert one.id_number.digits not in printed
        assert one.phone not in printed
