"""Laws of money that hold for every rule of every shipped document."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.case import Case
from claims.facts_of_claim import CERTIFICATES, ClassClaim, PersonCertificate, PersonClaim
from claims.money import trace
from claims.total import ClaimTrace, class_total
from facts.codec import dumps, loads, plain
from facts.money import Fen
from facts.verdict import Status
from policy.kinds import MoneyPerUnit
from policy.rulebook import Rulebook
from policy.shelf import packaged

BY_TIME = [rule.id for book in packaged().books for rule, _ in book.of_kind(MoneyPerUnit)]
STAGES = ("培训合格证书", "培训合格证书+初级工", "培训合格证书+高级工")
COSTS = ("实习津贴", "培训费", "考试费", "差旅费")
truths = st.booleans()
yuan = st.integers(0, 9_000).map(Fen.yuan)
certificates = st.lists(
    st.builds(PersonCertificate, st.sampled_from(sorted(CERTIFICATES)), truths, st.sampled_from(["焊工", "电工"])),
    max_size=2,
).map(tuple)
KNOWN = {
    "valid_days": st.integers(0, 60),
    "valid_hours": st.fractions(0, 400, max_denominator=2),
    "off_job": truths,
    "qualified": truths,
    "employed": truths,
    "certificates": certificates,
    "licensed": truths,
    "licence_months": st.integers(0, 12),
    "work_months": st.integers(0, 12),
    "stage": st.sampled_from(STAGES),
    "contract_years": st.integers(0, 3),
    "costs": st.fixed_dictionaries(dict.fromkeys(COSTS, yuan)),
    "already_paid": st.sampled_from([(), ("QJ-M1",), ("QJ-M4",)]),
    "evaluation_fee": st.booleans(),
}
UNKNOWN = {"group": "", "costs": {}}
CLASS_FACTS = {
    "first_day": st.just(date(2021, 3, 1)),
    "last_day": st.sampled_from([date(2021, 3, 9), date(2022, 1, 9)]),
    "settlement": st.sampled_from(["once", "staged"]),
    "cost_lines": st.sampled_from([("培训费",), ("差旅费",)]),
    "fees_charged": st.just(()),
    "ceilings": st.just({"上级部门核定的收费标准": Fen.yuan(600)}),
    "firm_lists": st.sampled_from([(), ("受经贸摩擦影响的企业",)]),
    "bought_platform": truths,
    "platform_cost": yuan,
    "online_hours": st.lists(st.integers(0, 8).map(Fraction), max_size=8).map(tuple),
    "same_courseware": st.just(False),
    "filed": st.booleans(),
    "core_business": st.booleans(),
    "affected": st.booleans(),
}
CLASS_UNKNOWN = {"programme": "", "ceilings": {}}


class Scene(NamedTuple):
    """A document, a class and its people."""

    book_id: str
    claim: ClassClaim
    people: list[PersonClaim]

    def total(self) -> ClaimTrace:
        """The money of the class by the document."""
        return class_total(packaged().book(self.book_id), self.claim, self.people)


@st.composite
def scenes(draw: st.DrawFn, *, known: bool) -> Scene:
    """A class of a kind that one money rule of the document speaks of, with mostly such people."""
    book = draw(st.sampled_from(packaged().books))
    rule = draw(st.sampled_from([rule for rule in book.rules if rule.kind.startswith("money.")]))
    programme = st.sampled_from(rule.programmes or [word.name for word in book.programmes.words])
    group = st.sampled_from((*rule.groups * 9, *(word.name for word in book.groups.words)))
    class_facts, facts = CLASS_FACTS | {"programme": programme}, KNOWN | {"group": group}
    claim = ClassClaim("一班", **drawn(draw, class_facts, CLASS_UNKNOWN, known=known))
    people = [PersonClaim(f"{n}", **drawn(draw, facts, UNKNOWN, known=known)) for n in range(draw(st.integers(1, 5)))]
    return Scene(book.id, holding(book, claim), people)


def drawn(
    draw: st.DrawFn, facts: dict[str, st.SearchStrategy], unknown: dict[str, object], *, known: bool
) -> dict[str, object]:
    kept = {name for name in facts if known or draw(st.integers(0, 9))}
    return {name: draw(value) if name in kept else unknown.get(name) for name, value in facts.items()}


def holding(book: Rulebook, claim: ClassClaim) -> ClassClaim:
    """The claim moved to a day on which the document sets the standard."""
    if claim.first_day is None:
        return claim
    first = max(book.valid.first, book.transition[1].began_before) if book.transition else book.valid.first
    return replace(claim, first_day=first, last_day=max(claim.last_day, first) if claim.last_day else None)


def sums_of(rule_id: str, counts: list[int]) -> list[Fen]:
    book, rule = packaged().rule(rule_id)
    claim = ClassClaim("一班", next(iter(rule.programmes), ""), next(iter(rule.groups), ""), firm_lists=("参保企业",))
    found = []
    for count in counts:
        time = {"valid_days": count, "valid_hours": Fraction(count), "work_months": count}
        person = PersonClaim("甲", **time, already_paid=(), certificates=(PersonCertificate("培训合格证书"),))
        found.append(trace(Case.of(book, claim, [person]), rule, person).total or Fen(0))
    return found


@pytest.mark.parametrize("rule_id", BY_TIME)
@given(count=st.integers(0, 400))
def test_one_more_day_never_lowers_the_sum_and_raises_it_below_the_cap(rule_id: str, count: int) -> None:
    before, after = sums_of(rule_id, [count, count + 1])
    params = packaged().rule(rule_id)[1].params
    assert isinstance(params, MoneyPerUnit)
    assert after >= before
    if params.cap_yuan is not None and before < Fen.yuan(params.cap_yuan) and count >= params.min_units:
        assert after > before


@given(days=st.integers(1, 200))
def test_redone_day_by_day_yangquan_comes_to_the_same_sum(days: int) -> None:
    assert sums_of("YQ-M1", [days])[0] == Fen.yuan(
        min(5000, sum(150 if day <= 10 else 100 for day in range(1, days + 1)))
    )


@given(scene=scenes(known=False), data=st.data())
def test_the_order_of_people_is_irrelevant(scene: Scene, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(scene.people))
    assert scene.total() == scene._replace(people=shuffled).total()


@given(scene=scenes(known=False))
def test_every_total_is_the_sum_of_what_stands_above_it(scene: Scene) -> None:
    found = scene.total()
    for item in found.traces:
        due = sum(term.amount.fen for term in item.terms)
        if item.total is not None:
            assert item.total.fen == (due if item.cap is None else min(due, item.cap.fen))
    own = [item for item in found.traces if (item.recipient, item.fund) == (found.recipient, found.fund)]
    assert found.proven.fen == sum(item.total.fen for item in own if item.total is not None)
    if found.total is not None:
        assert found.total == found.proven
        assert all(item.status is not Status.UNPROVEN for item in found.traces)


@given(scene=scenes(known=False))
def test_no_float_anywhere_and_json_brings_everything_back(scene: Scene) -> None:
    found = scene.total()
    assert not floats_in(plain(found))
    assert loads(ClaimTrace, dumps(found)) == found


def floats_in(value: object) -> list[object]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in floats_in(item)]
    if isinstance(value, list):
        return [found for item in value for found in floats_in(item)]
    return [value] if isinstance(value, float) else []


@given(scene=scenes(known=True), data=st.data())
def test_forgetting_a_persons_fact_never_changes_a_sum_it_only_opens_it(scene: Scene, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["group", *KNOWN]))
    forgotten = [replace(scene.people[0], **{name: UNKNOWN.get(name)}), *scene.people[1:]]
    no_more_than(scene.total(), scene._replace(people=forgotten).total())


@given(scene=scenes(known=True), data=st.data())
def test_forgetting_a_fact_of_the_class_never_changes_a_sum_it_only_opens_it(scene: Scene, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["programme", *CLASS_FACTS]))
    forgotten = replace(scene.claim, **{name: CLASS_UNKNOWN.get(name)})
    no_more_than(scene.total(), scene._replace(claim=forgotten).total())


def no_more_than(full: ClaimTrace, less: ClaimTrace) -> None:
    """Who knows less either says the same or leaves it open."""
    if full.status is Status.NOT_APPLICABLE:
        assert less.status in (Status.NOT_APPLICABLE, Status.UNPROVEN)
        return
    if less.total is not None:
        assert less.total == full.total
    if less.status in (Status.PASS, Status.FAIL):
        assert less.status is full.status
