"""One claim screened: which hours count, what is only open, what a clause stops, and that every sum adds up."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from claims.outcome import ClaimScreen
from claims.screening import screen
from facts.claim import ConductRecord
from facts.claim_person import Days
from facts.codec import dumps, loads
from facts.history_answer import HistoryAnswer, ReceivedBenefit
from facts.money import Fen
from facts.report import PolicyRef
from facts.verdict import Presence, Status
from tests.fixtures.claim_facts import (
    LX,
    QJ,
    SX0,
    WY,
    YQ,
    TaughtClass,
    a_claim,
    a_report,
    book,
    clear_history,
    each,
    first,
    of_rule,
    screened,
)

KIND = {
    "YQ-M1": (YQ, "项目制培训", "脱贫人口"),
    "LX-M2": (LX, "订单式培训", "城镇登记失业人员"),
    "WY-M2": (WY, "项目制培训", "农村转移就业劳动者"),
    "LX-M7": (LX, "创业培训", "返乡入乡创业人员"),
    "YQ-M4": (YQ, "企业职工培训", "企业职工"),
}


@pytest.mark.parametrize(
    ("rule", "days", "hours", "yuan"),
    [
        ("YQ-M1", 1, 1, 150),
        ("YQ-M1", 10, 1, 1500),
        ("YQ-M1", 11, 1, 1600),
        ("YQ-M1", 44, 1, 4900),
        ("YQ-M1", 45, 1, 5000),
        ("YQ-M1", 46, 1, 5000),
        ("LX-M2", 34, 1, 3900),
        ("LX-M2", 35, 1, 4000),
        ("LX-M2", 36, 1, 4000),
        ("WY-M2", 1, 11, 0),
        ("WY-M2", 2, 6, 300),
        ("WY-M2", 3, 13, 975),
        ("WY-M2", 4, 10, 1000),
        ("WY-M2", 41, 1, 1000),
        ("LX-M7", 10, 1, 1440 + 360),
        ("YQ-M4", 3, 1, 300),
        ("YQ-M4", 2, 12, 300),
        ("YQ-M4", 2, 11, 0),
    ],
)
def test_the_golden_numbers_come_out_of_verdicts(rule: str, days: int, hours: int, yuan: int) -> None:
    book_id, programme, group = KIND[rule]
    found = screened(book_id, a_claim(book_id, programme, group, count=1, days=days), TaughtClass(days, hours))
    assert found.supported == Fen.yuan(yuan)
    assert found.unproven == Fen(0)


@pytest.mark.parametrize(("days", "count", "yuan"), [(1, 100, 8000), (6, 100, 48_000), (6, 50, 24_000)])
def test_online_courses_are_paid_by_the_class_and_by_the_heads_that_were_there(
    days: int, count: int, yuan: int
) -> None:
    found = screened(WY, a_claim(WY, "线上培训", "企业职工", count=count, days=days), TaughtClass(days))
    assert found.supported == Fen.yuan(yuan)
    assert found.whole


def test_sixteen_of_twenty_is_exactly_eighty_per_cent_and_pays_all_who_passed() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=20)
    sixteen = tuple(one if n < 16 else replace(one, employment=()) for n, one in enumerate(claim.people))
    fifteen = (*sixteen[:15], replace(sixteen[15], employment=()), *sixteen[16:])
    assert screened(YQ, replace(claim, people=sixteen)).supported == Fen.yuan(20 * 750)
    assert screened(YQ, replace(claim, people=fifteen)).supported == Fen.yuan(15 * 750)


def test_three_days_of_23_and_a_half_hours_earn_the_300_by_the_days() -> None:
    strict = replace(
        book(YQ),
        assumptions=replace(
            book(YQ).assumptions, class_hour=replace(book(YQ).assumptions.class_hour, prefer_timetable=False)
        ),
    )
    claim = a_claim(YQ, "企业职工培训", "企业职工", count=1, days=3)
    whole = a_report(claim, YQ, TaughtClass(3, 8))
    short = whole.hours[-1]
    half = replace(short, span=replace(short.span, end=short.span.start + short.span.length / 2))
    report = replace(whole, hours=(*whole.hours[:-1], half))
    (person,) = screen(strict, claim, [report], as_of=date(2026, 1, 1)).people
    assert person.time is not None
    assert person.time.hours == Fraction(47, 2)
    assert person.traces[0].total == Fen.yuan(300)


def test_every_sum_names_the_class_hours_it_rests_on() -> None:
    found = screened(YQ, a_claim(YQ, "项目制培训", "脱贫人口", count=1), TaughtClass(2, 2))
    (term,) = found.people[0].traces[0].terms
    assert term.sources == ("2025-03-03-1", "2025-03-03-2", "2025-03-04-1", "2025-03-04-2")
    assert found.people[0].traces[0].article == "第六条"


def test_hours_that_failed_count_nothing_and_open_ones_are_money_not_yet_shown() -> None:
    def verdict(hour: str) -> Status:
        return {"2025-03-03": Status.PASS, "2025-03-04": Status.FAIL}.get(hour[:10], Status.UNPROVEN)

    claim = each(a_claim(YQ, "项目制培训", "脱贫人口", count=1), claimed=Fen.yuan(750))
    (person,) = screened(YQ, claim, TaughtClass(5, 4, verdict=verdict)).people
    assert (person.supported, person.unproven, person.difference) == (Fen.yuan(150), Fen.yuan(450), Fen.yuan(600))
    assert person.time is not None
    assert (person.time.days, person.time.days_if_proven) == (1, 4)
    assert person.time.failed_hours == tuple(f"2025-03-04-{n}" for n in (1, 2, 3, 4))


def test_who_was_absent_on_leave_or_not_shown_to_be_there_is_told_apart() -> None:
    def presence(key: str, _: str) -> Presence:
        return {"p00": Presence.ABSENT, "p01": Presence.LEAVE, "p02": Presence.UNPROVEN}.get(key, Presence.PRESENT)

    found = screened(YQ, a_claim(YQ, "项目制培训", "脱贫人口", count=4), TaughtClass(presence=presence))
    sums = {one.trainee: (one.supported, one.unproven) for one in found.people}
    nothing, all_of_it = Fen(0), Fen.yuan(750)
    assert sums == {
        "p00": (nothing, nothing),
        "p01": (nothing, nothing),
        "p02": (nothing, all_of_it),
        "p03": (all_of_it, nothing),
    }


def test_exempt_hours_count_and_so_do_hours_of_which_no_recording_is_asked() -> None:
    for status in (Status.EXEMPT, Status.NOT_APPLICABLE):
        found = screened(
            WY,
            a_claim(WY, "项目制培训", "农村转移就业劳动者", count=1),
            TaughtClass(2, 6, verdict=lambda _, s=status: s),
        )
        assert found.supported == Fen.yuan(300)


def test_days_that_the_claim_asserts_count_for_nothing_without_reports() -> None:
    claim = each(a_claim(YQ, "项目制培训", "脱贫人口", count=1), claimed_days=5, claimed=Fen.yuan(750))
    found = screened(YQ, claim, reports=[])
    assert found.supported == Fen(0)
    assert found.open_ended
    assert of_rule(found, "REPORTS")["NO_REPORTS"].finding.status is Status.UNPROVEN


def test_verdicts_under_another_document_or_of_another_class_prove_nothing_here() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=1)
    report = a_report(claim, YQ)
    other = [
        replace(report, policy=PolicyRef(LX, "")),
        replace(report, policy=None),
        replace(report, training_class=replace(report.training_class, id="别班")),
    ]
    for strange in other:
        found = screened(YQ, claim, reports=[strange])
        assert found.supported == Fen(0)
        assert found.unproven == Fen.yuan(750)


def test_a_class_hour_reported_twice_counts_once_as_the_newer_report_judges_it() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=1)
    old = a_report(claim, YQ)
    new = replace(
        a_report(claim, YQ, TaughtClass(verdict=lambda _: Status.FAIL)), made_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    assert screened(YQ, claim, reports=[old, old]).supported == Fen.yuan(750)
    assert screened(YQ, claim, reports=[new, old]).supported == Fen(0)


def test_nobody_sits_in_two_class_hours_at_once() -> None:
    claim = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=1)
    report = a_report(claim, WY, TaughtClass(1, 12))
    twin = replace(
        report,
        hours=tuple(replace(hour, id=f"{hour.id}b") for hour in report.hours),
        verdicts=tuple(replace(one, hour_id=f"{one.hour_id}b") for one in report.verdicts),
        attendance=tuple(replace(one, hour_id=f"{one.hour_id}b") for one in report.attendance),
    )
    assert screened(WY, claim, reports=[report, twin]).supported == Fen.yuan(300)


def test_half_days_are_shown_as_a_doubt_and_paid_as_days() -> None:
    found = screened(YQ, a_claim(YQ, "项目制培训", "脱贫人口", count=1), TaughtClass(5, 3))
    assert found.supported == Fen.yuan(750)
    assert [one.rule for one in found.doubts if one.kind == "SOFT_BOUND_LEFT"] == ["YQ-M1"]


def test_who_is_claimed_for_and_not_on_the_roster_is_found_and_who_is_on_it_and_not_claimed_too() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=3)
    report = a_report(replace(claim, people=claim.people[1:]), YQ)
    found = screened(YQ, claim, reports=[report])
    assert of_rule(found, "ROSTER")["MISSING"].trainees == ("p00",)
    assert found.people[0].supported == Fen(0)
    fewer = screened(YQ, replace(claim, people=claim.people[:2]), reports=[a_report(claim, YQ)])
    assert of_rule(fewer, "ROSTER")["NOT_CLAIMED"].finding.status is Status.UNPROVEN


def test_two_people_of_one_name_without_numbers_are_not_guessed_apart() -> None:
    claim = each(a_claim(YQ, "项目制培训", "脱贫人口", count=2), name="例某", id_number=None)
    found = screened(YQ, claim)
    assert of_rule(found, "ROSTER")["AMBIGUOUS"].trainees == ("p00", "p01")
    assert found.supported == Fen(0)


def test_no_voucher_pays_that_person_nothing_and_the_clause_is_a_term_of_the_sum() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
    events = tuple(one for one in claim.voucher_events or () if one.trainee != "p00")
    found = screened(YQ, first(replace(claim, voucher_events=events), vouchers=()))
    ghost, other = found.people
    (term,) = [one for one in ghost.withheld if one.amount > Fen(0)]
    assert (term.rule, term.status, term.amount) == ("YQ-R1", Status.FAIL, Fen.yuan(750))
    assert "无券不补" in term.quote
    assert (ghost.supported, ghost.unproven) == (Fen(0), Fen(0))
    assert other.supported == Fen.yuan(750)


def test_a_class_that_falls_into_a_rectification_pays_nobody() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
    barred = ConductRecord(claim.institution.name, "责令整改", Days(date(2025, 3, 1), date(2025, 3, 3)))
    found = screened(YQ, replace(claim, sanctions=(barred,)))
    assert found.supported == Fen(0)
    assert {term.rule for one in found.people for term in one.withheld} == {"YQ-P8"}


def test_an_order_class_in_which_too_few_take_the_certificate_is_not_paid() -> None:
    claim = a_claim(LX, "订单式培训", "城镇登记失业人员", count=4)
    half = tuple(one if n < 2 else replace(one, certificates=()) for n, one in enumerate(claim.people))
    fewer = (*half[:1], *(replace(one, certificates=()) for one in half[1:]))
    assert screened(LX, replace(claim, people=half)).supported == Fen.yuan(4 * 750)
    assert screened(LX, replace(claim, people=fewer)).supported == Fen(0)


def test_without_a_history_the_sum_is_open_not_shown() -> None:
    found = screened(QJ, a_claim(QJ, "岗前培训", "企业职工", count=1), history=None)
    assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(1200))
    assert {one.rule for one in found.people[0].withheld} == {"QJ-D1b"}


def test_a_secret_unit_needs_no_voucher_to_be_paid() -> None:
    claim = each(a_claim(YQ, "企业职工培训", "企业职工", count=1), vouchers=(), registered=False)
    secret = replace(claim, training_class=replace(claim.training_class, secret_unit=True))
    assert screened(YQ, claim).supported == Fen(0)
    assert screened(YQ, secret).supported == Fen.yuan(300)


def test_below_eighty_per_cent_the_fragment_gives_no_sum_and_says_what_would() -> None:
    claim = each(a_claim(SX0, "项目制培训", "脱贫人口", count=2), employment=())
    found = screened(SX0, claim)
    assert found.supported == Fen(0)
    assert found.open_ended
    assert found.whole
    assert "文件未规定" in found.whole.missing[0].zh


def test_a_class_before_the_document_is_not_paid_by_it() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=1)
    early = replace(claim, actual=replace(claim.actual, first=date(2024, 1, 1), last=date(2024, 1, 5)))
    found = screened(YQ, early, reports=[])
    assert found.missing
    assert found.people[0].withheld[-1].rule == "A13"


def test_the_screening_goes_to_json_and_back() -> None:
    found = screened(YQ, each(a_claim(YQ, "项目制培训", "脱贫人口"), claimed=Fen.yuan(900)))
    assert loads(ClaimScreen, dumps(found)) == found


def test_the_header_sum_is_the_claimed_sum_where_it_is_given() -> None:
    claim = each(a_claim(YQ, "项目制培训", "脱贫人口", count=2), claimed=Fen.yuan(750))
    assert screened(YQ, claim).claimed == Fen.yuan(1500)
    assert screened(YQ, first(claim, claimed=None)).claimed is None
    header = screened(YQ, replace(claim, claimed=Fen.yuan(1600)))
    assert header.claimed == Fen.yuan(1600)
    assert "HEADER_SUM_DIFFERS" in {one.kind for one in header.doubts}


def test_an_empty_history_answers_nothing() -> None:
    claim = a_claim(QJ, "岗前培训", "企业职工", count=1)
    assert screened(QJ, claim, history=HistoryAnswer()).supported == Fen(0)


def test_one_person_in_two_rows_is_found_and_no_sum_is_shown_for_either() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
    twin = replace(claim.people[0], key="p77", claimed=Fen.yuan(750))
    report = a_report(claim, YQ)
    found = screened(YQ, replace(claim, people=(*claim.people, twin)), reports=[report])
    assert of_rule(found, "ROSTER")["TWICE"].trainees == ("p00", "p77")
    assert of_rule(found, "ROSTER")["TWICE"].finding.status is Status.FAIL
    assert {one.trainee: one.supported for one in found.people} == {"p00": Fen(0), "p77": Fen(0), "p01": Fen.yuan(750)}


def test_a_row_number_that_happens_to_be_another_persons_key_joins_nobody() -> None:
    claim = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
    keyed = replace(claim, people=(replace(claim.people[0], key="r01"), replace(claim.people[1], key="r00")))
    held = TaughtClass(presence=lambda key, _: Presence.PRESENT if key == "p01" else Presence.ABSENT)
    found = screened(YQ, keyed, reports=[a_report(claim, YQ, held)])
    assert {one.trainee: one.supported for one in found.people} == {"r00": Fen.yuan(750), "r01": Fen(0)}


def test_people_whose_every_hour_is_open_may_still_have_taken_part_so_a_rate_does_not_rise_without_them() -> None:
    claim = a_claim(LX, "订单式培训", "城镇登记失业人员", count=3)
    people = (claim.people[0], *(replace(one, certificates=()) for one in claim.people[1:]))
    held = TaughtClass(presence=lambda key, _: Presence.PRESENT if key == "p00" else Presence.UNPROVEN)
    found = screened(LX, replace(claim, people=people), held)
    assert of_rule(found, "LX-M4")["RATE_NOT_SHOWN"].finding.status is Status.UNPROVEN
    assert found.supported == Fen(0)


def test_an_online_class_is_paid_for_the_heads_that_no_clause_stops() -> None:
    claim = a_claim(WY, "线上培训", "企业职工", count=100, days=6)
    pensioners = tuple(replace(one, pension=True) if n < 50 else one for n, one in enumerate(claim.people))
    unknown = tuple(replace(one, pension=None) if n < 50 else one for n, one in enumerate(claim.people))
    half, open_yet = (screened(WY, replace(claim, people=own), TaughtClass(6)) for own in (pensioners, unknown))
    assert (half.supported, half.unproven) == (Fen.yuan(24_000), Fen(0))
    assert of_rule(half, "WY-M6")["SUM_SHOWN"].finding.numbers["fen"] == 2_400_000
    assert (open_yet.supported, open_yet.unproven) == (Fen.yuan(24_000), Fen.yuan(24_000))


def test_an_online_class_that_half_attended_is_paid_for_half() -> None:
    claim = a_claim(WY, "线上培训", "企业职工", count=100, days=6)
    held = TaughtClass(6, presence=lambda key, _: Presence.ABSENT if int(key[1:]) < 50 else Presence.PRESENT)
    assert screened(WY, claim, held).supported == Fen.yuan(24_000)


def test_a_sum_of_the_class_as_one_is_not_stopped_by_clauses_that_are_kept() -> None:
    claim = a_claim(WY, "线上培训", "企业职工", count=100, days=1)
    strict = replace(
        book(WY), rules=(*book(WY).rules, replace(book(YQ).rule("YQ-P8"), id="WY-X8", groups=(), programmes=()))
    )
    report = a_report(claim, WY, TaughtClass(1))
    kept = screen(strict, claim, [report], clear_history(WY, claim, [report]), as_of=date(2026, 1, 1))
    assert kept.whole
    assert kept.whole.withheld == ()
    unknown = replace(claim, sanctions=None)
    open_yet = screen(strict, unknown, [report], clear_history(WY, claim, [report]), as_of=date(2026, 1, 1))
    assert (kept.supported, open_yet.supported, open_yet.unproven) == (Fen.yuan(8000), Fen(0), Fen.yuan(8000))


def test_what_the_history_knows_to_have_been_received_excludes_a_second_subsidy() -> None:
    claim = each(a_claim(QJ, "以工代训", "就业困难人员", count=1), already_paid=None)
    reports = [a_report(claim, QJ)]
    clear = clear_history(QJ, claim, reports)
    beside = replace(clear, received=(ReceivedBenefit("p00", "QJ-M1"),))
    living = Fen.yuan(5 * 50)  # the person's own, in a purse of its own
    for history, work in ((clear, 1200), (beside, 0), (replace(clear, received=None), 0)):
        found = screened(QJ, claim, reports=reports, history=history)
        assert found.supported == Fen.yuan(work)
        assert [(one.recipient, one.supported) for one in found.beside] == [("个人", living)]
