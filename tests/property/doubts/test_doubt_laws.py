"""Whatever people do about a doubt, nothing of it disappears and no money is refused by one person alone."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from facts.doubt_case import Deed, DoubtCase, DoubtEvent, Stage
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from pipeline.doubts.doubt_stages import stage, step

AT = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = ("学校", "张", "李")
EVENTS = st.lists(
    st.tuples(st.sampled_from(list(Deed)), st.sampled_from(PEOPLE), st.sampled_from((None, Fen(100), Fen(200)))),
    max_size=12,
)


OF_CLAIM = DoubtCase("D1", "C", "K", "X", "YQ-M1", Text("甲", "a"))
OF_CLASS = DoubtCase("K1", "", "K", "X", "YQ-V4", Text("甲", "a"))
WITHOUT_RULE = DoubtCase("K1", "", "K", "X", "", Text("甲", "a"))


def lived(events: list[tuple[Deed, str, Fen | None]], about: DoubtCase = OF_CLAIM) -> list[DoubtCase]:
    cases = [step(about, DoubtEvent(Deed.OPEN, "xueshi", AT))]
    for number, (deed, by, refused) in enumerate(events, start=1):
        with suppress(InputError):
            cases.append(step(cases[-1], DoubtEvent(deed, by, AT + timedelta(minutes=number), "因为", refused=refused)))
    return cases


@given(EVENTS)
def test_nothing_disappears(events: list[tuple[Deed, str, Fen | None]]) -> None:
    cases = lived(events)
    for before, after in pairwise(cases):
        assert after.events[: len(before.events)] == before.events
        assert len(after.events) == len(before.events) + 1


@given(EVENTS)
def test_refused_money_takes_two_people_who_agree_and_who_did_not_explain(
    events: list[tuple[Deed, str, Fen | None]],
) -> None:
    case = lived(events)[-1]
    if stage(case) is Stage.UPHELD:
        last = case.events[-1]
        explainers = {one.by for one in case.events if one.deed is Deed.EXPLAIN}
        assert last.by not in explainers
        if last.refused is not None:
            first = case.events[-2]
            assert first.deed is Deed.UPHOLD
            assert first.refused == last.refused
            assert first.by != last.by


@given(EVENTS)
def test_a_closed_doubt_stays_closed(events: list[tuple[Deed, str, Fen | None]]) -> None:
    cases = lived(events)
    closed = [number for number, case in enumerate(cases) if stage(case).closed]
    assert closed in ([], [len(cases) - 1])


@given(EVENTS)
def test_a_class_doubt_by_a_rule_is_upheld_by_two_people_who_did_not_explain(
    events: list[tuple[Deed, str, Fen | None]],
) -> None:
    case = lived([(deed, by, None) for deed, by, _ in events], OF_CLASS)[-1]
    if stage(case) is Stage.UPHELD:
        first, last = case.events[-2:]
        explainers = {one.by for one in case.events if one.deed is Deed.EXPLAIN}
        assert (first.deed, last.deed) == (Deed.UPHOLD, Deed.UPHOLD)
        assert first.by != last.by
        assert not {first.by, last.by} & explainers


@given(EVENTS)
def test_without_a_rule_one_name_is_enough_and_nobody_waits(events: list[tuple[Deed, str, Fen | None]]) -> None:
    cases = lived([(deed, by, None) for deed, by, _ in events], WITHOUT_RULE)
    assert Stage.SECOND_SIGNER not in {stage(case) for case in cases}


def test_two_people_do_uphold_it_and_one_does_not() -> None:
    one = lived([(Deed.UPHOLD, "张", None)], OF_CLASS)[-1]
    both = lived([(Deed.UPHOLD, "张", None), (Deed.UPHOLD, "李", None)], OF_CLASS)[-1]
    assert (stage(one), stage(both)) == (Stage.SECOND_SIGNER, Stage.UPHELD)
