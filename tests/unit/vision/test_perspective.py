"""Heads that do not fit the size of those around them, where sizes follow a rule at all."""

import numpy as np

from facts.sighting import Box
from vision.perspective import out_of_scale


def rows(scatter: float = 0.0) -> list[Box]:
    """Three rows of five that grow towards the lower edge of the picture."""
    dice = np.random.default_rng(3)
    sizes = [
        (x, y, 0.03 * (1 + y) * float(np.exp(dice.normal(0, scatter))))
        for y in (0.2, 0.4, 0.6)
        for x in (0.1, 0.3, 0.5, 0.7, 0.9)
    ]
    return [Box(x - size / 2, y - size / 2, size, size) for x, y, size in sizes]


def test_people_in_rows_are_all_in_scale() -> None:
    assert out_of_scale(rows()) == [False] * 15


def test_a_face_on_a_screen_is_out_of_scale_and_nobody_else_is() -> None:
    for size in (0.08, 0.012):
        assert out_of_scale([*rows(), Box(0.5, 0.05, size, size)]) == [*[False] * 15, True]


def test_where_sizes_follow_no_rule_nobody_is_too_small() -> None:
    tiny = Box(0.5, 0.8, 0.012, 0.012)
    assert out_of_scale([*rows(), tiny])[-1]
    assert not out_of_scale([*rows(scatter=0.4), tiny])[-1]


def test_whoever_is_far_larger_than_those_lower_in_the_picture_is_nobody_even_where_sizes_follow_no_rule() -> None:
    uneven = rows(scatter=0.15)
    assert out_of_scale([*uneven, Box(0.5, 0.05, 0.075, 0.075)])[-1]
    assert not out_of_scale([*uneven, Box(0.5, 0.05, 0.045, 0.045)])[-1]


def test_few_heads_say_nothing_of_each_other() -> None:
    assert out_of_scale([*rows()[:6], Box(0.5, 0.05, 0.3, 0.3)]) == [False] * 7
