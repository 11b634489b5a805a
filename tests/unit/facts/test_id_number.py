"""Numbers here have valid check digits, and 99-regions or future births that no real card can have."""

from datetime import date

import pytest

from facts.id_number import IdNumber, IdNumberError, RoundedByExcelError, Sex, check_digit, masked_id

STEM = "99010120990307123"
NUMBER = STEM + check_digit(STEM)


def with_x() -> str:
    """The first number of this made-up day whose check digit is X."""
    return next(
        f"990101209903{serial:05d}X" for serial in range(7000, 7999) if check_digit(f"990101209903{serial:05d}") == "X"
    )


def test_the_check_digit_of_the_published_worked_example() -> None:
    # GB 11643-1999 works its rule through on 11010519491231002 and arrives at X.
    assert check_digit("11010519491231002") == "X"


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        f" {NUMBER} ",
        " ".join(NUMBER),
        f"\u3000{NUMBER}\u200b",
        f"'{NUMBER}",
        "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in NUMBER),
    ],
)
def test_spaces_full_width_digits_and_apostrophes_do_not_change_a_number(typed: str) -> None:
    assert IdNumber(typed) == IdNumber(NUMBER)


@pytest.mark.parametrize("letter", ["x", "X", "ｘ", "Ｘ"])
def test_every_way_to_type_the_letter_x_is_the_same(letter: str) -> None:
    number = with_x()
    assert IdNumber(number[:17] + letter).digits == number


def test_birth_sex_region_and_age_are_read_from_the_digits() -> None:
    number = IdNumber(NUMBER)
    assert (number.born, number.sex, number.region) == (date(2099, 3, 7), Sex.MALE, "990101")
    assert number.age_on(date(2119, 3, 6)) == 19
    assert number.age_on(date(2119, 3, 7)) == 20


def test_excel_rounding_is_recognised_as_its_own_fault_and_says_what_to_do() -> None:
    rounded = NUMBER[:15] + "000"
    assert check_digit(rounded[:17]) != "0"
    with pytest.raises(RoundedByExcelError, match=r"last three digits.*format the column as text.*export"):
        IdNumber(rounded)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "got 0 characters"),
        (NUMBER[:15], "got 15 characters of digits, expected 17 digits"),
        (NUMBER[:17] + "A", "with letters or signs"),
        ("99010120991307123" + check_digit("99010120991307123"), "no day of the calendar"),
        (STEM + str((int(check_digit(STEM).replace("X", "10")) + 1) % 10), "expected " + check_digit(STEM)),
    ],
)
def test_a_wrong_number_is_refused_with_what_was_got_and_expected(typed: str, says: str) -> None:
    with pytest.raises(IdNumberError, match=says):
        IdNumber(typed)


def test_no_way_of_printing_shows_the_whole_number() -> None:
    number = IdNumber(NUMBER)
    for shown in (repr(number), str(number), f"{number}", number.masked, masked_id(NUMBER)):
        assert NUMBER[:14] not in shown
        assert shown.count("*") >= 14
    with pytest.raises(IdNumberError) as refusal:
        IdNumber(NUMBER[:17] + "Q")
    assert NUMBER[:14] not in str(refusal.value)
