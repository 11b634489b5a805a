"""Each reason why no document judges a class has its own headline, and the database looks for the same reasons."""

from attendance.law import NO_LAW
from attendance.law_gaps import HEADLINES, reason_of
from policy.gaps import Gap
from storage.database.tables.verification import LAW_REASONS


def test_every_reason_has_words_of_its_own() -> None:
    assert set(HEADLINES) == NO_LAW == set(LAW_REASONS)
    assert len({one.zh for one in HEADLINES.values()}) == len({one.en for one in HEADLINES.values()}) == len(NO_LAW)
    assert {reason_of(gap, place) for gap in Gap for place in ("", "阳泉市")} == NO_LAW
