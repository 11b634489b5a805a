from pathlib import Path

import pytest

from facts.errors import FaultsError, InputError
from vision.card_parts import Family, Fit
from vision.cards import read_card, read_cards

GOOD = f"""
name = "head-s"
url = "https://models.example/head.onnx"
sha256 = "{"a" * 64}"
licence = "Apache-2.0"
finds = "head"
[input]
width = 640
height = 384
fit = "letterbox"
channels = "rgb"
mean = [0.0, 0.0, 0.0]
scale = 1.0
[output]
family = "yolox"
threshold = 0.35
classes = [0]
"""


def card_file(folder: Path, text: str, name: str = "card.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_card_is_read_as_written(tmp_path: Path) -> None:
    card = read_card(card_file(tmp_path, GOOD))
    assert (card.output.family, card.input.fit, card.output.classes) == (Family.YOLOX, Fit.LETTERBOX, (0,))


def test_every_fault_of_a_card_is_named_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace('"a', '"Z').replace("640", "641").replace('"yolox"', '"yolov9"').replace("https:", "gopher:")
    broken = broken.replace('licence = "Apache-2.0"', "license = 3").replace("scale = 1.0", "scale = 0.0")
    with pytest.raises(FaultsError) as caught:
        read_card(card_file(tmp_path, broken))
    text = str(caught.value)
    for part in ("license", "licence", "641", "scale", "yolov9"):
        assert part in text


def test_faults_of_the_whole_card_come_with_what_to_do(tmp_path: Path) -> None:
    broken = GOOD.replace("https:", "gopher:").replace('"head-s"', '"../evil"').replace('"aaaa', '"zzzz')
    with pytest.raises(FaultsError, match="sha256sum") as caught:
        read_card(card_file(tmp_path, broken))
    assert "../evil" in str(caught.value)
    assert "gopher" in str(caught.value)


def test_two_cards_of_one_name_and_a_file_that_is_no_toml_are_both_named(tmp_path: Path) -> None:
    card_file(tmp_path, GOOD, "a.toml")
    card_file(tmp_path, GOOD, "b.toml")
    card_file(tmp_path, "= nothing", "c.toml")
    with pytest.raises(FaultsError) as caught:
        read_cards(tmp_path)
    assert "head-s: got 2 cards" in str(caught.value)
    assert "c.toml" in str(caught.value)


def test_a_missing_card_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_card(tmp_path / "none.toml")
