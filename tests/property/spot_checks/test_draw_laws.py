"""The laws of the draw, on lists of any shape."""

from collections import Counter
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from facts.lots import ImpossibleDrawError, conflict, draw, size_of
from storage.spot_checks.draw_verifier import BAD, check
from tests.fixtures.lots import sheet

SEEDS = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
Entries = list[dict[str, Any]]
Lists = tuple[Entries, Entries, dict[str, Any]]
NAMES = st.sampled_from(["甲", "乙", "丙", "丁"])


@st.composite
def lists(make: st.DrawFn) -> Lists:
    """Any lists, also such as cannot be drawn from."""
    classes = [
        {"id": f"B{index}", "institution": make(NAMES), "locality": make(NAMES), "stratum": make(st.sampled_from("xy"))}
        | {"weight": make(st.integers(1, 50))}
        for index in range(make(st.integers(1, 9)))
    ]
    inspectors = [
        {"id": f"I{index}", "avoid_institutions": make(st.lists(NAMES, max_size=2, unique=True))}
        | {"avoid_localities": make(st.lists(NAMES, max_size=1)), "max_load": make(st.integers(0, 4))}
        for index in range(make(st.integers(2, 6)))
    ]
    strata = [{"name": name, "share": make(st.sampled_from(["1/3", "1/2", "1"]))} for name in "xy"]
    return classes, inspectors, {"strata": strata, "inspectors_per_class": 2}


@given(lists(), SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_says_nothing_and_a_seed_says_all(own: Lists, seed: str, shuffler: Random) -> None:
    classes, inspectors, rules = own
    first = drawn(classes, inspectors, rules, seed)
    for listed in (classes, inspectors, rules["strata"]):
        shuffler.shuffle(listed)
    assert drawn(classes, inspectors, rules, seed) == first


@given(lists(), SEEDS)
def test_strata_are_exact_conflicts_never_assigned_and_loads_kept(own: Lists, seed: str) -> None:
    classes, inspectors, rules = own
    found = drawn(classes, inspectors, rules, seed)
    assume(found is not None)
    assert found is not None
    members, sizes = Counter(e["stratum"] for e in classes), Counter(e["stratum"] for e in found)
    assert {s["name"]: size_of(s, members[s["name"]]) for s in rules["strata"]} == {n: sizes[n] for n in "xy"}
    assert len({entry["class"] for entry in found}) == len(found)
    listed, people = {e["id"]: e for e in classes}, {e["id"]: e for e in inspectors}
    for entry in found:
        assert len(set(entry["inspectors"])) == 2
        assert not [one for one in entry["inspectors"] if conflict(listed[entry["class"]], people[one])]
    loads = Counter(one for entry in found for one in entry["inspectors"])
    assert sum(loads.values()) == 2 * len(found)
    assert all(count <= people[one]["max_load"] for one, count in loads.items())


@given(lists(), SEEDS)
def test_the_draw_is_impossible_only_where_no_assignment_exists(own: Lists, seed: str) -> None:
    classes, inspectors, rules = own
    every = [{**one, "max_load": 99, "avoid_institutions": [], "avoid_localities": []} for one in inspectors]
    chosen = {entry["class"] for entry in drawn(classes, every, rules, seed) or ()}
    assume(len(chosen) <= 5)
    wanted = [entry for entry in classes if entry["id"] in chosen]
    assert (drawn(classes, inspectors, rules, seed) is not None) == possible(wanted, inspectors, {})


@given(
    st.sampled_from(["class", "inspector", "weight", "nonce", "beacon", "seed", "load", "order", "rules"]), st.data()
)
def test_no_edit_of_a_published_sheet_passes(kind: str, data: st.DataObject) -> None:
    own = sheet()
    entry = data.draw(st.sampled_from(own["drawn"]))
    if kind == "class":
        outside = sorted({e["id"] for e in own["classes"]} - {e["class"] for e in own["drawn"]})
        entry["class"] = data.draw(st.sampled_from(outside))
    elif kind == "inspector":
        others = sorted({e["id"] for e in own["inspectors"]} - set(entry["inspectors"]))
        entry["inspectors"][0] = data.draw(st.sampled_from(others))
    elif kind == "weight":
        data.draw(st.sampled_from(own["classes"]))["weight"] += 1
    elif kind == "load":
        data.draw(st.sampled_from(own["inspectors"]))["max_load"] += 1
    elif kind == "order":
        own["drawn"].reverse()
    elif kind == "rules":
        own["rules"]["title"] += "。"
    else:
        own[kind] = own[kind][:-1] + ("0" if own[kind][-1] != "0" else "1")
    assert any(line.mark == BAD for line in check(own))


def drawn(classes: Entries, inspectors: Entries, rules: dict[str, Any], seed: str) -> Entries | None:
    """The draw, or nothing where it is impossible."""
    try:
        return draw(classes, inspectors, rules, seed)
    except ImpossibleDrawError:
        return None


def possible(classes: Entries, inspectors: Entries, load: dict[str, int]) -> bool:
    """By trying every assignment."""
    if not classes:
        return True
    able = [
        one["id"] for one in inspectors if not conflict(classes[0], one) and load.get(one["id"], 0) < one["max_load"]
    ]
    return any(
        possible(classes[1:], inspectors, load | {one: load.get(one, 0) + 1 for one in pair})
        for pair in combinations(able, 2)
    )
