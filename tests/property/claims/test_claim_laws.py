"""Laws of a screening that hold for every document: more proof never costs, less knowledge never helps, nobody is named."""

import re
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.outcome import ClaimScreen
from claims.trace import NOTHING, summed
from facts.claim import Claim, ConductRecord
from facts.claim_person import CertificateRow, Days, Exam
from facts.codec import dumps, loads
from facts.history_answer import HistoryAnswer, ReceivedBenefit
from facts.money import Fen
from facts.text import Text
from facts.verdict import Doubt, Finding, HourVerdict, Presence, Status
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    QJ,
    SX0,
    TRAINER,
    WY,
    YQ,
    TaughtClass,
    a_claim,
    a_report,
    clear_history,
    screened,
)

KINDS = [
    (YQ, "项目制培训", "脱贫人口"),
    (YQ, "企业职工培训", "企业职工"),
    (YQ, "取证", "城镇登记失业人员"),
    (SX0, "订单式培训", "两后生"),
    (LX, "订单式培训", "脱贫人口"),
    (LX, "普惠制培训", "就业困难人员"),
    (LX, "创业培训", "返乡入乡创业人员"),
    (WY, "项目制培训", "农村转移就业劳动者"),
    (WY, "线上培训", "企业职工"),
    (QJ, "岗前培训", "企业职工"),
    (QJ, "安全技能培训", "企业职工"),
]
# Facts that differ from the claim in good order, by field; what is drawn is known, right or wrong.
HEADER: dict[str, list[Any]] = {
    "approvals": [()],
    "signers": [()],
    "notices": [()],
    "voucher_events": [()],
    "paid": [True],
    "claimant": ["个人", "企业"],
    "settlement": ["staged"],
    "cost_lines": [("差旅费",)],
    "listings": [()],
    "sanctions": [(ConductRecord("p00", "认定违规"),), (ConductRecord(TRAINER, "整改", Days(date(2020, 1, 1))),)],
    "holdings": [()],
    "papers": [()],
    "evaluator": [],
    "approved_plan": [],
    "standard_hours": [],
    "filings": [()],
    "claim_day": [date(2024, 5, 1)],
    "payment_day": [date(2026, 1, 4), date(2020, 1, 1)],
}
PERSON: dict[str, list[Any]] = {
    "ties": [()],
    "pension": [True],
    "major_matches": [False],
    "registered": [False],
    "vouchers": [()],
    "exam": [Exam(date(2020, 1, 1), passed=False, theory=True, practice=False)],
    "certificates": [(), (CertificateRow("中级工", "M1", first=False),)],
    "employment": [()],
    "account": [],
    "fee_taken": [True],
    "refunds": [],
    "off_job": [False],
    "licensed": [False],
    "already_paid": [("失业保险技能提升补贴",), ("QJ-M1",)],
    "claimed_days": [9],
}


class Scene(NamedTuple):
    """A claim under a document, how its class was held, and how often each thing had been paid before."""

    book_id: str
    claim: Claim
    held: dict[str, Status]
    there: dict[str, Presence]
    before: int
    received: tuple[ReceivedBenefit, ...] = ()
    reviewed: frozenset[str] = frozenset()

    def screened(self, *, history: bool = True) -> ClaimScreen:
        """The screening of it all."""
        report = a_report(self.claim, self.book_id, TaughtClass(3, 4, verdict=self._verdict, presence=self._presence))
        report = replace(report, verdicts=tuple(map(self._said, report.verdicts)))
        answer = replace(clear_history(self.book_id, self.claim, [report], self.before), received=self.received)
        return screened(self.book_id, self.claim, reports=[report], history=answer if history else None)

    def _verdict(self, hour: str) -> Status:
        return self.held.get(self._place(hour), Status.PASS)

    def _said(self, verdict: HourVerdict) -> HourVerdict:
        """The verdict as people's review left it, over a machine that decided nothing."""
        machine = Finding("V", Status.UNPROVEN, "TOO_FEW_SEEN", Text("", ""))
        return replace(verdict, before_review=machine) if self._place(verdict.hour_id) in self.reviewed else verdict

    def _presence(self, key: str, hour: str) -> Presence:
        return self.there.get(key + self._place(hour), Presence.PRESENT)

    def _place(self, hour: str) -> str:
        """The hour by the day of the class, counted from 0, and its number."""
        return f"{(date.fromisoformat(hour[:10]) - BEGINS[self.book_id]).days}-{hour[11:]}"


