"""Laws of money that was paid and of registers: nobody is paid twice, a register only takes away, stages add up."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.claim_person import Days
from facts.history_answer import (
    ClassRoll,
    HistoryAnswer,
    PastPayment,
    PensionDrawn,
    RegisteredSanction,
    RegisterListing,
)
from facts.money import Fen
from facts.registry import PENSIONS
from facts.report import PolicyRef
from policy.shelf import packaged
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    QJ,
    SX0,
    WY,
    YQ,
    TaughtClass,
    a_claim,
    a_report,
    clear_history,
    screened,
)

ONCE = [
    (YQ, "订单式培训", "脱贫人口"),
    (YQ, "企业职工培训", "企业职工"),
    (SX0, "企业职工培训", "企业职工"),
    (LX, "订单式培训", "脱贫人口"),
    (LX, "普惠制培训", "就业困难人员"),
    (LX, "创业培训", "返乡入乡创业人员"),
    (WY, "项目制培训", "农村转移就业劳动者"),
    (QJ, "岗前培训", "企业职工"),
    (QJ, "以工代训", "就业困难人员"),
    (SX0, "项目制培训", "脱贫人口"),
]
STAGED = [(YQ, "项目制培训", "脱贫人口"), (LX, "项目制培训", "脱贫人口")]
KINDS = [*ONCE, *STAGED, (WY, "线上培训", "企业职工"), (YQ, "取证", "其他有能力有需求人员")]
WORDS = ["", "项目制培训", "订单式", "职业培训补贴", "普惠制培训", "岗前培训"]


def days(book: str) -> "st.SearchStrategy[tuple[date, date]]":
    """A stretch around the class, which has three days."""
    near = st.integers(-4, 8)
    return st.tuples(near, near).map(
        lambda pair: (BEGINS[book] + timedelta(days=min(pair)), BEGINS[book] + timedelta(days=max(pair)))
    )


@st.composite
def paid_rows(draw: st.DrawFn, book: str, *, sure: bool = False) -> PastPayment:
    """A row of any register about one of the people, of this class or of another."""
    first, last = draw(days(book))
    year = st.just(BEGINS[book].year) if sure else st.sampled_from([None, BEGINS[book].year])
    return PastPayment(
        draw(st.sampled_from(["p00", "p01", "p02"])),
        "例范职业培训学校 K1",
        sure or draw(st.booleans()),
        draw(st.sampled_from(WORDS)),
        first,
        last,
        draw(st.sampled_from([None, 1, 2, 5])),
        draw(st.sampled_from([None, Fen.yuan(100), Fen.yuan(5000)])),
        draw(year),
        draw(st.sampled_from([None, date(2025, 9, 1), date(2025, 10, 1)])),
    )


def judged(book: str, claim: Claim, **registers: object) -> ClaimScreen:
    report = a_report(claim, book, TaughtClass(3))
    return screened(book, claim, reports=[report], history=replace(clear_history(book, claim, [report]), **registers))


@settings(max_examples=30)
@given(kind=st.sampled_from(ONCE), data=st.data())
def test_a_person_paid_by_one_row_of_any_register_is_never_paid_again(
    kind: tuple[str, str, str], data: st.DataObject
) -> None:
    row = data.draw(paid_rows(kind[0], sure=True))
    found = judged(kind[0], a_claim(*kind, count=3, days=3), payments=(row,))
    (person,) = [one for one in found.people if one.trainee == row.trainee]
    assert (person.supported, person.unproven) == (Fen(0), Fen(0))


@st.composite
def registers(draw: st.DrawFn, book: str) -> dict[str, object]:
    """Whatever official registers may hold about the claim."""
    who = st.sampled_from(["p00", "p01", "p02"])
    since = st.integers(-40, 10).map(lambda n: BEGINS[book] + timedelta(days=n))
    pensions = st.builds(PensionDrawn, who, st.sampled_from(PENSIONS), since)
    sanctions = st.builds(
        RegisteredSanction, st.just("例范职业培训学校"), st.sampled_from(["", "整改", "约谈", "违规"]), since
    )
    roll = st.builds(ClassRoll, st.booleans(), st.booleans(), st.lists(who, unique=True).map(tuple))
    listing = st.builds(RegisterListing, st.sampled_from(["培训机构", "评价机构"]), st.just("某机构"), st.booleans())
    drawn: dict[str, st.SearchStrategy[object]] = {
        "payments": st.lists(paid_rows(book), max_size=3).map(tuple),
        "pensions": st.lists(pensions, max_size=2).map(tuple),
        "sanctions": st.lists(sanctions, max_size=2).map(tuple),
        "roll": roll,
        "listings": st.lists(listing, max_size=2).map(tuple),
    }
    names = draw(st.sets(st.sampled_from(sorted(drawn)), min_size=1))
    return {name: draw(drawn[name]) for name in sorted(names)}


@settings(max_examples=40)
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_adding_a_register_never_raises_a_sum(kind: tuple[str, str, str], data: st.DataObject) -> None:
    claim = a_claim(*kind, count=3, days=3)
    before = judged(kind[0], claim)
    after = judged(kind[0], claim, **data.draw(registers(kind[0])))
    for old, new in zip((*before.parts, *before.beside), (*after.parts, *after.beside), strict=True):
        assert new.trainee == old.trainee
        assert new.supported <= old.supported
        assert new.supported + new.unproven <= old.supported + old.unproven


@settings(max_examples=40)
@given(kind=st.sampled_from(STAGED), data=st.data())
def test_one_more_row_never_raises_a_sum(kind: tuple[str, str, str], data: st.DataObject) -> None:
    claim = a_claim(*kind, count=3, days=3)
    rows = tuple(data.draw(st.lists(paid_rows(kind[0]), max_size=3)))
    fewer, more = (judged(kind[0], claim, payments=some) for some in (rows, (*rows, data.draw(paid_rows(kind[0])))))
    for old, new in zip(fewer.people, more.people, strict=True):
        assert new.supported <= old.supported


@settings(max_examples=12, deadline=None)
@given(kind=st.sampled_from(STAGED), count=st.integers(2, 50), data=st.data())
def test_splitting_a_claim_into_stages_never_changes_the_total(
    kind: tuple[str, str, str], count: int, data: st.DataObject
) -> None:
    cuts = data.draw(st.sets(st.integers(1, count - 1), max_size=3))
    said = data.draw(st.sampled_from(["once", "staged", None]))
    whole = a_claim(*kind, count=1, days=count)
    report = a_report(whole, kind[0], TaughtClass(count, 1))
    clear = replace(clear_history(kind[0], whole, [report]), payments=())
    rows: list[PastPayment] = []
    for start, end in pairwise(sorted({0, count, *cuts})):
        first, last = (BEGINS[kind[0]] + timedelta(days=n) for n in (start, end - 1))
        stage = replace(whole, actual=Days(first, last), settlement=said)
        due = screened(kind[0], stage, reports=[report], history=replace(clear, payments=tuple(rows))).supported
        again = PastPayment("p00", "K1", True, kind[1], first, last, end - start, due, 2025)
        twice = screened(kind[0], stage, reports=[report], history=replace(clear, payments=(*rows, again)))
        assert twice.supported == Fen(0)
        rows.append(again)
    paid = sum(row.amount.fen for row in rows if row.amount)
    assert Fen(paid) == screened(kind[0], whole, reports=[report], history=clear).supported


@settings(max_examples=20)
@given(kind=st.sampled_from(KINDS), other=st.sampled_from(sorted(book.id for book in packaged().books)))
def test_a_claim_under_one_rulebook_is_never_supported_by_a_report_under_another(
    kind: tuple[str, str, str], other: str
) -> None:
    claim = a_claim(*kind, count=3, days=3)
    report = replace(a_report(claim, kind[0], TaughtClass(3)), policy=PolicyRef(other, ""))
    found = screened(kind[0], claim, reports=[report], history=HistoryAnswer())
    timed = [one.time for one in found.people if one.time is not None]
    if other != kind[0]:
        assert all(time.hours == 0 for time in timed)
        own = screened(kind[0], claim, reports=[report], history=clear_history(kind[0], claim, [report]))
        assert kind[1] in ("取证", "岗前培训", "以工代训") or own.supported == Fen(0)
