"""The words of ``docs/architecture.md`` are the words of the code: modules, classes, test folders, and what stands on screen."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_house import WHEEL
from tests.fixtures.paths import DOCS, ROOT

PAGE = (DOCS / "architecture.md").read_text("utf-8")

# Plain technical nouns that a newcomer brings along; whatever is of this trade stands in the page's table instead.
_MACHINES = """app cache client command commit environment group limit lint location lock platform pool port process progress
proof queue range secret service terminal usage version"""
_FILES = """archive backup biff body box byte centerface codec compound container content dahua der encoder extraction ffmpeg
folder hikvision jinja media mp4 onnx openssl readme record s3 scalar schema sm2 template text tflite toml tsa
uscc workbook xls xlsx"""
_WEB = """address attachment attempt auth client connection cookie database download env expiry export field gate guard
header health hook http idempotency import lookup metadata migration network onvif openapi openid page pagination
player post provider query render request result round route row sample soap style trip upsert"""
_CODE = """access administration administrator answer arrival base book bound builder case cell change cleanup column
condition consistency conversion decoder demo diff discovery dispatch draft entry error explanation fact form
home ingest input label language layout letter level line loader main match message name observation part people
person piece pipeline plan publication reader register relation scaffold scan selection source standalone
start step storage summary synonym text timeline total value video vision vocabulary wire word"""
_DRAWING = "blur brush disguise furniture optics palette panel pen perspective pose projector svg tremor walk"
_NUMBERS = "geodesy money question workday"
TECHNICAL = frozenset(f"{_MACHINES} {_FILES} {_WEB} {_CODE} {_DRAWING} {_NUMBERS}".split())
# Words that stand before a noun and say which of them it is.
QUALIFIERS = frozenset(
    [
        "back",
        "empty",
        "local",
        "own",
        "partial",
        "plain",
        "public",
        "single",
        "strict",
        "temporary",
        "whole",
    ]
)
GLUE = frozenset({"of", "in", "to", "up"})
ACTIONS = frozenset({"enqueue", "fetch"})  # the few jobs that no noun names better
NOT_A_FOLDER_OF_TESTS = frozenset({"fixtures", "architecture", "__pycache__"})


def rows() -> list[tuple[str, str, str, str]]:
    """The table of words: English, 中文, what it is, where."""
    table = PAGE.partition("## Words")[2].partition("## Ten walks")[0]
    found = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in table.splitlines()
        if line.startswith("|")
    ]
    return [row for row in found if len(row) == 4 and row[2] not in {"what it is", "---", ""}]  # type: ignore[misc]


def glossary() -> frozenset[str]:
    """Every single word of the English column, and of the subjects' names."""
    subjects = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    said = [re.split(r"[,\s-]+", row[0].lower()) for row in rows()] + [name.split("_") for name in subjects]
    return frozenset(singular(word) for words in said for word in words)


def singular(word: str) -> str:
    """Near enough for nouns of our own choosing."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word.removesuffix("s") if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


KNOWN = glossary() | {singular(word) for word in TECHNICAL} | QUALIFIERS | GLUE | ACTIONS


def strange(name: str) -> list[str]:
    """The words of a module's name that stand in no list, or that are no nouns."""
    words = [singular(word) for word in name.split("_") if not re.fullmatch(r"v\d{4}|\d+", word)]
    verbal = [word for word in words if re.search(r"(ing|[^e]ed)$", word) and word not in glossary()]
    return [word for word in words if word not in KNOWN] + verbal


def modules() -> Iterator[Path]:
    """Every module and package of the product; migrations are numbered, not named."""
    for top in WHEEL:
        for path in (ROOT / top).rglob("*.py"):
            if "versions" not in path.parts:
                yield path.parent if path.name == "__init__.py" else path


def test_module_names_are_nouns_of_the_glossary() -> None:
    found = {path.relative_to(ROOT).as_posix(): strange(path.stem) for path in modules()}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("name", ["noted", "handing_in", "vouched", "spotwishes", "taking", "kept", "rooms_of_mystery"])
def test_a_riddle_would_be_found(name: str) -> None:
    assert strange(name)


def test_no_technical_word_is_listed_that_nothing_uses_or_that_the_page_explains() -> None:
    used = {singular(word) for path in modules() for word in path.stem.split("_")}
    listed = {singular(word) for word in TECHNICAL | QUALIFIERS}
    assert (sorted(listed - used), sorted(listed & glossary())) == ([], [])


def test_every_word_lives_where_the_table_says() -> None:
    places = [place for row in rows() for place in re.findall(r"`([\w/.]+)`", row[3])]
    assert len(rows()) > 80
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_no_word_is_explained_twice() -> None:
    words = [word.strip() for row in rows() for word in row[0].split(",")]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_public_class_names_are_unique_in_the_product() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for top in WHEEL:
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_folders_of_tests_carry_the_same_words() -> None:
    subjects = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    allowed = {*WHEEL, *subjects, "http", "platform"}
    found = {
        path.name
        for kind in (ROOT / "tests").iterdir()
        if kind.is_dir() and kind.name not in NOT_A_FOLDER_OF_TESTS
        for path in kind.iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert found - allowed == set()


def test_the_ten_walks_lead_somewhere() -> None:
    walks = re.findall(r"^\d+\. .*$", PAGE.partition("## Ten walks")[2], re.MULTILINE)
    assert len(walks) == 10
    for walk in walks:
        places = re.findall(r"`([\w/]+\.py)`", walk)
        assert places, walk
        assert all((ROOT / place).is_file() for place in places), walk


# What may not stand on a page beside its better half. Tables that offices send, quotes and their readers keep every spelling.
ONE_WORD_ON_SCREEN = {"签到": "打卡", "申报": "申领", "课程表": "课表"}
EVERY_SPELLING = ("ingest/", "policy/rulebooks/", "demo/")


def test_one_word_for_one_thing_on_screen() -> None:
    found = []
    for top in WHEEL:
        for path in (ROOT / top).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix not in {".py", ".j2", ".js"} or name.startswith(EVERY_SPELLING):
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                bare = re.sub(r"「[^」]*」", "", line)  # a quote is the document's own
                if "every spelling" not in line:
                    found += [f"{name}:{number} says {bad}" for bad in ONE_WORD_ON_SCREEN if bad in bare]
    assert found == []
