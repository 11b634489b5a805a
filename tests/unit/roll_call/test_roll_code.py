"""The projector's code: what it opens, for how long, and what it never opens."""

from datetime import UTC, datetime, timedelta

import pytest

from facts.errors import InputError
from pipeline.roll_call.roll_code import KEPT_S, LIFETIME_S, REFRESH_S, CodeScope, RollCode

NOW = datetime(2099, 4, 7, 0, 30, 3, tzinfo=UTC)
DOOR = CodeScope(7, "2099-04-07#1", "201教室")
CODE = RollCode(b"sixteen bytes or more")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("after_s", [0, 1, 9, LIFETIME_S - 10])
def test_the_code_opens_while_it_lives(after_s: float) -> None:
    shown = NOW.replace(second=0)
    assert CODE.shown_at(DOOR, CODE.token(DOOR, NOW), later(after_s)) == shown
    assert CODE.shown_at(DOOR, CODE.digits(DOOR, NOW), later(after_s)) == shown


def test_a_token_kept_on_a_phone_without_network_still_says_when_it_was_seen() -> None:
    seen = CODE.shown_at(DOOR, CODE.token(DOOR, NOW), later(3600))
    assert seen is not None
    assert seen <= NOW < seen + timedelta(seconds=REFRESH_S)


def test_digits_that_were_sent_on_too_late_open_nothing() -> None:
    for after_s in (LIFETIME_S + REFRESH_S, 3600, 86_400):
        assert CODE.shown_at(DOOR, CODE.digits(DOOR, NOW), later(after_s)) is None


def test_a_token_does_not_live_for_ever() -> None:
    assert CODE.shown_at(DOOR, CODE.token(DOOR, NOW), later(KEPT_S + REFRESH_S)) is None


def test_a_code_of_tomorrow_opens_nothing_today() -> None:
    assert CODE.shown_at(DOOR, CODE.token(DOOR, later(3600)), NOW) is None


@pytest.mark.parametrize(
    "other",
    [
        CodeScope(8, "2099-04-07#1", "201教室"),
        CodeScope(7, "2099-04-07#2", "201教室"),
        CodeScope(7, "2099-04-07#1", "202教室"),
        CodeScope(0, "", ""),
    ],
)
def test_a_code_opens_its_own_hour_and_room_only(other: CodeScope) -> None:
    assert CODE.shown_at(other, CODE.token(DOOR, NOW), NOW) is None


def test_hour_and_room_cannot_be_shifted_into_each_other() -> None:
    assert CODE.token(CodeScope(7, "a\nb", "c"), NOW) != CODE.token(CodeScope(7, "a", "b\nc"), NOW)


def test_another_installation_makes_other_codes() -> None:
    assert CODE.shown_at(DOOR, RollCode(b"another secret of it").token(DOOR, NOW), NOW) is None


def test_a_token_with_another_slot_written_in_front_opens_nothing() -> None:
    token = CODE.token(DOOR, NOW)
    slot, _, tag = token.partition("-")
    assert CODE.shown_at(DOOR, f"{int(slot, 16) - 1:x}-{tag}", NOW) is None


def test_the_projector_changes_every_ten_seconds() -> None:
    shown = {CODE.token(DOOR, later(second)) for second in range(60)}
    assert len(shown) in (6, 7)
    assert 0 < CODE.seconds_left(NOW) <= REFRESH_S


@pytest.mark.parametrize("typed", ["", "x", "000000 OR 1=1", "ー", "0-0", "-", "f" * 500 + "-0", "1_0-0"])
def test_what_people_type_by_mistake_opens_nothing(typed: str) -> None:
    assert CODE.shown_at(DOOR, typed, NOW) is None


def test_digits_are_read_with_spaces_around() -> None:
    assert CODE.shown_at(DOOR, f" {CODE.digits(DOOR, NOW)} ", NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(InputError, match="got a secret of 5 bytes, expected 16 or more"):
        RollCode(b"short")
