"""Of whom a rate is a share: everybody trained in the class, whatever the form calls them or leaves out."""

from dataclasses import replace

import pytest

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.history_answer import ClassRoll
from facts.money import Fen
from facts.verdict import Presence, Status
from tests.fixtures.claim_facts import LX, SX0, YQ, TaughtClass, a_claim, a_report, clear_history, of_rule, screened

GROUP = "农村转移就业劳动者"


def order(book: str = YQ, *, count: int = 10, employed: int = 7, programme: str = "订单式培训") -> Claim:
    """Ten people who passed after five days (750 each where all are paid), seven of them employed: 70 of 100."""
    claim = a_claim(book, programme, GROUP, count=count)
    papers = [one.employment if n < employed else () for n, one in enumerate(claim.people)]
    named = tuple(replace(one, employment=own) for one, own in zip(claim.people, papers, strict=True))
    return replace(claim, people=named)


def judged(book: str, whole: Claim, claim: Claim, held: TaughtClass | None = None, **registers: object) -> ClaimScreen:
    """The claim beside the report on the whole class."""
    report = a_report(whole, book, held or TaughtClass())
    return screened(book, claim, reports=[report], history=replace(clear_history(book, claim, [report]), **registers))


def without(claim: Claim, count: int) -> Claim:
    """The last so many, who are unemployed, are not on the form."""
    return replace(claim, people=claim.people[:-count])


def as_staff(claim: Claim, count: int) -> Claim:
    """The last so many are called employees, of whom the rule does not speak."""
    kept, staff = claim.people[:-count], claim.people[-count:]
    return replace(claim, people=(*kept, *(replace(one, group="企业职工") for one in staff)))


def test_whoever_is_called_an_employee_stays_in_the_rate() -> None:
    whole = order()
    found = judged(YQ, whole, as_staff(whole, 2))
    # 7 of 10 are below 80 of 100: the seven employed are paid. Of the eight left, 7 would have been 87.5.
    assert found.supported == Fen.yuan(7 * 750)
    assert of_rule(found, "YQ-M2")["EMPLOYED"].finding.numbers["most"] == pytest.approx(0.7)


def test_employees_with_work_never_raise_the_rate() -> None:
    whole = order(count=10, employed=10)
    jobless = replace(
        whole,
        people=tuple(replace(one, employment=() if n < 3 else one.employment) for n, one in enumerate(whole.people)),
    )
    # Three of four rural workers without work; six employees with work would make it 7 of 10, seven more 14 of 17.
    assert judged(YQ, whole, as_staff(jobless, 6)).supported <= Fen.yuan(1 * 750)


@pytest.mark.parametrize("book", [YQ, SX0, LX])
def test_whoever_is_not_on_the_form_stays_in_the_rate(book: str) -> None:
    whole = order(book)
    found = judged(book, whole, without(whole, 2))
    # 7 of 8 claimed, and two more of whom nothing is said: between 7 of 10 and 9 of 10.
    assert found.supported == Fen(0)
    assert found.unproven > Fen(0)
    assert of_rule(found, "ROSTER")["NOT_CLAIMED"].finding.status is Status.UNPROVEN


def test_the_form_may_leave_out_who_could_not_tip_the_rate_and_who_never_came() -> None:
    whole = order(employed=9)
    assert judged(YQ, whole, without(whole, 1)).supported == Fen.yuan(9 * 750)  # 9 of 10 in the worst case

    def away(who: str, _: str) -> Presence:
        return Presence.ABSENT if who in ("p08", "p09") else Presence.PRESENT

    fewer = order()
    assert judged(YQ, fewer, without(fewer, 2), TaughtClass(presence=away)).supported == Fen.yuan(8 * 750)


def test_who_is_listed_without_a_subsidy_settles_the_rate() -> None:
    whole = order()
    nothing = tuple(replace(one, claimed=Fen(0)) if n >= 8 else one for n, one in enumerate(whole.people))
    assert judged(YQ, whole, replace(whole, people=nothing)).supported == Fen.yuan(7 * 750)
    failed = replace(whole, people=tuple(
        replace(one, exam=replace(one.exam, passed=False)) if n >= 8 and one.exam else one
        for n, one in enumerate(whole.people)
    ))  # fmt: skip
    # The document's own base are those who passed (A8): 7 of 8.
    assert judged(YQ, whole, failed).supported == Fen.yuan(8 * 750)


def test_people_whom_only_the_registry_has_in_the_class_stay_in_the_rate() -> None:
    claim = without(order(), 2)
    people = tuple(one.key for one in claim.people)
    roll = ClassRoll(known=True, covers=True, people=people, others=2)
    assert judged(YQ, claim, claim, roll=replace(roll, others=0)).supported == Fen.yuan(8 * 750)
    assert judged(YQ, claim, claim, roll=roll).supported == Fen(0)
    # Two of the claim without a number may be the two whom the registry has.
    nameless = replace(claim, people=(*claim.people[:6], *(replace(one, id_number=None) for one in claim.people[6:])))
    found = judged(YQ, nameless, nameless, roll=replace(roll, people=people[:6]), payments=None)
    assert found.supported == Fen.yuan(8 * 750)


def test_the_pass_rate_of_start_up_training_is_of_everybody_who_took_part() -> None:
    claim = a_claim(LX, "创业培训", GROUP, count=10)
    failed = replace(claim, people=tuple(
        replace(one, exam=replace(one.exam, passed=n < 7)) if one.exam else one for n, one in enumerate(claim.people)
    ))  # fmt: skip
    # Of the 80 parts nothing where 7 of 10 passed; the 20 parts come with the licences: 7 × 900 × 20 of 100.
    assert judged(LX, claim, as_staff(failed, 2)).supported <= Fen.yuan(7 * 180)
    assert judged(LX, claim, without(failed, 2)).supported == Fen(0)


def test_the_certificate_rate_is_of_everybody_who_took_part() -> None:
    claim = a_claim(LX, "订单式培训", GROUP, count=10)
    bare = replace(claim, people=tuple(
        replace(one, certificates=()) if n >= 4 else one for n, one in enumerate(claim.people)
    ))  # fmt: skip
    assert judged(LX, claim, without(bare, 3)).supported == Fen(0)  # 4 of 7 claimed, 4 of 10 trained
