"""The money of a whole class: which rules bind it, who is paid for, and what stays open."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from claims.total import ClaimTrace, class_total
from facts.codec import dumps, loads
from facts.errors import FaultsError, InputError
from facts.money import Fen
from facts.verdict import Status
from policy.shelf import packaged

YQ, SX0, LX, WY, QJ = "yangquan-2024", "sx-unnamed-2023", "linxian-2023", "wuyi-2020", "quanjiao-2020"

HELD = (PersonCertificate("培训合格证书"),)


def total(book: str, people: Sequence[PersonClaim], programme: str, **claim: object) -> ClaimTrace:
    held = packaged().book(book)
    return class_total(held, ClassClaim("一班", programme, **({"first_day": held.valid.first} | claim)), people)


def trainee(key: str = "甲", **known: object) -> PersonClaim:
    facts = {"group": "农村转移就业劳动者", "valid_days": 10, "qualified": True, "employed": True} | known
    return PersonClaim(key, **facts)


def test_linxian_adds_the_living_allowance_of_poor_trainees_to_the_class() -> None:
    people = [
        trainee("甲", group="脱贫人口", certificates=(PersonCertificate("初级工"),)),
        trainee("乙", certificates=(PersonCertificate("初级工"),)),
    ]
    found = total(LX, people, "订单式培训", settlement="once")
    assert [(item.rule, item.subject, item.total) for item in found.traces] == [
        ("LX-M2", "乙", Fen.yuan(1500)),
        ("LX-M2", "甲", Fen.yuan(1500)),
        ("LX-M5", "甲", Fen.yuan(150)),
    ]
    # 2 × 1500 to the institution; the 150 of living are the trainee's own, out of another fund, and in no sum with it.
    assert (found.status, found.total) == (Status.PASS, Fen.yuan(3000))


def test_a_collective_group_leaves_open_who_gets_the_living_allowance() -> None:
    found = total(LX, [trainee(group="")], "普惠制培训", group="六类人员")
    open_ones = [item for item in found.traces if item.status is Status.UNPROVEN]
    assert [item.rule for item in open_ones] == ["LX-M5"]
    assert (found.total, found.proven) == (None, Fen.yuan(1000))


def test_one_person_without_attendance_keeps_the_total_open_and_the_rest_shown() -> None:
    found = total(YQ, [trainee("甲"), trainee("乙", valid_days=None)], "项目制培训", settlement="staged")
    assert (found.status, found.total, found.proven) == (Status.UNPROVEN, None, Fen.yuan(1500))
    assert "学员 乙 的有效培训天数" in found.traces[0].missing[0].zh


def test_an_empty_roster_proves_nothing() -> None:
    found = total(YQ, [], "订单式培训", settlement="once")
    assert (found.status, found.total) == (Status.UNPROVEN, None)
    assert "花名册" in found.missing[0].zh


def test_a_programme_that_the_document_does_not_pay_for_is_not_applicable() -> None:
    found = total(LX, [trainee()], "以工代训")
    assert (found.status, found.total, found.traces) == (Status.NOT_APPLICABLE, None, ())


@pytest.mark.parametrize("programme", ["", "普惠制培训"])
def test_an_unknown_programme_proves_nothing(programme: str) -> None:
    assert total(YQ, [trainee()], programme).status is Status.UNPROVEN


def test_settling_training_to_order_in_stages_fails_the_claim_although_the_sum_stands() -> None:
    found = total(YQ, [trainee()], "订单式培训", settlement="staged")
    assert (found.status, found.total) == (Status.FAIL, Fen.yuan(1500))


def test_wuyi_training_begun_before_the_document_keeps_an_older_standard() -> None:
    person = PersonClaim("甲", valid_hours=Fraction(40), certificates=HELD)
    old = total(WY, [person], "项目制培训", first_day=date(2020, 4, 8), last_day=date(2020, 5, 1), firm_lists=())
    new = total(WY, [person], "项目制培训", first_day=date(2020, 4, 9), last_day=date(2020, 5, 1), firm_lists=())
    undated = total(WY, [person], "项目制培训", first_day=None, firm_lists=())
    assert (old.status, old.total) == (Status.UNPROVEN, None)
    assert "WY-T1" in old.missing[0].zh
    assert (new.status, new.total) == (Status.PASS, Fen.yuan(1000))
    assert undated.total is None


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2024, 10, 15), None], ids=["after", "before", "no day at all"])
def test_a_class_outside_the_documents_days_is_not_judged_by_it(day: date | None) -> None:
    found = total(YQ, [trainee()], "订单式培训", settlement="staged", first_day=day)
    assert (found.status, found.total) == (Status.UNPROVEN, None)


def test_the_uplift_stands_beside_the_sum_never_in_it() -> None:
    days = {"first_day": date(2021, 3, 1), "last_day": date(2021, 3, 9)}
    firm = {"firm_lists": ("受经贸摩擦影响的企业",)}
    found = total(WY, [PersonClaim("甲", valid_hours=Fraction(40), certificates=HELD)], "项目制培训", **days, **firm)
    assert found.total == Fen.yuan(1000)
    assert [(item.total, item.ceiling) for item in found.may_add] == [(Fen.yuan(300), True)]


@pytest.mark.parametrize(
    ("lists", "last", "status"),
    [
        ((), date(2021, 3, 9), None),
        (None, date(2021, 3, 9), Status.UNPROVEN),
        (("受经贸摩擦影响的企业",), None, Status.UNPROVEN),
        (("受经贸摩擦影响的企业",), date(2022, 1, 9), Status.UNPROVEN),
    ],
    ids=["a firm on no list", "an unknown list", "an unknown last day", "a class that runs past 2021"],
)
def test_the_uplift_of(lists: tuple[str, ...] | None, last: date | None, status: Status | None) -> None:
    person = PersonClaim("甲", valid_hours=Fraction(40), certificates=HELD)
    found = total(WY, [person], "项目制培训", firm_lists=lists, first_day=date(2021, 3, 1), last_day=last)
    assert [item.status for item in found.may_add] == ([status] if status else [])


@pytest.mark.parametrize(
    ("book", "clause", "once"),
    [(YQ, "YQ-M8", 400), (SX0, "SX0-M3b", 400), (LX, "LX-M8b", 400)],
)
def test_one_level_counts_once_however_many_certificates(book: str, clause: str, once: int) -> None:
    twice = (
        PersonCertificate("初级工", number="1", occupation="焊工"),
        PersonCertificate("初级工", number="2", occupation="电工"),
    )
    found = total(book, [trainee(certificates=twice, evaluation_fee=False)], "取证")
    assert found.total == Fen.yuan(once)
    assert clause in found.traces[0].notes[0].zh
    assert clause in found.also


def test_wuyi_pays_the_same_level_of_two_occupations() -> None:
    two = (PersonCertificate("中级工", occupation="焊工"), PersonCertificate("中级工", occupation="电工"))
    known = {"first_day": date(2021, 3, 1), "last_day": date(2021, 3, 2), "firm_lists": ()}
    assert total(WY, [trainee(certificates=two)], "职业资格培训", **known).total == Fen.yuan(2000)
    assert total(WY, [trainee(certificates=two[:1] * 2)], "职业资格培训", **known).total == Fen.yuan(1000)


def test_two_first_certificates_contradict_each_other() -> None:
    both = (PersonCertificate("初级工", first=True), PersonCertificate("中级工", first=True))
    found = total(YQ, [trainee(certificates=both)], "取证")
    assert found.status is Status.UNPROVEN
    assert "只能有一本" in found.traces[0].missing[0].zh


def test_a_misspelt_certificate_is_asked_about_not_refused() -> None:
    found = total(YQ, [trainee(certificates=(PersonCertificate("中级", first=True),))], "取证")
    assert (found.status, found.total) == (Status.UNPROVEN, None)


def test_the_same_person_twice_is_refused() -> None:
    with pytest.raises(FaultsError, match="got the person twice, expected each person once"):
        total(YQ, [trainee(), trainee()], "项目制培训")


def test_impossible_facts_are_refused_all_at_once() -> None:
    with pytest.raises(FaultsError) as refused:
        PersonClaim("甲", valid_days=-1, contract_years=-2)
    assert len(refused.value.faults) == 2
    with pytest.raises(FaultsError, match=r"got the float 23\.5, expected a whole number or an exact fraction"):
        PersonClaim("甲", valid_hours=23.5)  # type: ignore[arg-type]


def test_the_terms_cite_the_class_hours_that_earn_them() -> None:
    hours = tuple((f"{day:02d}-1", f"{day:02d}-2") for day in range(1, 12))
    found = total(YQ, [trainee(valid_days=11, day_sources=hours)], "项目制培训", settlement="once")
    assert [len(term.sources) for term in found.traces[0].terms] == [20, 2]
    assert found.traces[0].terms[1].sources == ("11-1", "11-2")


def test_a_claim_survives_the_way_to_json_and_back() -> None:
    found = total(LX, [trainee(group="脱贫人口"), trainee("乙", valid_days=None)], "订单式培训")
    assert loads(ClaimTrace, dumps(found)) == found


def test_a_total_that_is_not_the_sum_of_its_terms_cannot_be_read_back() -> None:
    found = total(YQ, [trainee()], "项目制培训", settlement="once")
    with pytest.raises(InputError, match="as its terms say"):
        loads(ClaimTrace, dumps(found).replace('"total": {"fen": 150000}', '"total": {"fen": 250000}'))


@pytest.mark.parametrize(
    ("sentence", "book", "programme", "person", "flag"),
    [
        ("two days of open training are fewer than usual", LX, "普惠制培训", {"valid_days": 2}, "一般为 3-10 天"),
        ("eleven are more than usual", LX, "普惠制培训", {"valid_days": 11}, "一般为 3-10 天"),
        ("half days are shown", YQ, "项目制培训", {"half_days": 4}, "4 天仅半天"),
    ],
)
def test_soft_bounds_are_flagged_and_still_paid(
    sentence: str, book: str, programme: str, person: dict[str, Any], flag: str
) -> None:
    found = total(book, [trainee(**person)], programme, settlement="once").traces[0]
    assert flag in found.flags[0].zh, sentence
    assert found.status is Status.PASS


def test_a_wuyi_class_of_81_is_flagged_and_still_paid() -> None:
    known = {"first_day": date(2021, 3, 1), "last_day": date(2021, 3, 2), "firm_lists": ()}
    crowd = [PersonClaim(f"{n}", valid_hours=Fraction(12), certificates=HELD) for n in range(81)]
    found = total(WY, crowd, "项目制培训", **known)
    assert found.total == Fen.yuan(81 * 300)
    assert "不超过 80 人" in found.traces[0].flags[0].zh
    assert not total(WY, crowd[:80], "项目制培训", **known).traces[0].flags


@pytest.mark.parametrize(
    ("already", "due", "status"),
    [((), Fen.yuan(300), Status.PASS), (("QJ-M4",), Fen(0), Status.FAIL), (None, None, Status.UNPROVEN)],
    ids=["never before", "already this year", "not known"],
)
def test_quanjiao_pays_safety_training_once_a_year(
    already: tuple[str, ...] | None, due: Fen | None, status: Status
) -> None:
    found = total(QJ, [trainee(off_job=True, already_paid=already, group="企业职工")], "安全技能培训")
    assert (found.total, found.status) == (due, status)
