"""Renaming a group or a programme to any synonym of the rulebook changes nothing: no demand, no sum, no finding."""

from dataclasses import replace
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.law import Law
from facts.claim import Claim
from facts.course import ClassHour, TrainingClass
from facts.span import SHANGHAI, Span
from policy.rulebook import Rulebook
from policy.shelf import packaged
from policy.vocabulary import BookWord, WordList
from tests.fixtures.claim_facts import a_claim, screened

BOOKS = st.sampled_from(packaged().books)
HOUR = ClassHour("h1", Span.of(datetime(2025, 3, 3, 8, tzinfo=SHANGHAI), 2700))


def spellings(words: WordList) -> list[tuple[BookWord, str]]:
    return [(word, spelling) for word in words.words for spelling in word.spellings]


@given(data=st.data(), book=BOOKS)
def test_no_rule_binds_otherwise_under_a_synonym(data: st.DataObject, book: Rulebook) -> None:
    group, called = data.draw(st.sampled_from(spellings(book.groups)))
    programme, named = data.draw(st.sampled_from(spellings(book.programmes)))
    for rule in book.rules:
        assert book.concerns(rule, named, called) == book.concerns(rule, programme.name, group.name)
    plain = TrainingClass("K", programme=programme.name, group=group.name)
    other = replace(plain, programme=named, group=called)
    assert Law(other, date(2025, 3, 3), book).on(HOUR) == Law(plain, date(2025, 3, 3), book).on(HOUR)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), book=BOOKS)
def test_no_claim_is_paid_otherwise_under_a_synonym(data: st.DataObject, book: Rulebook) -> None:
    group, called = data.draw(st.sampled_from(spellings(book.groups)))
    programme, named = data.draw(st.sampled_from(spellings(book.programmes)))
    plain = screened(book.id, a_claim(book.id, programme.name, group.name))
    other = screened(book.id, a_claim(book.id, named, called))
    assert (other.supported, other.unproven, other.claimed) == (plain.supported, plain.unproven, plain.claimed)
    assert [one.finding.status for one in other.findings] == [one.finding.status for one in plain.findings]
    assert [one.kind for one in other.doubts] == [one.kind for one in plain.doubts]


@settings(max_examples=40, deadline=None)
@given(data=st.data(), book=BOOKS, word=st.text("甲乙丙脱贫劳动力人口培训项目制", min_size=1, max_size=8))
def test_an_unknown_word_never_pays_never_fails_and_is_always_told(
    data: st.DataObject, book: Rulebook, word: str
) -> None:
    if not book.groups.unknown(word):
        return
    programme = data.draw(st.sampled_from(book.programmes.words)).name
    claim: Claim = a_claim(book.id, programme, word)
    found = screened(book.id, claim)
    of_groups = {rule.id for rule in book.rules if rule.groups and rule.kind.startswith("money.")}
    told = [one for one in found.doubts if one.kind == "UNKNOWN_WORD"]
    assert len(told) == 1
    assert word in told[0].text.zh
    assert len(told[0].trainees) == len(claim.people)
    paying = {trace.rule for trace in found_traces(book, claim)}
    assert not paying & of_groups
    assert all(one.finding.status != "FAIL" for one in found.findings if one.finding.rule in of_groups)


def found_traces(book: Rulebook, claim: Claim) -> list[object]:
    return [trace for person in screened(book.id, claim).people for trace in person.traces if trace.total]
