"""The numbers that docs/draw.md promises to whoever writes the draw in another language."""

import hashlib
import re
from collections import Counter
from typing import Any

import pytest

from facts.lots import Numbers, canonical, commitment_of, draw, sample, seed_of, size_of
from storage.spot_checks.draw_verifier import BAD, check
from tests.fixtures.lots import BEACON, NONCE, sheet
from tests.fixtures.paths import DOCS

SEED = "00" * 32
CHI_SQUARE_999 = {3: 16.266, 9: 27.877}  # the bound that an honest draw passes 999 times in 1000


def test_numbers_are_what_sha256sum_prints() -> None:
    numbers = Numbers(SEED, "classes/家政")
    expected = [int(hashlib.sha256(f"{SEED}/classes/家政/{k}".encode()).hexdigest()[:16], 16) for k in range(3)]
    assert [numbers.next() for _ in range(3)] == expected


def test_the_vectors_of_the_documentation_are_what_the_program_computes() -> None:
    text = (DOCS / "draw.md").read_text("utf-8")
    numbers = Numbers(SEED, "classes/家政")
    vectors = {
        "number 0": str(numbers.next()),
        "number 1": str(numbers.next()),
        "below 10, five times": " ".join(str(Numbers(SEED, f"t{k}").below(10)) for k in range(5)),
        "commitment": sheet()["commitment"],
        "seed": sheet()["seed"],
        "drawn": " ".join(entry["class"] for entry in sheet()["drawn"]),
        "first inspectors": " ".join(sheet()["drawn"][0]["inspectors"]),
    }
    told = dict(re.findall(r"^\| ([^|`]+?) \| `([^`]+)` \|$", text, re.MULTILINE))
    assert {name: told.get(name) for name in vectors} == vectors


def test_what_lies_beyond_the_last_whole_multiple_is_thrown_away() -> None:
    bound = (1 << 63) + 1  # nearly half of all numbers must be thrown away
    kept = [Numbers(SEED, f"throw/{k}").below(bound) for k in range(200)]
    first = [Numbers(SEED, f"throw/{k}").next() for k in range(200)]
    assert all(number < bound for number in kept)
    assert 60 < sum(a != b for a, b in zip(kept, first, strict=True)) < 140


@pytest.mark.parametrize("bound", [0, -1, 1 << 64])
def test_a_bound_without_an_answer_is_refused_rather_than_tried_for_ever(bound: int) -> None:
    with pytest.raises(ValueError, match="expected a bound"):
        Numbers(SEED, "x").below(bound)


def test_weights_are_honoured_over_many_seeds() -> None:
    members = [{"id": f"B{weight}", "weight": weight} for weight in (1, 2, 3, 4)]
    turns = 4000
    found = Counter(sample(Numbers(f"{k:064x}", "w"), members, 1)[0]["id"] for k in range(turns))
    expected = {f"B{weight}": turns * weight / 10 for weight in (1, 2, 3, 4)}
    distance = sum((found[name] - much) ** 2 / much for name, much in expected.items())
    assert distance < CHI_SQUARE_999[3]
    flat = sum((found[name] - turns / 4) ** 2 / (turns / 4) for name in expected)
    assert flat > CHI_SQUARE_999[3]  # the bound can fail: equal chances are another distribution


def test_every_inspector_without_a_conflict_is_alike_likely() -> None:
    one = {"id": "B1", "institution": "甲", "locality": "", "stratum": "", "weight": 1}
    people = [{"id": f"I{k}", "avoid_institutions": [], "avoid_localities": [], "max_load": 1} for k in range(10)]
    rules = {"strata": [{"name": "", "count": 1}], "inspectors_per_class": 2}
    turns = 2000
    found = Counter(who for k in range(turns) for who in draw([one], people, rules, f"{k:064x}")[0]["inspectors"])
    much = turns * 2 / 10
    assert sum((found[who["id"]] - much) ** 2 / much for who in people) < CHI_SQUARE_999[9]


def test_a_sheet_cannot_steer_the_reader_s_terminal() -> None:
    own = sheet(beacon="\x1b[2J01")
    assert not [line for line in check(own) if "\x1b" in line.zh + line.en]
    assert any("\\x1b[2J01" in line.zh for line in check(own))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rules", "inspectors_per_class"), 10**9),
        (("rules", "inspectors_per_class"), "2"),
        (("rules", "strata"), [{"name": "家政", "share": "1/0"}]),
        (("rules", "strata"), [{"name": "家政", "count": 10**12}]),
        (("classes", 0, "weight"), -5),
        (("classes", 0, "weight"), 10**400),
        (("classes", 0, "weight"), float("nan")),
        (("classes", 0, "stratum"), None),
        (("drawn", 0, "inspectors"), 7),
        (("drawn", 0, "class"), "B999"),
        (("nonce",), "zz"),
        (("seed",), None),
    ],
)
def test_a_hostile_sheet_is_told_in_no_time_and_never_believed(path: tuple[str | int, ...], value: object) -> None:
    own: Any = sheet()
    inside = own
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    assert any(line.mark == BAD for line in check(own))


def test_a_share_is_rounded_up() -> None:
    assert [size_of({"name": "", "share": "1/10"}, members) for members in (1, 10, 11, 0)] == [1, 1, 2, 0]


def test_another_beacon_is_another_seed_and_the_same_nonce_keeps_its_commitment() -> None:
    here, there = sheet(), sheet(beacon="01 02 03 04 05 06 + 07")
    assert here["commitment"] == there["commitment"]
    assert here["seed"] != there["seed"] == seed_of(here["commitment"], NONCE, "01 02 03 04 05 06 + 07")
    assert here["seed"] == seed_of(here["commitment"], NONCE, BEACON)


def test_the_commitment_hashes_what_the_documentation_says() -> None:
    own = sheet()
    body = {
        "schema": "xueshi.draw.commitment/1",
        "classes": hashlib.sha256(canonical(sorted(own["classes"], key=lambda e: e["id"]))).hexdigest(),
        "inspectors": hashlib.sha256(canonical(sorted(own["inspectors"], key=lambda e: e["id"]))).hexdigest(),
        "rules": own["rules"],
        "nonce": own["nonce"],
    }
    assert own["commitment"] == hashlib.sha256(canonical(body)).hexdigest()
    assert own["commitment"] == commitment_of(own["classes"], own["inspectors"], own["rules"], own["nonce"])
