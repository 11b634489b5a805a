"""The paying office's port, answered from the database, and files on their way into it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from benchmarks.history_plants import SKILL_BENEFIT, Ground
from demo.identity import identity
from facts.claim import Claim
from facts.claim_person import CertificateRow, ClaimedPerson, Days
from facts.course import Institution, TrainingClass
from facts.history_answer import PastKey
from facts.registry import BenefitPeriod, Certificate, Enrolment, Registry, RegistryRow
from pipeline.claims.screening import History
from policy.shelf import packaged
from runtime.claims.history import CountyHistory, import_file, limits_of
from storage.database.connection import reading, writing
from storage.database.schema import open_database
from storage.history.keys import HistoryKeys
from storage.history.ledger import counts
from storage.history.loader import load
from tests.fixtures.databases import sqlite_database

KEYS = HistoryKeys(b"k" * 32)
GROUND = Ground()
WHO = GROUND.person()
PAST = GROUND.course(GROUND.school(), date(2024, 3, 4), occupation="焊工", programme="普惠制培训")
HEADER = "姓名,身份证号,培训机构,班期编号,开班日期,结业日期"


def county(engine: Engine, *rows: RegistryRow, book: str = "linxian-2023") -> History:
    with writing(engine, "test") as connection:
        load(connection, rows, KEYS, date(2026, 1, 1))
    return CountyHistory(engine, KEYS, limits_of(packaged().book(book)))


def claim(**of_person: object) -> Claim:
    person = ClaimedPerson("t001", WHO.name, WHO.id_number, **of_person)
    own = TrainingClass(
        "2024-9", institution=Institution("示范", "52990000MJ00000009"), programme="普惠制培训", occupation="焊工"
    )
    return Claim("c1", own, (person,), actual=Days(date(2024, 9, 2), date(2024, 9, 11)))


def test_the_history_counts_under_the_desks_own_keys(database: Engine) -> None:
    history = county(database, Enrolment(WHO, PAST, days=10))
    yearly, ever = (
        PastKey("t001", year=2024, programmes=("普惠制培训",)),
        PastKey("t001", occupation="焊工", level="初级工"),
    )
    other, stranger = PastKey("t001", year=2023), PastKey("t999", year=2024)
    answer = history.answer(claim(), (yearly, ever, other, stranger))
    assert [each.count for each in answer.counts] == [1, 1, 0, None]
    assert answer.counts[0].classes == (f"{PAST.of.institution.name} {PAST.of.number}",)
    assert [doubt.kind for doubt in answer.doubts] == ["repeat"]
    assert answer.doubts[0].rule == "LX-D1"
    assert answer.doubts[0].trainees == ("t001",)


@pytest.mark.parametrize("word", ["普惠制培训补贴", "普惠制补贴", "“普惠制”培训", "普惠制 培训"])
def test_an_earlier_subsidy_counts_by_whatever_ends_its_programmes_name(database: Engine, word: str) -> None:
    history = county(database, Enrolment(WHO, replace(PAST, programme=word), days=10))
    key = PastKey("t001", year=2024, programmes=("普惠制培训", "普惠制"))
    other = PastKey("t001", year=2024, programmes=("订单式培训",))
    assert [each.count for each in history.answer(claim(), (key, other)).counts] == [1, 0]


def test_what_no_registry_says_is_not_known(database: Engine) -> None:
    answer = county(database).answer(claim(), (PastKey("t001"), PastKey("t001", level="初级工", programmes=("取证",))))
    assert [each.count for each in answer.counts] == [None, None]
    assert (answer.received, answer.classes, answer.capped_classes) == (None, None, None)


def test_certificates_count_for_certification_and_benefits_are_received(database: Engine) -> None:
    history = county(
        database,
        Certificate(WHO, "OLD1", GROUND.body(), "焊工", "中级工", date(2022, 5, 6)),
        BenefitPeriod(WHO, SKILL_BENEFIT, date(2022, 6, 1)),
        book="yangquan-2024",
    )
    key = PastKey("t001", level="中级工", programmes=("取证",))
    new = CertificateRow("中级工", "NEW1", issued=date(2024, 9, 20))
    answer = history.answer(claim(certificates=(new,)), (key,))
    assert answer.counts[0].count == 1
    assert [(one.trainee, one.name) for one in answer.received or ()] == [("t001", SKILL_BENEFIT)]


def test_the_classes_at_the_cap_are_counted_for_the_institution(database: Engine) -> None:
    history = county(database, Enrolment(WHO, PAST, days=10))
    own = Claim(
        "c2",
        TrainingClass("x", institution=Institution(PAST.of.institution.name, PAST.of.institution.code)),
        actual=Days(date(2024, 5, 1), date(2024, 5, 9)),
    )
    answer = history.answer(own, ())
    assert (answer.capped_classes, answer.classes) == (1, 1)


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "实名制.csv"
    path.write_text("\n".join((HEADER, *lines)), "utf-8")
    return path


def line(number: int, first: str = "2024-03-04") -> str:
    one = identity(number)
    return f"{one.name},{one.id_number.digits},示范学校,1班,{first},2024-03-13"


def test_a_file_with_one_fault_is_not_imported_at_all_unless_told_to_leave_it_out(
    database: Engine, tmp_path: Path
) -> None:
    path = write(tmp_path, line(0), line(1, "昨天"), line(2))
    taken = import_file(database, KEYS, path, Registry.REALNAME, date(2026, 1, 1))
    assert not taken.written
    with reading(database, "test") as connection:
        assert not any(counts(connection).values())
    taken = import_file(database, KEYS, path, Registry.REALNAME, date(2026, 1, 1), leave_out=True)
    assert taken.written
    with reading(database, "test") as connection:
        assert counts(connection)["enrolments"] == 2
    assert import_file(database, KEYS, path, Registry.REALNAME, date(2026, 1, 1), leave_out=True).known


def test_a_dry_run_writes_nothing(database: Engine, tmp_path: Path) -> None:
    taken = import_file(database, KEYS, write(tmp_path, line(0)), Registry.REALNAME, date(2026, 1, 1), dry_run=True)
    assert (len(taken.read.rows), taken.written) == (1, False)
    with reading(database, "test") as connection:
        assert not any(counts(connection).values())


def test_a_hundred_thousand_lines_are_read_and_told_on_the_way(tmp_path: Path) -> None:
    person = identity(0)
    lines = (
        f"{person.name},{person.id_number.digits},示范学校,{number}班,2024-03-04,2024-03-13"
        for number in range(100_000)
    )
    engine = open_database(sqlite_database(tmp_path / "h.db"))
    done: list[int] = []
    taken = import_file(
        engine, KEYS, write(tmp_path, *lines), Registry.REALNAME, date(2026, 1, 1), progress=done.append
    )
    engine.dispose()
    assert taken.written
    assert len(taken.read.rows) == 100_000
    assert done == [50_000, 100_000, 100_000]


def test_every_rulebook_turns_into_keys_with_words() -> None:
    for book in packaged().books:
        own = limits_of(book)
        assert own.repeats
        assert all(key.rule and key.words and key.words.zh for key in own.repeats)
