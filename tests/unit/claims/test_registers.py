"""An official register of the right date comes before the form; a contradiction stops the money and shows both."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from claims.outcome import ClaimScreen
from facts.claim import Claim, ConductRecord
from facts.claim_person import Days
from facts.history_answer import ClassRoll, PensionDrawn, RegisteredGroup, RegisteredSanction, RegisterListing
from facts.money import Fen
from facts.registry import EMPLOYEES_PENSION, PENSION, RESIDENTS_PENSION, pension_kind
from facts.verdict import Status
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    WY,
    YQ,
    a_claim,
    a_report,
    clear_history,
    each,
    first,
    of_rule,
    screened,
)

CLAIM = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
OTHERS = a_claim(YQ, "取证", "其他有能力有需求人员", count=2)  # 400 for each 初级工
SEEN = date(2025, 9, 1)
DAY = timedelta(days=1)
RECTIFIED = RegisteredSanction("例范职业培训学校", "责令整改", date(2025, 2, 1), date(2025, 4, 1), SEEN)


def beside(claim: Claim, book: str = YQ, **registers: object) -> ClaimScreen:
    reports = [a_report(claim, book)]
    return screened(book, claim, reports=reports, history=replace(clear_history(book, claim, reports), **registers))


def sums(found: ClaimScreen) -> list[int]:
    return [one.supported.fen // 100 for one in found.people]


def test_a_rectification_in_the_register_beside_a_form_that_says_none() -> None:
    found = beside(CLAIM, sanctions=(RECTIFIED,))
    assert sums(found) == [0, 0]
    assert of_rule(found, "YQ-P8")["BARRED"].finding.status is Status.FAIL
    for rule in ("YQ-P8b", "YQ-P9"):
        assert of_rule(found, rule)["SANCTIONS_NOT_SHOWN"].finding.status is Status.UNPROVEN
    one = of_rule(found, "REGISTER")["SANCTION_CONTRADICTED"]
    assert (one.finding.status, one.stops_money) == (Status.UNPROVEN, True)
    for said in ("无", "责令整改", "2025-02-01", "2025-09-01"):
        assert said in one.finding.text.zh


def test_a_register_without_anything_leaves_the_forms_word() -> None:
    assert sums(beside(CLAIM, sanctions=())) == [750, 750]
    silent = replace(CLAIM, sanctions=None)
    assert sums(beside(silent, sanctions=())) == [0, 0]  # silence proves nothing
    talked = beside(silent, sanctions=(replace(RECTIFIED, kind="约谈机构负责人"),))
    assert sums(talked) == [0, 0]
    assert of_rule(talked, "YQ-P8")["SANCTIONS_NOT_SHOWN"].finding.status is Status.UNPROVEN
    assert of_rule(beside(silent, sanctions=(RECTIFIED,)), "YQ-P8")["BARRED"].finding.status is Status.FAIL


def test_a_talk_bars_no_class_and_still_contradicts_none() -> None:
    found = beside(CLAIM, sanctions=(replace(RECTIFIED, kind="约谈机构负责人"),))
    assert "BARRED" not in of_rule(found, "YQ-P8")
    assert of_rule(found, "REGISTER")["SANCTION_CONTRADICTED"].stops_money
    assert sums(found) == [0, 0]


@pytest.mark.parametrize(
    ("kind", "form", "yuan", "unproven"),
    [
        (EMPLOYEES_PENSION, False, 0, 0),
        (RESIDENTS_PENSION, False, 0, 400),  # it does not bar, but form and register differ: to be settled
        (PENSION, False, 0, 400),  # of which kind is not known
        (EMPLOYEES_PENSION, True, 0, 0),
        (RESIDENTS_PENSION, True, 400, 0),
        (PENSION, True, 0, 400),
    ],
)
def test_yangquan_bars_only_the_employees_pension_and_asks_only_the_others(
    kind: str, yuan: int, unproven: int, *, form: bool
) -> None:
    others = OTHERS
    row = PensionDrawn("p00", kind, date(2024, 1, 1), seen=SEEN)
    found = beside(first(others, pension=form), pensions=(row,))
    assert (sums(found), found.people[0].unproven) == ([yuan, 400], Fen.yuan(unproven))
    if not form:
        text = of_rule(found, "REGISTER")["PENSION_CONTRADICTED"].finding.text.zh
        assert "未领取养老金" in text
        assert "2024-01-01" in text
    listed = beside(CLAIM, pensions=(row,))
    assert sums(listed) == [750, 750]
    assert not of_rule(listed, "REGISTER")


@pytest.mark.parametrize(
    ("kinds", "yuan", "unproven"),
    [
        ((RESIDENTS_PENSION, EMPLOYEES_PENSION), 0, 0),  # one of them bars
        ((PENSION, EMPLOYEES_PENSION), 0, 0),
        ((PENSION, RESIDENTS_PENSION), 400, 0),  # the list that names no kind is told by the other
        ((PENSION,), 0, 400),
    ],
)
def test_of_several_pensions_the_one_that_bars_counts(kinds: tuple[str, ...], yuan: int, unproven: int) -> None:
    rows = tuple(PensionDrawn("p00", kind, date(2024, 1, 1)) for kind in kinds)
    for order in (rows, rows[::-1]):
        found = beside(first(OTHERS, pension=True), pensions=order)
        assert (sums(found), found.people[0].unproven) == ([yuan, 400], Fen.yuan(unproven))


def test_a_pension_counts_from_its_first_day_and_not_on_the_day_it_ends() -> None:
    begins = BEGINS[YQ]
    for since, until, yuan in ((begins, None, 0), (date(2024, 1, 1), begins, 400), (date(2024, 1, 1), begins + DAY, 0)):
        row = PensionDrawn("p00", EMPLOYEES_PENSION, since, until)
        assert sums(beside(OTHERS, pensions=(row,))) == [yuan, 400]


def test_a_pension_that_ended_or_began_after_the_class_is_none() -> None:
    others = OTHERS
    for since, until in ((date(2024, 1, 1), date(2025, 2, 1)), (date(2025, 6, 1), None)):
        assert sums(beside(others, pensions=(PensionDrawn("p00", EMPLOYEES_PENSION, since, until),))) == [400, 400]


def test_wuyi_asks_of_any_pension_where_the_register_of_households_is_the_only_tie() -> None:
    claim = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=2)
    row = PensionDrawn("p00", RESIDENTS_PENSION, date(2020, 1, 1))
    assert sums(beside(claim, WY, pensions=(row,))) == [0, 500]
    assert sums(beside(each(claim, ties=("本县户籍", "本县就业创业")), WY, pensions=(row,))) == [500, 500]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("城乡居民养老保险", RESIDENTS_PENSION),
        ("居民养老", RESIDENTS_PENSION),
        ("新农保", RESIDENTS_PENSION),
        ("城镇职工基本养老金", EMPLOYEES_PENSION),
        ("企业职工养老", EMPLOYEES_PENSION),
        ("机关事业单位养老", EMPLOYEES_PENSION),
        ("养老待遇", PENSION),
        ("", PENSION),
    ],
)
def test_the_kinds_of_pension(words: str, kind: str) -> None:
    assert pension_kind(words) == kind


def test_who_is_not_in_the_registry_of_the_class_is_not_registered_whatever_the_form_says() -> None:
    found = beside(CLAIM, roll=ClassRoll(known=True, covers=True, people=("p01",), seen=SEEN))
    assert sums(found) == [0, 750]
    assert of_rule(found, "YQ-R1")["ABSENT"].trainees == ("p00",)
    one = of_rule(found, "REGISTER")["REALNAME_CONTRADICTED"]
    assert one.trainees == ("p00",)
    assert "已录入" in one.finding.text.zh
    assert "2025-09-01" in one.finding.text.zh


def test_a_registry_that_reaches_the_class_and_does_not_have_it_leaves_the_money_open() -> None:
    found = beside(CLAIM, roll=ClassRoll(known=False, covers=True, seen=SEEN))
    assert (sums(found), found.unproven) == ([0, 0], Fen.yuan(1500))
    entry = [one.finding.status for one in found.findings if one.finding.rule == "YQ-R1"]
    assert entry == [Status.UNPROVEN]  # neither the form's yes nor the registry's silence is believed
    no = beside(each(CLAIM, registered=False), roll=ClassRoll(known=False, covers=True, seen=SEEN))
    assert [one.finding.status for one in no.findings if one.finding.rule == "YQ-R1"] == [Status.FAIL]
    older = beside(CLAIM, roll=ClassRoll(known=False, covers=False, seen=date(2024, 1, 1)))
    assert sums(older) == [750, 750]


def test_the_registry_may_know_better_than_a_form_that_says_no() -> None:
    found = beside(first(CLAIM, registered=False), roll=ClassRoll(known=True, covers=True, people=("p00", "p01")))
    assert sums(found) == [0, 750]
    assert "YQ-R1" not in {one.finding.rule for one in found.findings if one.finding.status is Status.FAIL}
    assert of_rule(found, "REGISTER")["REALNAME_CONTRADICTED"].trainees == ("p00",)


def test_somebody_without_an_id_number_cannot_be_looked_up() -> None:
    claim = first(CLAIM, id_number=None)
    roll = ClassRoll(known=True, covers=True, people=("p01",))
    assert sums(beside(claim, payments=None, roll=roll)) == [750, 750]
    assert sums(beside(claim, roll=roll)) == [0, 750]  # what was paid to them cannot be looked up either


def test_the_official_catalogue_comes_before_the_forms_list() -> None:
    found = beside(CLAIM, listings=(RegisterListing("评价机构", "例范评价中心", listed=False, seen=SEEN),))
    assert of_rule(found, "YQ-P5")["RELATION_BROKEN"].finding.status is Status.FAIL
    assert of_rule(found, "REGISTER")["CATALOGUE_CONTRADICTED"].stops_money
    assert sums(found) == [0, 0]
    order = a_claim(LX, "订单式培训", "脱贫人口", count=1)
    assert sums(beside(order, LX, listings=(RegisterListing("培训机构", "例范职业培训学校", listed=True),))) == [750]


@pytest.mark.parametrize("listed", [True, False, None])
def test_no_word_of_the_form_makes_up_for_an_official_catalogue_without_the_institution(listed: bool | None) -> None:  # noqa: FBT001 - three-valued
    said = tuple(
        replace(one, listed=listed) if one.catalogue == "定点培训机构目录" else one for one in CLAIM.listings or ()
    )
    silent = tuple(one for one in CLAIM.listings or () if one.catalogue != "定点培训机构目录")
    claim = replace(CLAIM, listings=silent if listed is None else said)
    official = RegisterListing("培训机构", "例范职业培训学校", listed=False, seen=SEEN)
    found = beside(claim, listings=(official,))
    assert (sums(found), found.unproven) == ([0, 0], Fen.yuan(1500))
    reason = "CATALOGUE_CONTRADICTED" if listed else "NOT_IN_CATALOGUE"
    assert of_rule(found, "REGISTER")[reason].stops_money
    assert "2025-09-01" in of_rule(found, "REGISTER")[reason].finding.text.zh
    assert sums(beside(claim, listings=(replace(official, listed=True),)))[0] == (0 if listed is False else 750)
    # Certificates ask for no designated trainer.
    assert sums(beside(replace(OTHERS, listings=silent), listings=(official,))) == [400, 400]


@pytest.mark.parametrize(
    ("kind", "yuan"),
    [
        ("责令停业整顿", 0), ("停业整顿", 0), ("吊销办学许可证", 0), ("限期改正", 0), ("责令限期改正", 0),
        ("撤销培训资质", 0), ("取消定点资格", 0), ("暂停招生", 0), ("移出目录", 0), ("注销", 0),
        ("情况通报", 750), ("约谈机构负责人", 750), ("撤销行政处罚", 750),
    ],
)  # fmt: skip
def test_whatever_keeps_an_institution_from_teaching_bars_its_classes(kind: str, yuan: int) -> None:
    open_form = replace(CLAIM, sanctions=(ConductRecord("例范职业培训学校", kind, Days(date(2025, 2, 1))),))
    found = screened(YQ, open_form)
    assert ("BARRED" in of_rule(found, "YQ-P8")) is (yuan == 0)
    assert sums(found) == [yuan, yuan]
    listed = beside(replace(CLAIM, sanctions=None), sanctions=(replace(RECTIFIED, kind=kind),))
    assert ("BARRED" in of_rule(listed, "YQ-P8")) is (yuan == 0)


def test_a_group_that_register_or_verified_roster_has_otherwise_stops_that_persons_money() -> None:
    roll = ClassRoll(
        known=True,
        covers=True,
        people=("p00", "p01"),
        groups=(RegisteredGroup("p00", "企业职工"), RegisteredGroup("p01", "脱贫人口")),
    )
    found = beside(CLAIM, roll=roll)
    assert (sums(found), found.people[0].unproven) == ([0, 750], Fen.yuan(750))
    text = of_rule(found, "REGISTER")["GROUP_CONTRADICTED"].finding.text.zh
    assert "脱贫人口" in text
    assert "企业职工" in text
    report = a_report(CLAIM, YQ)
    named = tuple(
        replace(line, group=group) for line, group in zip(report.trainees, ("残疾人", "重点群体"), strict=True)
    )
    assert sums(screened(YQ, CLAIM, reports=[replace(report, trainees=named)])) == [0, 750]
    unheard = replace(roll, groups=(RegisteredGroup("p00", "脱贫户"),))
    assert sums(beside(CLAIM, roll=unheard)) == [750, 750]
