import re
from pathlib import Path

from tests.fixtures.paths import DOCS
from vision.card_parts import Family
from vision.cards import read_card


def test_the_card_that_the_docs_show_is_a_card(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", (DOCS / "models.md").read_text("utf-8"), re.DOTALL)
    card = tmp_path / "card.toml"
    card.write_text(shown.replace('"…"', '"' + "0" * 64 + '"').replace("https://…", "https://models.invalid"), "utf-8")
    assert read_card(card).output.family is Family.YOLOX
