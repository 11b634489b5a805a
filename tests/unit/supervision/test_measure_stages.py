"""The life of a supervision record as a table: who may do what when, and on which days it stood."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from facts.refusals import RefusalsError
from facts.supervision import MeasureCase, MeasureDeed, MeasureEvent, MeasureKind, MeasureStage
from pipeline.supervision.measure_stages import ended_on, measure_stage, measured

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
FIRST = date(2026, 2, 1)
D, S = MeasureDeed, MeasureStage


def lived(kind: MeasureKind, *steps: tuple[MeasureDeed, str]) -> MeasureCase:
    case = MeasureCase(kind, FIRST)
    for place, (deed, by) in enumerate(((D.OPEN, "甲"), *steps)):
        day = date(2026, 3, 1) if deed is D.CLOSE else None
        case = measured(case, MeasureEvent(deed, by, AT + timedelta(minutes=place), "理由", day))
    return case


@pytest.mark.parametrize(
    ("kind", "steps", "stage", "ended"),
    [
        (MeasureKind.TALK, (), S.IN_FORCE, None),
        (MeasureKind.TALK, ((D.ANSWER, "机构"),), S.ANSWERED, None),
        (MeasureKind.TALK, ((D.CLOSE, "甲"),), S.CLOSED, date(2026, 3, 1)),
        (MeasureKind.TALK, ((D.LIFT, "甲"),), S.LIFTED, None),
        (MeasureKind.LETTER, (), S.PROPOSED, None),
        (MeasureKind.LETTER, ((D.OBJECT, "乙"),), S.DROPPED, None),
        (MeasureKind.LETTER, ((D.SIGN, "乙"),), S.IN_FORCE, None),
        (MeasureKind.LETTER, ((D.SIGN, "乙"), (D.CLOSE, "甲")), S.CLOSING, None),
        (MeasureKind.LETTER, ((D.SIGN, "乙"), (D.CLOSE, "甲"), (D.OBJECT, "乙")), S.IN_FORCE, None),
        (MeasureKind.LETTER, ((D.SIGN, "乙"), (D.ANSWER, "机构"), (D.CLOSE, "甲"), (D.SIGN, "乙")), S.CLOSED, date(2026, 3, 1)),
        (MeasureKind.LETTER, ((D.SIGN, "乙"), (D.LIFT, "乙"), (D.SIGN, "甲")), S.LIFTED, None),
        (
            MeasureKind.LETTER,
            ((D.SIGN, "乙"), (D.CLOSE, "甲"), (D.SIGN, "乙"), (D.LIFT, "甲"), (D.OBJECT, "乙")),
            S.CLOSED,
            date(2026, 3, 1),
        ),
    ],
)  # fmt: skip
def test_where_it_stands_after_each_step(
    kind: MeasureKind, steps: tuple[tuple[MeasureDeed, str], ...], stage: MeasureStage, ended: date | None
) -> None:
    case = lived(kind, *steps)
    assert (measure_stage(case), ended_on(case)) == (stage, ended)


@pytest.mark.parametrize("steps", [((D.SIGN, "甲"),), ((D.SIGN, "乙"), (D.CLOSE, "甲"), (D.SIGN, "甲"))])
def test_nobody_signs_what_they_proposed(steps: tuple[tuple[MeasureDeed, str], ...]) -> None:
    with pytest.raises(RefusalsError, match="another person signs"):
        lived(MeasureKind.LETTER, *steps)


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (MeasureKind.TALK, ((D.SIGN, "乙"),)),
        (MeasureKind.LETTER, ((D.ANSWER, "机构"),)),
        (MeasureKind.LETTER, ((D.OBJECT, "乙"), (D.SIGN, "丙"))),
        (MeasureKind.TALK, ((D.CLOSE, "甲"), (D.ANSWER, "机构"))),
        (MeasureKind.COMPLAINT, ((D.ANSWER, "机构"),)),
        (MeasureKind.TALK, ((D.OPEN, "乙"),)),
    ],
)
def test_a_step_out_of_turn_is_refused(kind: MeasureKind, steps: tuple[tuple[MeasureDeed, str], ...]) -> None:
    with pytest.raises(RefusalsError):
        lived(kind, *steps)


@pytest.mark.parametrize("day", [None, FIRST - timedelta(days=1), date(2026, 3, 3)])
def test_it_ends_on_a_day_between_its_first_and_today(day: date | None) -> None:
    with pytest.raises(RefusalsError, match="expected 2026-02-01 to 2026-03-02"):
        measured(lived(MeasureKind.TALK), MeasureEvent(D.CLOSE, "甲", AT + timedelta(hours=1), "办结", day))


def test_a_stated_last_day_and_a_closing_before_it() -> None:
    stated = replace(lived(MeasureKind.TALK), last=date(2026, 2, 10))
    assert ended_on(stated) == date(2026, 2, 10)
    closed = replace(lived(MeasureKind.TALK, (D.CLOSE, "甲")), last=date(2026, 6, 1))
    assert ended_on(closed) == date(2026, 3, 1)
