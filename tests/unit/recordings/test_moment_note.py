"""A note is one paragraph at one moment, as a player tells it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from facts.errors import InputError
from facts.moment_note import MOST_NOTE_CHARS, MomentNote, note_refusals
from facts.refusals import RefusalsError

AT = datetime(2025, 4, 8, 2, 40, tzinfo=UTC)


def note(text: str, at: datetime = AT) -> MomentNote:
    return MomentNote("CH02", at, text, "account:7", AT + timedelta(days=1))


def test_a_note_is_kept_trimmed_at_its_moment_in_utc_to_the_millisecond() -> None:
    there = AT.astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=1999)
    made = note("  后排两人\u3000离开 ", there)
    assert (made.text, made.at) == ("后排两人\u3000离开", AT + timedelta(milliseconds=1))
    assert made.at.tzinfo is UTC


@pytest.mark.parametrize("text", ["一", "字" * MOST_NOTE_CHARS, "第 3 排：有人举手 — “老师？”", "𠀀"])
def test_one_paragraph_may_be_written(text: str) -> None:
    assert note_refusals(text) == []
    assert note(text).text == text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "先写下"),
        (" \u3000\n", "先写下"),
        ("字" * (MOST_NOTE_CHARS + 1), "现有 501 个"),
        ("一\n二", "不能换行"),
        ("一\t二", "不能换行"),
        ("一\x85二", "不能换行"),
        ("一\u2029二", "不能换行"),
    ],
)
def test_what_is_no_note_is_refused_in_one_line(text: str, word: str) -> None:
    (refusal,) = note_refusals(text)
    assert (refusal.where, word in refusal.text.zh) == ("text", True)
    with pytest.raises(RefusalsError):
        note(text)


def test_a_moment_without_a_zone_is_none() -> None:
    with pytest.raises(InputError, match="no time zone"):
        note("一", AT.replace(tzinfo=None))
