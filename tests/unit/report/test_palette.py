"""Words can be read on everything they stand on, and statuses stay apart without colour vision."""

from itertools import combinations

import pytest

from report.palette import DARK, LIGHT

THEMES = {"light": LIGHT, "dark": DARK}
STATUSES = ("pass", "fail", "unproven", "exempt")
# WCAG 2.2: 4.5 for words, 3 for the marks that carry meaning.
WORDS, MARKS = 4.5, 3.0


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_agrees_with_the_standard_s_own_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_paper_and_on_every_tint(theme: str) -> None:
    colours = THEMES[theme]
    tints = [f"{status}-tint" for status in STATUSES]
    for ground in ("paper", "panel", "wash", *tints):
        assert contrast(colours["ink"], colours[ground]) >= WORDS, ground
        assert contrast(colours["muted"], colours[ground]) >= WORDS, ground
    for status in STATUSES:
        for ground in ("paper", "panel", "wash", f"{status}-tint"):
            assert contrast(colours[f"{status}-ink"], colours[ground]) >= WORDS, (status, ground)
    assert contrast(colours["on-solid"], colours["pass"]) >= WORDS


@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out_from_the_ground(theme: str) -> None:
    colours = THEMES[theme]
    for status in STATUSES:
        assert contrast(colours[status], colours["panel"]) >= MARKS, status
    assert contrast(colours["focus"], colours["paper"]) >= MARKS


# Red-green blindness in its commonest form, after Viénot, Brettel and Mollon (1999), on linear light.
_DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def seen_by_deuteranope(colour: str) -> tuple[float, ...]:
    linear = [(int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
    return tuple(sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in _DEUTERANOPIA)


@pytest.mark.parametrize("theme", THEMES)
def test_colour_blind_eyes_tell_the_statuses_apart(theme: str) -> None:
    for one, other in combinations(("pass", "fail", "unproven"), 2):
        mine, theirs = seen_by_deuteranope(THEMES[theme][one]), seen_by_deuteranope(THEMES[theme][other])
        assert sum((a - b) ** 2 for a, b in zip(mine, theirs, strict=True)) ** 0.5 > 0.1, (one, other)
