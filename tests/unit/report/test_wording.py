"""One term for one thing, English that counts, and ``docs/wording.md`` as the sources have it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.wording import TARGET, wording
from report.words import EXPLAINED
from tests.fixtures.paths import DOCS

ROOT = DOCS.parent
SPOKEN = ("facts", "policy", "attendance", "claims", "pipeline", "ingest", "report", "runtime", "api", "cli", "storage")
GONE = ("有据支持", "申领而无据", "教职工作学员", "深浅色", "造假", "作弊", "舞弊")
PLURALS = (
    "people|trainees|hours|class hours|classes|days|working days|files|doubts|cameras|pieces|frames|entries|records"
    "|inspectors|check-ins"
)
COUNTED_BY_HAND = re.compile(r'f"[^"]*\{(?P<what>[^{}"\']+)\} (?:' + PLURALS + r")\b(?!:)")
A_CONSTANT = re.compile(r"[\w.]*[A-Z]{3,}[A-Z_]*(\.days)?|params\.full_heads")
BETWEEN_PROGRAMS = ("InputError(", "got {", "got too few", "Refusal(", "refuse([", "raise ", "subject = ", "Leaf(")


def sources(*endings: str) -> Iterator[Path]:
    for top in SPOKEN:
        for path in sorted((ROOT / top).rglob("*")):
            if path.name.endswith(endings) and "rulebooks" not in path.parts:
                yield path


def test_the_list_of_words_is_what_the_sources_say() -> None:
    assert TARGET.read_text("utf-8") == wording(), "run: python -m deploy.wording"


@pytest.mark.parametrize("word", GONE)
def test_a_word_that_gave_way_is_said_nowhere(word: str) -> None:
    said = [
        path.relative_to(ROOT).as_posix() for path in sources(".py", ".j2", ".js") if word in path.read_text("utf-8")
    ]
    assert said == []


@pytest.mark.parametrize("word", ["承诺", "揭示", "公共信标", "树头"])
def test_words_of_the_trade_have_a_sentence_for_a_clerk(word: str) -> None:
    sentence = next(one["zh"] for one in EXPLAINED.values() if one["zh"].startswith(f"{word}："))
    assert 20 <= len(sentence) <= 80


@pytest.mark.parametrize(
    ("template", "keys"),
    [
        ("api/spot_checks/templates/draw.html.j2", {"COMMITMENT", "REVEAL", "BEACON"}),
        ("api/spot_checks/templates/draws.html.j2", {"COMMITMENT", "REVEAL", "BEACON"}),
        ("report/templates/draw.html.j2", {"COMMITMENT", "REVEAL", "BEACON"}),
        ("api/evidence_log/templates/audit.html.j2", {"TREE_HEAD"}),
        ("api/sealing/templates/packages.html.j2", {"TREE_HEAD"}),
    ],
)
def test_the_sentence_stands_where_the_word_does(template: str, keys: set[str]) -> None:
    text = (ROOT / template).read_text("utf-8")
    assert set(re.findall(r"explained\.([A-Z_]+)", text)) == keys


def test_no_sentence_counts_by_hand() -> None:
    found = []
    for path in sources(".py"):
        if path.parts[len(ROOT.parts)] in {"attendance", "storage", "ingest"}:
            continue  # sealed packages are judged again word for word; verifiers travel alone; files are told to operators
        for line in path.read_text("utf-8").splitlines():
            hit = COUNTED_BY_HAND.search(line)
            if hit and not A_CONSTANT.fullmatch(hit["what"]) and not any(sign in line for sign in BETWEEN_PROGRAMS):
                found.append(f"{path.relative_to(ROOT)}: {line.strip()}")
    assert found == [], "use facts.counting.counted"
