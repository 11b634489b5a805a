"""Every detector finds exactly what was planted, and nothing of the innocent case beside it, on both databases."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import Engine

from benchmarks.history_plants import SKILL_BENEFIT, Plant, planted, rows_of
from claims.doubts.history import patterns
from facts.history import Exclusion, HistoryDoubt, Limits, RepeatKey
from facts.registry import Registry
from runtime.claims.history_doubts import whole
from storage.database.connection import reading, writing
from storage.history.keys import HistoryKeys
from storage.history.loader import load
from storage.history.questions import QUERIES
from tests.fixtures.paths import DOCS

KEYS = HistoryKeys(b"k" * 32)
LIMITS = Limits(
    (
        RepeatKey("YQ-D1", ("person", "occupation", "level"), True, 1, ("企业职工培训",), ("企业职工",)),
        RepeatKey("YQ-M8", ("person", "level"), False, 1, ("取证",)),
    ),
    (Exclusion("YQ-M8", SKILL_BENEFIT),),
)
PLANTS, CATALOGUES = planted()


def doubts(engine: Engine, limits: Limits = LIMITS) -> list[HistoryDoubt]:
    with reading(engine, "test") as connection:
        return list(whole(connection, limits))


@pytest.fixture
def history(database: Engine) -> Engine:
    with writing(database, "test") as connection:
        load(connection, (*CATALOGUES, *rows_of(PLANTS)), KEYS, date(2026, 1, 1))
    return database


def test_every_detector_has_a_plant_an_explanation_and_a_cost() -> None:
    assert {plant.detector for plant in PLANTS} == {about.id for about in patterns()}
    for about in patterns():
        assert about.innocent, about.id
        assert about.check_cost_s > 0, about.id
        assert about.title.zh != about.title.en, about.id


def test_every_pattern_has_a_query_and_every_query_a_pattern() -> None:
    assert {pattern.id for pattern in patterns()} == set(QUERIES)


def test_a_limit_that_is_set_reaches_the_query(history: Engine) -> None:
    with reading(history, "test") as connection:
        assert not list(whole(connection, LIMITS, {"account.shared": {"people": 99}}, ("account.shared",)))
        assert list(whole(connection, LIMITS, {"account.shared": {"people": 2}}, ("account.shared",)))


def test_exactly_the_plants_are_found_and_none_of_their_innocent_twins(history: Engine) -> None:
    found = Counter(doubt.about.id for doubt in doubts(history))
    assert found == {plant.detector: plant.doubts for plant in PLANTS}


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.people], ids=lambda plant: plant.detector)
def test_the_doubt_names_the_planted_people_masked(history: Engine, plant: Plant) -> None:
    (doubt,) = (each for each in doubts(history) if each.about.id == plant.detector)
    assert {shown[-4:] for shown in doubt.people} == set(plant.people)


def test_the_cheapest_check_comes_first(history: Engine) -> None:
    costs = [doubt.about.check_cost_s for doubt in doubts(history)]
    assert costs == sorted(costs)


def test_an_empty_history_raises_no_doubt(database: Engine) -> None:
    assert doubts(database) == []


def test_the_page_for_users_names_every_detector_registry_and_parameter() -> None:
    page = (DOCS / "history.md").read_text("utf-8")
    for about in patterns():
        (line,) = (each for each in page.splitlines() if each.startswith(f"| `{about.id}` |"))
        for parameter in about.parameters:
            assert f"{parameter.name}={parameter.default}" in line
        assert about.title.zh in line
        assert all(text.zh in line for text in about.innocent)
    for registry in Registry:
        assert f"| `{registry}` |" in page
