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
from policy.vocabulary import WordList
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
    (WY, "项目制培训", "农村转移就业劳动者"),
    (QJ, "岗前培训", "企业职工"),
    (QJ, "以工代训", "就业困难人员"),
    (SX0, "项目制培训", "脱贫人口"),
]
PARTS = (LX, "创业培训", "返乡入乡创业人员")
CERTIFIED = [(YQ, "取证", "脱贫人口"), (LX, "取证", "脱贫人口"), (SX0, "取证", "脱贫人口")]
ALLOWANCES = [(LX, "订单式培训", "脱贫人口"), (LX, "劳务品牌培训", "脱贫人口"), (QJ, "就业技能培训", "就业困难人员")]
STAGED = [(YQ, "项目制培训", "脱贫人口"), (LX, "项目制培训", "脱贫人口")]
KINDS = [*ONCE, PARTS, *STAGED, (WY, "线上培训", "企业职工"), (YQ, "取证", "其他有能力有需求人员")]
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


@settings(max_examples=25)
@given(kind=st.sampled_from([ONCE[0], ONCE[3], ONCE[-1], PARTS]), data=st.data())
def test_nobody_is_paid_more_because_others_are_left_out_or_called_otherwise(
    kind: tuple[str, str, str], data: st.DataObject
) -> None:
    said = data.draw(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=5, max_size=5))
    claim = a_claim(*kind, count=5, days=3)
    people = tuple(
        replace(one, exam=replace(one.exam, passed=passed), employment=one.employment if work else (), licensed=licence)
        for one, (passed, work, licence) in zip(claim.people, said, strict=True)
        if one.exam
    )
    whole = replace(claim, people=people)
    report = a_report(whole, kind[0], TaughtClass(3))
    gone = data.draw(st.sets(st.integers(0, 4), max_size=4))
    fewer = [one for n, one in enumerate(people) if n not in gone]
    called = [replace(one, group="企业职工") if n in gone else one for n, one in enumerate(people)]
    clear = clear_history(kind[0], whole, [report])
    due = {one.trainee: one.supported for one in screened(kind[0], whole, reports=[report], history=clear).people}
    for others in (fewer, called):
        of = replace(claim, people=tuple(others))
        history = clear_history(kind[0], of, [report])
        for one in screened(kind[0], of, reports=[report], history=history).people:
            assert one.supported <= due[one.trainee]


@settings(max_examples=20)
@given(row=paid_rows(LX, sure=True))
def test_of_a_sum_in_parts_no_more_is_paid_than_the_whole(row: PastPayment) -> None:
    claim = a_claim(*PARTS, count=3, days=3)
    whole = {one.trainee: one.supported for one in judged(LX, claim).people}
    found = {one.trainee: one.supported for one in judged(LX, claim, payments=(row,)).people}
    paid = row.amount or Fen(0)
    assert found[row.trainee] == Fen(0) or found[row.trainee] + paid <= whole[row.trainee]
    assert all(found[key] == whole[key] for key in found if key != row.trainee)


@settings(max_examples=20)
@given(kind=st.sampled_from(CERTIFIED), data=st.data())
def test_a_certificate_paid_under_any_word_is_never_paid_again(kind: tuple[str, str, str], data: st.DataObject) -> None:
    words = packaged().book(kind[0]).programmes.spellings(("取证",))
    said, paid = (
        data.draw(st.sampled_from(words)),
        data.draw(st.sampled_from([*words, "技能鉴定补贴", "评价补贴", "证书补贴"])),
    )
    row = replace(data.draw(paid_rows(kind[0], sure=True)), programme=paid)
    claim = a_claim(kind[0], said, kind[2], count=3, days=3)
    (person,) = [one for one in judged(kind[0], claim, payments=(row,)).people if one.trainee == row.trainee]
    assert (person.supported, person.unproven) == (Fen(0), Fen(0))


@settings(max_examples=20)
@given(kind=st.sampled_from(ALLOWANCES), data=st.data())
def test_an_allowance_paid_by_one_row_is_never_paid_again(kind: tuple[str, str, str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(["生活费补贴", "生活补贴", "交通食宿补贴", "培训期间生活费补贴"]))
    row = replace(data.draw(paid_rows(kind[0], sure=True)), programme=word)
    found = judged(kind[0], a_claim(*kind, count=3, days=3), payments=(row,))
    parts = [one for one in (*found.people, *found.beside) if one.recipient == "个人"]
    assert {one.trainee for one in parts} == {"p00", "p01", "p02"}
    assert all((one.supported == Fen(0)) is (one.trainee == row.trainee) for one in parts)


@settings(max_examples=40)
@given(kind=st.sampled_from([*KINDS, *CERTIFIED, *ALLOWANCES]), data=st.data())
def test_renaming_a_group_or_a_purpose_to_any_synonym_changes_nothing(
    kind: tuple[str, str, str], data: st.DataObject
) -> None:
    book = packaged().book(kind[0])

    def spelt(name: str, words: WordList) -> str:
        known = words.find(name)
        return data.draw(st.sampled_from(known.spellings)) if known else name

    row = data.draw(paid_rows(kind[0]))
    plain = judged(kind[0], a_claim(*kind, count=3, days=3), payments=(row,))
    claim = a_claim(kind[0], spelt(kind[1], book.programmes), spelt(kind[2], book.groups), count=3, days=3)
    other = judged(kind[0], claim, payments=(replace(row, programme=spelt(row.programme, book.programmes)),))

    def sums(found: ClaimScreen) -> list[tuple[str, str, Fen, Fen]]:
        return [(one.trainee, one.recipient, one.supported, one.unproven) for one in (*found.parts, *found.beside)]

    assert sums(other) == sums(plain)


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
    living = Fen.yuan(15 if kind[0] == LX else 0)
    for start, end in pairwise(sorted({0, count, *cuts})):
        first, last = (BEGINS[kind[0]] + timedelta(days=n) for n in (start, end - 1))
        stage = replace(whole, actual=Days(first, last), settlement=said)
        stage_found = screened(kind[0], stage, reports=[report], history=replace(clear, payments=tuple(rows)))
        due = stage_found.supported
        again = PastPayment("p00", "K1", True, kind[1], first, last, end - start, due, 2025)
        twice = screened(kind[0], stage, reports=[report], history=replace(clear, payments=(*rows, again)))
        assert twice.supported == Fen(0)
        assert all(one.supported == living * (end - start) for one in stage_found.beside)
        rows.append(again)
        if living > Fen(0):
            allowance = living * (end - start)
            rows.append(PastPayment("p00", "K1", True, "生活补贴", first, last, end - start, allowance, 2025))
    paid = sum(row.amount.fen for row in rows if row.amount and row.programme == kind[1])
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
