"""A county that nobody knows, from an empty folder to a screened claim: one document, one TOML, no Python.

The commands are read out of docs/policy-authoring.md. The county's words for people and programme stand in no Python
file; what the steps need lies in ``tests/fixtures/sixth_county``, five days of theory among it, of which the fourth
trainee misses two and in each afternoon of which the fifth signs in once.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.paths import DOCS, ROOT

OWN = ROOT / "tests" / "fixtures" / "sixth_county"
ENDS = {"policy lint": [1, 0], "verify": [10], "claim screen": [30]}  # what each ends with, where it is not 0


def documented() -> list[str]:
    """The lines of the guide's steps, as they are typed."""
    guide = (DOCS / "policy-authoring.md").read_text("utf-8")
    steps = guide.partition("## From an empty folder")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", steps, re.DOTALL)
    return [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in which somebody follows the guide line by line."""
    folder, programs = tmp_path_factory.mktemp("county"), tmp_path_factory.mktemp("bin")
    (programs / "xueshi").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n', "utf-8")
    (programs / "xueshi").chmod(0o755)
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "EXAMPLE": str(OWN)}
    env |= {"XUESHI_CACHE": str(folder / "cache"), "HOME": str(folder / "home"), "LANG": "C.UTF-8", "COLUMNS": "200"}
    ends = {words: list(codes) for words, codes in ENDS.items()}
    for line in documented():
        done = subprocess.run(  # noqa: S603 - the guide's own line
            ["bash", "-c", line],  # noqa: S607
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        wanted = next((codes for words, codes in ends.items() if line.startswith(f"xueshi {words}")), [0])
        assert done.returncode == (wanted.pop(0) if len(wanted) > 1 else wanted[0]), (line, done.stdout, done.stderr)
        if line.startswith("xueshi policy lint") and done.returncode:
            said = {one.split(" got ")[1].split(",")[0] for one in done.stdout.splitlines() if " got " in one}
            assert said == {"no digest"}
    return folder


def command(folder: Path, *words: str) -> Ran:
    """The command as it is typed in that folder."""
    return xueshi(*words, cache=folder / "cache", home=folder / "home", cwd=folder)


def test_the_guide_s_steps_are_all_run() -> None:
    lines = documented()
    assert len(lines) == 13
    assert [line.split()[1:3] for line in lines if line.startswith("xueshi")] == [
        ["policy", "new"], ["policy", "lint"], ["policy", "seal"], ["policy", "lint"],
        ["verify", "班期"], ["claim", "template"], ["claim", "screen"],
    ]  # fmt: skip


@pytest.fixture(scope="module")
def screened(office: Path) -> dict[str, object]:
    (path,) = (office / "核查").rglob("claim.json")
    return json.loads(path.read_text("utf-8"))


def test_fifteen_rules_and_none_of_their_words_in_python(office: Path) -> None:
    shown = command(office, "policy", "show", "caoyuan-2026", "--rulebooks", "rulebooks", "--json")
    book = json.loads(shown.out)
    assert len(book["rules"]) == 15
    words = {word["name"] for kind in ("groups", "programmes") for word in book[kind]["words"]}
    assert len(words) == 5
    python = subprocess.run(  # noqa: S603 - git grep in our own tree
        ["git", "grep", "-lE", "|".join(sorted(words)), "--", "*.py", ":!tests"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert python.stdout == ""


def test_the_claim_pays_what_the_document_says_to_the_fen(screened: dict[str, object]) -> None:
    """600 = 5 × 120; 420 = 70 % of it; 600; nothing for 12 of 20 hours; the last is open; 5 × 20 for living stand apart."""
    assert [one["supported"]["fen"] for one in screened["people"]] == [60000, 42000, 60000, 0, 0]
    assert [one["supported"]["fen"] for one in screened["purses"]] == [162000, 10000]


@pytest.mark.parametrize(
    ("rule", "reason", "status", "people"),
    [
        ("CY-V4", "TURNOUT_MISSED", "FAIL", 1),
        ("CY-V4", "TURNOUT_NOT_SHOWN", "UNPROVEN", 1),
        ("CY-V4", "TURNOUT_REACHED", "PASS", 3),
        ("CY-M2", "PART_DUE", "PASS", 1),
        ("CY-P1", "INSPECTED", "PASS", 0),
        ("CY-E1", "IN_GROUP", "PASS", 5),
        ("CY-D1", "NOT_REPEATED", "PASS", 5),
        ("CY-P2", "THERE", "PASS", 0),
        ("CY-P3", "RELATION_HOLDS", "PASS", 0),
        ("CY-P5", "NOTHING_RECORDED", "PASS", 0),
    ],
)
def test_each_kind_of_rule_speaks(
    screened: dict[str, object], rule: str, reason: str, status: str, people: int
) -> None:
    found = [one for one in screened["findings"] if (one["rule"], one["reason"]) == (rule, reason)]
    assert [(one["status"], len(one["who"])) for one in found] == [(status, people)], screened["findings"]


def test_words_of_the_county_raise_no_doubt(screened: dict[str, object]) -> None:
    assert "UNKNOWN_WORD" not in {one["kind"] for one in screened["doubts"]}
