"""Who is paid for when too few found work: three documents, three answers, exact at the edge."""

from dataclasses import replace

import pytest

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from claims.money import Branch, decide, trace
from claims.total import ClaimTrace, class_total
from facts.money import Fen
from facts.verdict import Status
from policy.kinds import MoneyHeads
from policy.shelf import packaged

BOOKS = {"YQ-M2": "yangquan-2024", "LX-M3": "linxian-2023", "SX0-M1b": "sx-unnamed-2023"}


def people(employed: int, of: int, *, days: int = 10, **known: object) -> list[PersonClaim]:
    facts = {"valid_days": days, "qualified": True, "group": "农村转移就业劳动者"} | known
    return [PersonClaim(f"{n:02d}", employed=n < employed, **facts) for n in range(of)]


def total(rule: str, class_people: list[PersonClaim]) -> ClaimTrace:
    book = packaged().book(BOOKS[rule])
    claim = ClassClaim("一班", "订单式培训", settlement="once", first_day=book.valid.first)
    return class_total(book, claim, class_people)


def paid(rule: str, class_people: list[PersonClaim]) -> Fen | None:
    return total(rule, class_people).total


@pytest.mark.parametrize("rule", BOOKS)
def test_sixteen_of_twenty_reach_eighty_per_cent_exactly(rule: str) -> None:
    book, heads = packaged().rule(rule)
    case = Case.of(book, ClassClaim("一班", "订单式培训"), people(16, 20))
    assert isinstance(heads.params, MoneyHeads)
    assert decide(case, heads, heads.params).branch is Branch.REACHED


def test_yangquan_pays_all_who_passed_once_the_rate_is_reached() -> None:
    assert paid("YQ-M2", people(16, 20)) == Fen.yuan(20 * 1500)


def test_yangquan_pays_only_the_employed_below_the_rate() -> None:
    assert paid("YQ-M2", people(15, 20)) == Fen.yuan(15 * 1500)


def test_linxian_pays_everybody_by_the_open_standard_below_the_rate() -> None:
    assert paid("LX-M3", people(16, 20, certificates=())) == Fen.yuan(20 * 1500)
    found = total("LX-M3", people(15, 20, certificates=()))
    assert found.total == Fen.yuan(20 * 1000)
    assert {item.rule for item in found.traces} == {"LX-M1"}


def test_the_fragment_says_nothing_below_the_rate_so_neither_do_we() -> None:
    assert paid("SX0-M1b", people(16, 20)) == Fen.yuan(20 * 1500)
    found = total("SX0-M1b", people(15, 20))
    assert (found.status, found.total) == (Status.UNPROVEN, None)
    assert "文件未规定" in found.traces[0].missing[0].zh


def test_people_who_failed_the_examination_count_in_neither_part_of_the_rate() -> None:
    failed = [PersonClaim(f"x{n}", valid_days=10, qualified=False, employed=False, group="残疾人") for n in range(10)]
    assert paid("YQ-M2", people(16, 20) + failed) == Fen.yuan(20 * 1500)


def test_somebody_employed_who_failed_is_not_paid_for_below_the_rate() -> None:
    failed = [PersonClaim("x", valid_days=10, qualified=False, employed=True, group="残疾人")]
    assert paid("YQ-M2", people(2, 20) + failed) == Fen.yuan(2 * 1500)


def test_unknown_employment_that_could_tip_the_rate_leaves_everything_open() -> None:
    unknown = PersonClaim("x", valid_days=10, qualified=True, group="残疾人")
    found = total("YQ-M2", [*people(15, 19), unknown])
    assert (found.status, found.total, found.proven) == (Status.UNPROVEN, None, Fen(0))
    assert "学员 x 的是否就业" in found.traces[0].missing[0].zh


def test_unknown_employment_that_cannot_tip_the_rate_is_no_obstacle() -> None:
    unknown = PersonClaim("x", valid_days=10, qualified=True, group="残疾人")
    assert paid("YQ-M2", [*people(19, 19), unknown]) == Fen.yuan(20 * 1500)


def test_each_person_is_paid_for_their_own_days() -> None:
    mixed = [*people(2, 2), PersonClaim("x", valid_days=46, qualified=True, employed=True, group="残疾人")]
    assert paid("YQ-M2", mixed) == Fen.yuan(1500 + 1500 + 5000)


def test_the_rule_itself_traces_the_sum_of_the_class() -> None:
    book, heads = packaged().rule("YQ-M2")
    found = trace(Case.of(book, ClassClaim("一班", "订单式培训"), people(15, 20)), heads)
    assert found.total == Fen.yuan(15 * 1500)
    assert "就业率 75% < 80%" in found.notes[0].zh


def test_nobody_qualified_means_that_nothing_is_due() -> None:
    found = total("YQ-M2", [PersonClaim("x", valid_days=10, qualified=False, employed=False, group="残疾人")])
    assert (found.status, found.total) == (Status.FAIL, Fen(0))


@pytest.mark.parametrize("rule", BOOKS)
def test_an_unknown_examination_that_could_lower_the_rate_leaves_it_open(rule: str) -> None:
    """16 of 20 reach the rate; were the twenty-first qualified and without work, 16 of 21 would not."""
    holds = (PersonCertificate("初级工"),)
    unknown = PersonClaim("x", "两后生", valid_days=10, employed=False, certificates=holds)
    found = total(rule, [*people(16, 20, certificates=holds), unknown])
    assert [item.branch for item in found.decisions] == [Branch.UNDECIDED]
    assert (found.status, found.total, found.proven) == (Status.UNPROVEN, None, Fen(0))


def test_people_of_an_unknown_group_cannot_be_left_out_of_the_rate_to_reach_it() -> None:
    """15 of 20 have work; called by a word that nobody knows, the five without it would have made it 15 of 15."""
    honest = people(15, 20)
    renamed = [replace(one, group="自由人" if not one.employed else one.group) for one in honest]
    found = total("YQ-M2", renamed)
    assert found.proven <= total("YQ-M2", honest).proven
    assert [item.branch for item in found.decisions] == [Branch.UNDECIDED]
