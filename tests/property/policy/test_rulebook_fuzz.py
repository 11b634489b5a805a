import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.errors import FaultsError
from policy.lint import lint
from policy.loader import parse
from policy.places import lies_in
from policy.shelf import packaged, packaged_texts

TEXTS = list(packaged_texts().values())
SHORT = TEXTS[1]
LINES = sorted({line for text in TEXTS for line in text.splitlines()})
NASTY = """[[rule]]|[|]]|{|=|"|nan|-1|true|2024-01-01|07:00:00|"80/0"|1e999999999|"1e999999999"|a.b.c.d = 1"""
BITS = st.sampled_from(
    [*NASTY.split("|"), "rule = 3", "id = []", "１２", "'''", "0x" + "f" * 5000, "[" * 500, "\ud800", "\x00"]
)
LINE = st.one_of(st.sampled_from(LINES), BITS, st.text(max_size=20))


def survives(text: str) -> None:
    with contextlib.suppress(FaultsError):
        parse(text, "fuzz.toml")
    lint(text, "fuzz.toml", {"000.txt": "原文"})


@given(st.text(alphabet=st.characters()))
def test_any_text_is_a_rulebook_or_a_list_of_faults(text: str) -> None:
    survives(text)


@given(st.lists(LINE, max_size=40))
def test_any_lines_of_rulebooks_in_any_order(lines: list[str]) -> None:
    survives("\n".join(lines))


@settings(max_examples=60)
@given(st.data())
def test_a_rulebook_with_some_lines_changed(data: st.DataObject) -> None:
    lines = SHORT.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        lines[data.draw(st.integers(0, len(lines) - 1))] = data.draw(LINE)
    survives("\n".join(lines))


@settings(max_examples=60)
@given(st.data())
def test_a_rulebook_with_some_values_changed(data: st.DataObject) -> None:
    lines = SHORT.splitlines()
    spots = [index for index, line in enumerate(lines) if " = " in line]
    for _ in range(data.draw(st.integers(1, 3))):
        spot = data.draw(st.sampled_from(spots))
        lines[spot] = lines[spot].partition(" = ")[0] + " = " + data.draw(BITS)
    survives("\n".join(lines))


@settings(max_examples=60)
@given(st.integers(0, len(SHORT)), st.integers(0, 200))
def test_a_rulebook_with_a_piece_cut_out(start: int, length: int) -> None:
    survives(SHORT[:start] + SHORT[start + length :])


PATHS = [path for book in packaged().books for path in book.places]


@given(st.sampled_from(PATHS), st.text(max_size=6))
def test_whatever_follows_a_whole_place_still_lies_in_it(path: str, tail: str) -> None:
    assert lies_in(path.replace("/", "") + tail, path)


@given(st.text(max_size=12))
def test_no_text_makes_the_search_for_a_place_fail(text: str) -> None:
    packaged().at(text)
