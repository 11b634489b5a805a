"""The register's pages say what its records say, on both databases."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, true

from facts.digest import Digest
from facts.retention import Category, Hold, RetentionEntry, Scope, Use
from pipeline.retention.deadlines import GRACE, RetentionStage, due_list
from storage.database.accounts import reach
from storage.database.accounts.accounts import add_institution
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.database.tables.retention import OBJECTS
from storage.evidence.port import Enforcement, Ref, StoredObject
from storage.retention import pages
from storage.retention.register import EvidenceRegister

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = [date(2024, 2, 27) + timedelta(days=n) for n in range(4)]
PLACES = {"正信职校": "山西省阳泉市平定县", "邻校": "山西省吕梁市临县"}


@pytest.fixture
def register(database: Engine) -> EvidenceRegister:
    """Sixty objects of two institutions, some needed twice, some for a class that the service does not know."""
    chance = random.Random(3)
    with writing(database, "test") as connection:
        for name, place in PLACES.items():
            number = add_institution(connection, name, "", place, NOW).id
            for code in ("a", "b"):
                values = {"institution_id": number, "code": code, "name": code, "locality": place, "made_at": NOW}
                values |= dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
                connection.execute(insert(CLASSES).values(**values))
    found = EvidenceRegister(database)
    for number in range(60):
        data = Digest.of(f"{number // 2 if number % 5 == 0 else number}".encode())
        stored = StoredObject(Ref(data), 10, NOW + timedelta(days=chance.randint(-90, 90)), Enforcement.APPLICATION)
        found.record("file:///x", stored, _use(chance))
    for number in (3, 9, 20):
        found.begin(number, NOW)
        found.certify(number, "{}")
        found.finish(number, NOW, place=number * 2)
    return found


def _use(chance: random.Random) -> Use:
    ends = NOW + timedelta(days=chance.randint(-80, 80))
    day = chance.choice([None, *DAYS])
    where = chance.choice(["正信职校", "邻校"])
    own = chance.choice(["a", "b", "elsewhere"]), Category.VIDEO, "video", where, DAYS[-1], "YQ-V3", DAYS[-1], ends
    return Use(*own, day, day)


def _hold(scope: Scope, number: int, *, released: bool = False) -> Hold:
    at = NOW + timedelta(minutes=number)
    return Hold(f"{number:08x}", scope, "投诉", "", "王科员", at, released_at=at if released else None)


def numbers(found: tuple[RetentionEntry, ...] | list[RetentionEntry]) -> list[int]:
    return [one.number for one in found]


def test_what_ends_first_stands_first_and_a_count_stops_where_nobody_reads_on(register: EvidenceRegister) -> None:
    before = NOW + timedelta(days=30)
    plain = sorted(register.live(before), key=lambda one: (one.keep_until, one.number))
    with reading(register.engine, "test") as connection:
        own = OBJECTS.c.keep_until, OBJECTS.c.number
        assert numbers(pages.live(connection, own[0] <= before, order=own, limit=100)) == numbers(plain)
        assert numbers(pages.live(connection, own[0] <= before, order=own, limit=7)) == numbers(plain)[:7]
        assert pages.count(connection, pages.LIVE) == len(register.live())
        assert pages.count(connection, pages.LIVE, most=5) == 5


@pytest.mark.parametrize("place", [*PLACES])
def test_each_sees_what_its_own_classes_need_and_others_not(register: EvidenceRegister, place: str) -> None:
    own = [one for one in register.live() if any(use.institution == place for use in one.uses)]
    assert 0 < len(own) < len(register.live())
    with reading(register.engine, "test") as connection:
        for number, area in ((1 + [*PLACES].index(place), None), (None, PLACES[place][:6])):
            own_reach = reach.within(CLASSES, number, area), reach.institutions_within(number, area)
            for alone in (False, True):
                seen = pages.reach(*own_reach, one_institution=alone)
                assert numbers(pages.numbered(connection, pages.LIVE, seen, after=0, limit=100)) == numbers(own)
        nobody = pages.reach(reach.within(CLASSES, None, None), reach.institutions_within(None, None))
        assert pages.count(connection, nobody) == 0


SCOPES = [
    Scope("a"),
    Scope("b", DAYS[1]),
    Scope(day=DAYS[2]),
    Scope(sha256=Digest.of(b"7").sha256),
    Scope("a", DAYS[0], Digest.of(b"7").sha256),
    Scope("nothing"),
]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_a_scope_covers_what_it_covers(register: EvidenceRegister, scope: Scope) -> None:
    plain = [one for one in register.live() if scope.covers(one)]
    with reading(register.engine, "test") as connection:
        found = pages.numbered(connection, pages.LIVE, pages.covered(scope), after=0, limit=100)
    assert numbers(found) == numbers(plain)


def test_what_is_held_is_what_some_standing_hold_covers(register: EvidenceRegister) -> None:
    for number, scope in enumerate(SCOPES):
        register.place(_hold(scope, number, released=number in {0, 2}))
    rows = due_list(register.live(), register.holds(), NOW, grace=GRACE, within=timedelta(days=30))
    wanted = sorted(row.kept.number for row in rows if row.stage is RetentionStage.HELD)
    assert 0 < len(wanted) < len(rows)
    with reading(register.engine, "test") as connection:
        assert numbers(pages.numbered(connection, pages.LIVE, pages.under_hold(), after=0, limit=100)) == wanted
        stood = pages.holds_of(connection, limit=4)
        released = pages.holds_of(connection, limit=10)[4:]
    assert [one.id for one in stood] == ["00000005", "00000004", "00000003", "00000001"]
    assert [one.id for one in released] == ["00000002", "00000000"]


def test_what_is_free_is_everything_that_no_hold_covers(register: EvidenceRegister) -> None:
    for number, scope in enumerate(
        [Scope("b", DAYS[1]), Scope(day=DAYS[2]), Scope("a", sha256=Digest.of(b"7").sha256)]
    ):
        register.place(_hold(scope, number))
    with reading(register.engine, "test") as connection:
        held = numbers(pages.numbered(connection, pages.under_hold(), after=0, limit=100))
        free = numbers(pages.numbered(connection, pages.free(), after=0, limit=100))
        assert held
        assert free
        assert sorted(held + free) == numbers(pages.numbered(connection, after=0, limit=100))


def test_each_hold_covers_as_many_objects_within_reach_as_its_scope_does(register: EvidenceRegister) -> None:
    for number, scope in enumerate(SCOPES):
        register.place(_hold(scope, number))
    place = "正信职校"
    near = [one for one in register.live() if any(use.institution == place for use in one.uses)]
    own = pages.reach(reach.within(CLASSES, 1, None), reach.institutions_within(1, None))
    with reading(register.engine, "test") as connection:
        holds = pages.holds_of(connection, limit=10)
        for seen, objects in ((true(), register.live()), (own, near)):
            wanted = {one.id: sum(map(one.scope.covers, objects)) for one in holds}
            found = pages.pieces(connection, holds, seen)
            assert {one.id: found.get(one.id, 0) for one in holds} == wanted
            assert sum(count > 0 for count in wanted.values()) > 2


def test_deletions_are_listed_newest_first_and_only_those_that_a_head_covers(register: EvidenceRegister) -> None:
    with reading(register.engine, "test") as connection:
        assert numbers(pages.certified(connection, below=41, limit=10)) == [20, 9, 3]
        assert numbers(pages.certified(connection, below=40, limit=10)) == [9, 3]
        assert numbers(pages.certified(connection, below=41, limit=1)) == [20]


def test_a_page_is_the_same_records_as_ever(register: EvidenceRegister) -> None:
    wanted = register.live()
    with reading(register.engine, "test") as connection:
        found: list[RetentionEntry] = []
        while more := pages.numbered(connection, pages.LIVE, true(), after=found[-1].number if found else 0, limit=9):
            found += more
    assert tuple(found) == wanted
