"""The card and the commands of ``docs/models.md``, followed to the letter with a network that is served on loopback."""

import re
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from runtime.verification.frame_sampling import senses
from tests.fixtures.file_server import Served, file_server
from tests.fixtures.folders import xueshi
from tests.fixtures.paths import DOCS
from vision.card_parts import DetectionTarget, Family
from vision.cards import read_card
from vision.onnx_builder import OnnxBuilder

PAGE = (DOCS / "models.md").read_text("utf-8")
SIDE = 640
CELLS = (SIDE // 8) ** 2 + (SIDE // 16) ** 2 + (SIDE // 32) ** 2


def yolox() -> bytes:
    """A network of the card's family that finds one head of 64 pixels in every frame."""
    cells = np.zeros((1, CELLS, 6), np.float32)
    cells[0, 40 * 80 + 40] = (0.0, 0.0, np.log(8), np.log(8), 0.9, 1.0)
    graph = OnnxBuilder("test", "yolox")
    mean = graph.node("ReduceMean", ["input"], "mean", axes=[1, 2, 3], keepdims=0)
    nothing = graph.node("Mul", [mean, graph.constant(np.zeros(1, np.float32))], "nothing")
    graph.node("Add", [nothing, graph.constant(cells)], "output")
    return graph.written([1, 3, SIDE, SIDE], [1, CELLS, 6])


def shown(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_a_fourth_network_is_added_by_its_card_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = tmp_path / "cards"
    cards.mkdir()
    card = cards / "my-heads.toml"
    (text,) = shown("toml")
    commands = [line.split()[1:] for block in shown("sh") for line in block.splitlines()]
    with file_server(**{"my-heads.onnx": Served(yolox())}) as server:
        written = text.replace('"…"', f'"{sha256(yolox()).hexdigest()}"').replace("https://…", server.address)
        card.write_text(written, "utf-8")
        said = []
        for words in commands:
            ran = xueshi(*(str(cards) if word == "./cards" else word for word in words), cache=tmp_path / "cache")
            assert ran.code == 0, ran
            said.append(ran.out)
    assert [words[1] for words in commands] == ["pull", "list", "check", "probe"]
    assert "my-heads: yolox, head, 640x640, 1 on grey, no probe on its card" in said[2]
    card.write_text(f"{written}\n{said[3]}", "utf-8")
    ran = xueshi("models", "check", "my-heads", "--cards", cards, cache=tmp_path / "cache")
    assert "probe passed" in ran.out, ran
    assert read_card(card).output.family is Family.YOLOX

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache" / ".cache"))
    beside, alone = senses(str(cards)), senses(str(card))
    assert beside.names == ("centerface", "my-heads")
    assert alone.names == ("my-heads",)
    (found,) = alone.detect(np.full((720, 1280, 3), 128, np.uint8))
    assert found.target is DetectionTarget.HEAD
    assert found.box.x + found.box.w / 2 == pytest.approx(0.5, abs=0.01)


def test_the_page_names_every_family_and_target_that_there_is() -> None:
    (card,) = shown("toml")
    assert all(family.value in card for family in Family)
    assert all(target.value in card for target in DetectionTarget)
