"""English that counts: no sentence puts a number straight before a plural, or it says "1 trainees" one day."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOPS = (
    *("facts", "policy", "attendance", "claims", "pipeline", "ingest", "vision", "storage", "report", "runtime"),
    *("demo", "api", "cli", "deploy", "benchmarks"),
)
# What ends like a plural and is none: verbs that follow a name, units of measure, and small words.
NO_PLURALS = frozenset(
    [
        "is",
        "has",
        "was",
        "as",
        "its",
        "this",
        "us",
        "does",
        "needs",
        "ms",
        "kbps",
        "fps",
        "yes",
        "less",
        "unless",
        "across",
        "towards",
        "plus",
        "minus",
        "gps",
        "dns",
        "rtsps",
        "https",
        "address",
        "class",
        "canvas",
        "process",
        "bytes",
        "names",
        "claims",
        "lacks",
        "belongs",
        "begins",
        "draws",
        "differs",
        "reaches",
        "shows",
        "sees",
        "moves",
        "looks",
        "stands",
        "says",
        "holds",
        "keeps",
        "asks",
        "agrees",
        "applies",
        "avoids",
        "stamps",
        "wants",
        "seems",
        "tells",
        "knows",
        "speaks",
        "lies",
        "ends",
    ]
)
# A name stands before these words, not a number.
NAMED = (
    *(
        "{en} ours",
        "{room} visits",
        "{masked_name(name)} shares",
        "{new.class_id} settings",
        "{institution_id} columns",
    ),
    *("{chosen.class_id} faces", "{class_id} facts", "{rules.assumption.value} allows"),
)
WORDS_BETWEEN = frozenset(
    [
        "more",
        "other",
        "others",
        "class",
        "working",
        "open",
        "valid",
        "different",
        "older",
        "earlier",
        "drawn",
        "sign",
        "serious",
    ]
)
BETWEEN = "|".join(sorted(WORDS_BETWEEN))
AFTER = re.compile(rf"\A (?:(?:{BETWEEN}) )*(?P<word>[a-z][a-z-]*s|people)\b(?!')")
SLOT = re.compile(rf"(?:\{{[a-z_]*\}}|%d) (?:(?:{BETWEEN}) )*(?P<word>[a-z][a-z-]*s|people)\b(?!')")
SAID = re.compile(
    rf"""\}}\}}(?:</(?:b|span)>)? ?\{{\{{ ?(?:t|both)\("[^"]*", ?"(?:(?:{BETWEEN}) )*(?P<word>[a-z-]+s|people)\b"""
)


def plural(word: str) -> bool:
    """Whether the word speaks of more than one."""
    return word not in NO_PLURALS and not word.endswith("ss")


def bound(slot: ast.FormattedValue) -> bool:
    """Whether it is one of the program's own bounds, each of which is more than one, or a measure that is no count."""
    if slot.format_spec is not None:
        return True
    value = slot.value
    while isinstance(value, ast.Attribute) and not value.attr.isupper():
        value = value.value
    name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
    return bool(name) and name.upper() == name


def miscounted(source: str) -> Iterator[tuple[int, str]]:
    """Every place of a module where a value stands straight before a plural."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for value, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant):
                    told = AFTER.match(after.value)
                    said = f"{{{ast.unparse(value.value)}}}{after.value[:40]}"
                    if told and plural(told["word"]) and not said.startswith(NAMED) and not bound(value):
                        yield value.lineno, said
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, told[0]) for told in SLOT.finditer(node.value) if plural(told["word"]))


def miscounted_page(text: str) -> Iterator[str]:
    """Every place of a template where a value stands straight before a plural."""
    yield from (told[0] for rule in (SLOT, SAID) for told in rule.finditer(text) if plural(told["word"]))


def sources(ending: str) -> list[Path]:
    return sorted(path for top in TOPS for path in (ROOT / top).rglob(f"*{ending}"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_puts_a_number_straight_before_a_plural() -> None:
    found = [
        f"{name(path)}:{line}: {said}" for path in sources(".py") for line, said in miscounted(path.read_text("utf-8"))
    ]
    assert found == [], "use facts/counting.py: counted(number, 'trainee')"


def test_no_template_puts_a_number_straight_before_a_plural() -> None:
    found = [f"{name(path)}: {said}" for path in sources(".j2") for said in miscounted_page(path.read_text("utf-8"))]
    assert found == [], "use the filter: number|noun('trainee')"


def test_no_script_of_a_page_makes_english_from_a_number() -> None:
    slot = re.compile(r"\$\{[^{}]*\} (?P<word>[a-z][a-z-]*s|people)\b")
    found = [
        f"{name(path)}: {told[0]}"
        for path in sources(".js")
        for told in slot.finditer(path.read_text("utf-8"))
        if plural(told["word"])
    ]
    assert found == [], "let the page's template say it, by a data attribute"


@pytest.mark.parametrize(
    "source",
    [
        'f"{n} trainees checked in"',
        'f"{len(rows)} people"',
        'f"{n} more class hours"',
        '"{} certificates, {} employers"',
        '"{count} files left out"',
        'f"{MOST} of them, {n} hours"',
    ],
)
def test_a_miscounting_sentence_is_seen(source: str) -> None:
    assert list(miscounted(source))


@pytest.mark.parametrize(
    "source",
    [
        "f\"{counted(n, 'trainee')} checked in\"",
        'f"at most {MOST_FILES} files"',
        'f"{room} is locked"',
        'f"{share:.0%} levels"',
        'f"{n} of the classes"',
    ],
)
def test_a_sentence_that_counts_is_let_be(source: str) -> None:
    assert not list(miscounted(source))


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ('{{ n }} {{ t("个班期", "classes") }}', True),
        ('{{ n }} {{ t("个班期", n|noun("class")) }}', False),
        ('{{ t("照片 %d 张"|format(n), "%d photographs"|format(n)) }}', True),
        ('{{ t("照片 %d 张"|format(n), "%d %s"|format(n, n|noun("photograph"))) }}', False),
    ],
)
def test_a_page_that_miscounts_is_seen(page: str, *, wrong: bool) -> None:
    assert bool(list(miscounted_page(page))) is wrong