hours = st.sampled_from([f"{day}-{n}" for day in range(3) for n in (1, 2, 3, 4)])
seats = st.builds(lambda key, hour: key + hour, st.sampled_from(["p00", "p01", "p02"]), hours)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A claim in good order with some facts changed, some hours failed, some people away."""
    book_id, programme, group = draw(st.sampled_from(KINDS))
    claim = a_claim(book_id, programme, group, count=3, days=3)
    people = tuple(replace(one, claimed=Fen.yuan(300), **draw(_changes(PERSON))) for one in claim.people)
    changed = draw(_changes(HEADER))
    claim = replace(claim, people=people, **changed)
    held = draw(st.dictionaries(hours, st.sampled_from(list(Status)), max_size=8))
    there = draw(st.dictionaries(seats, st.sampled_from(list(Presence)), max_size=8))
    # The history and the claim speak of one world: what one knows to have been received the other does not deny.
    received = tuple(ReceivedBenefit(one.key, name) for one in people for name in one.already_paid or ())
    return Scene(book_id, claim, held, there, draw(st.integers(0, 1)), received)


@st.composite
def _changes(draw: st.DrawFn, fields: dict[str, list[Any]]) -> dict[str, Any]:
    names = draw(st.sets(st.sampled_from([name for name, values in fields.items() if values]), max_size=2))
    return {name: draw(st.sampled_from(fields[name])) for name in sorted(names)}


@st.composite
def less_known(draw: st.DrawFn) -> tuple[Scene, Scene, bool]:
    """A scene and the same with some of it no longer known: fields, verdicts, presences, or the history."""
    more = draw(scenes())
    header = dict.fromkeys(draw(st.sets(st.sampled_from(sorted(HEADER)), max_size=3)))
    header |= {name: "" for name in ("claimant",) if name in header}  # type: ignore[dict-item]
    people = tuple(
        replace(one, **dict.fromkeys(draw(st.sets(st.sampled_from(sorted(PERSON)), max_size=2))))
        for one in more.claim.people
    )
    held = more.held | dict.fromkeys(draw(st.sets(hours, max_size=12)), Status.UNPROVEN)
    there = more.there | dict.fromkeys(draw(st.sets(seats, max_size=3)), Presence.UNPROVEN)
    less = more._replace(claim=replace(more.claim, people=people, **header), held=held, there=there)
    return more, less, draw(st.booleans())


def passed(found: ClaimScreen) -> set[tuple[str, str, str]]:
    """Every rule that passes, by what was looked at and of whom."""
    return {
        (one.finding.rule, one.finding.reason, key)
        for one in found.findings
        if one.finding.status is Status.PASS and not one.finding.rule.partition("-")[2].startswith("M")
        for key in (one.trainees or ("",))
    }


@settings(max_examples=50)
@given(less_known())
def test_knowing_less_never_turns_a_finding_to_pass_and_never_supports_more(scene: tuple[Scene, Scene, bool]) -> None:
    more, less, with_history = scene
    before, after = more.screened(), less.screened(history=with_history)
    assert passed(after) - passed(before) == set()
    assert after.supported <= before.supported
    for was, now in zip(before.people, after.people, strict=True):
        assert now.supported <= was.supported


@settings(max_examples=25)
@given(scenes(), st.sets(hours, min_size=1, max_size=12))
def test_hours_by_review_count_like_any_other_and_are_worth_what_is_gone_without_them(
    scene: Scene, by_people: set[str]
) -> None:
    plain = scene.screened()
    told = scene._replace(reviewed=frozenset(by_people)).screened()
    rest = dict.fromkeys((one for one in by_people if scene.held.get(one, Status.PASS) is Status.PASS), Status.UNPROVEN)
    alone = scene._replace(held=scene.held | rest).screened()
    assert told.supported == plain.supported
    assert told.by_review == plain.supported - alone.supported >= NOTHING
    assert plain.by_review == NOTHING
    for now, was, before in zip(told.people, plain.people, alone.people, strict=True):
        assert now.supported == was.supported
        assert now.by_review == was.supported - before.supported


@settings(max_examples=25)
@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_the_trainees_does_not_matter(scene: Scene, random: Random) -> None:
    found = scene.screened()
    people = list(scene.claim.people)
    random.shuffle(people)
    report = a_report(scene.claim, scene.book_id, TaughtClass(3, 4, verdict=scene._verdict, presence=scene._presence))  # noqa: SLF001 - own scene
    mixed = replace(report, trainees=report.trainees[::-1], attendance=report.attendance[::-1])
    history = replace(clear_history(scene.book_id, scene.claim, [report], scene.before), received=scene.received)
    claim = replace(scene.claim, people=tuple(people))
    assert screened(scene.book_id, claim, reports=[mixed], history=history) == found


@settings(max_examples=30)
@given(scenes())
def test_every_sum_is_the_sum_of_its_traces_and_survives_json(scene: Scene) -> None:
    found = scene.screened()
    terms = [one.total for part in found.parts for one in part.traces if one.total is not None]
    stopped = [one.amount for part in found.parts for one in part.withheld]
    assert found.supported == summed(terms) - summed(stopped)
    assert found.supported >= NOTHING
    assert found.unproven >= NOTHING
    assert all(part.unproven == NOTHING for part in found.parts if any(x.status is Status.FAIL for x in part.withheld))
    assert loads(ClaimScreen, dumps(found)) == found


@settings(max_examples=30)
@given(st.sampled_from(KINDS), st.integers(1, 12))
def test_a_further_valid_day_never_lowers_what_is_supported(kind: tuple[str, str, str], days: int) -> None:
    claim = a_claim(*kind, count=2, days=14)
    fewer, more = (screened(kind[0], claim, TaughtClass(n, 4)).supported for n in (days, days + 1))
    assert fewer <= more


@settings(max_examples=25)
@given(scenes())
def test_no_screening_holds_a_whole_id_number_even_where_keys_and_certificates_do(scene: Scene) -> None:
    numbers = [one.id_number.digits for one in scene.claim.people if one.id_number]
    people = tuple(
        replace(one, key=number, certificates=(CertificateRow("特种作业操作证", f"T{number}", first=True),))
        for one, number in zip(scene.claim.people, numbers, strict=True)
    )
    claim = replace(scene.claim, people=people)
    report = a_report(claim, scene.book_id)
    told = tuple(Doubt("TWO_CLASSES", Text(f"{n} 同时在两班", f"{n} in two classes"), trainees=(n,)) for n in numbers)
    written = dumps(screened(scene.book_id, claim, reports=[report], history=HistoryAnswer(doubts=told)))
    assert not re.search(r"\d{17}[\dX]", written)
    assert not any(number in written for number in numbers)
    assert not any(one.name in written for one in claim.people)
