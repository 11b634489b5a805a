"""Whoever changes a record straight in the database is told on: by the audit, and wherever the record is used."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, insert, select, update

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.evidence_log.record_audit import audit_if_due
from runtime.platform.clock import now
from runtime.sealing.enqueue import ask_sealing
from runtime.sealing.job import Sealer
from storage.database import claims
from storage.database.classes.settings import newest_settings
from storage.database.connection import reading, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.sealing import packages
from storage.database.tables import METADATA
from storage.database.tables.accounts import ACCOUNTS, API_KEYS
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.imprints import IMPRINTS
from storage.database.tables.spot_checks import SPOT_HOLDS
from storage.database.tables.verification import REPORTS
from storage.database.verification.reports import facts_of, flags, hours, newest_facts
from storage.evidence_log.errors import RecordAlteredError
from storage.evidence_log.imprint import WEIGHTED, digest_of_batch, refuse_altered, rows_by_key, weighty
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.record_audit import RecordAudit, audit_records, newest_audit
from tests.fixtures.databases import sqlite_database
from tests.fixtures.earlier_version import earlier_database
from tests.fixtures.folders import xueshi
from tests.fixtures.paths import DOCS
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.weighty_records import AT, changed_by_hand, filled_database, run_by_hand

tables = pytest.mark.parametrize("table", WEIGHTED, ids=lambda one: one.name)
TWELVE = {
    "verdict": ("hour_verdict", "UPDATE hour_verdict SET status = 'EXEMPT' WHERE id = 1"),
    "report": ("class_report", "UPDATE class_report SET document = replace(document, 'UNPROVEN', 'PASS') WHERE id = 1"),
    "facts": ("class_report", "UPDATE class_report SET facts = replace(facts, '201', '301') WHERE id = 1"),
    "status": ("class", "UPDATE class SET status = 'EXEMPT' WHERE id = 1"),
    "sum": ("claim", "UPDATE claim SET supported_fen = supported_fen + 100 WHERE id = 1"),
    "doubt": ("flag", "UPDATE flag SET body = '{}' WHERE id = 1"),
    "word": ("doubt_event", "UPDATE doubt_event SET deed = 'refused' WHERE number = 1"),
    "role": ("account", "UPDATE account SET role = 'auditor' WHERE id = 1"),
    "digest": ("class_file", "UPDATE class_file SET sha256 = replace(sha256, 'a', 'b') WHERE id = 1"),
    "hold": ("evidence_hold", "UPDATE evidence_hold SET released_at = placed_at"),
    "keep_until": ("evidence_object", "UPDATE evidence_object SET keep_until = '2020-01-01 00:00:00.000000'"),
    "package": ("package", "UPDATE package SET masked = 0, faults = 0, day = '2025-04-08'"),
    "lots": ("spot_class", "UPDATE spot_class SET class_id = 'another' WHERE place = 0"),
    "settings": ("class_settings", "UPDATE class_settings SET body = '{}'"),
}


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an earlier version's service, brought up to date: a claim with doubts, a draw, holds, a package."""
    file = earlier_database(tmp_path_factory.mktemp("earlier"))
    open_database(sqlite_database(file)).dispose()
    return file


@pytest.fixture
def file(adopted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(adopted, tmp_path / "xueshi.db"))


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    opened = open_database(sqlite_database(file))
    yield opened
    opened.dispose()


def audited(engine: Engine) -> RecordAudit:
    return audit_records(engine, now, anew=True)


def test_an_earlier_database_is_adopted_once_and_sound(engine: Engine) -> None:
    done = audited(engine)
    assert (done.faults, done.sound) == ((), True)
    assert done.records > 80
    with reading(engine, "test") as connection:
        baseline = connection.execute(select(LEAVES.c.place).where(LEAVES.c.subject == "baseline")).all()
    assert len(baseline) > 5


@pytest.mark.parametrize("what", TWELVE)
def test_a_change_straight_in_the_database_is_told_by_name(what: str, file: Path, engine: Engine) -> None:
    table, statement = TWELVE[what]
    assert run_by_hand(file, statement) > 0
    done = audited(engine)
    assert {fault.record for fault in done.faults} == {table}
    assert "it was changed" in done.faults[0].en


@pytest.mark.parametrize(
    ("what", "use"),
    [
        ("facts", lambda connection: facts_of(connection, 1)),
        ("report", lambda connection: facts_of(connection, 1)),
        ("facts", newest_facts),  # what a claim is screened by
        ("settings", lambda connection: newest_settings(connection, 1)),
        ("verdict", hours),
        ("doubt", flags),
        ("sum", lambda connection: claims.document_of(connection, 1)),
        ("package", packages),
    ],
)
def test_whatever_was_to_use_it_stops(what: str, use: object, file: Path, engine: Engine) -> None:
    with reading(engine, "test") as connection:
        use(connection)  # type: ignore[operator]
    run_by_hand(file, TWELVE[what][1])
    with (
        reading(engine, "test") as connection,
        pytest.raises(RecordAlteredError, match=f"RECORD_ALTERED {TWELVE[what][0]} \\d"),
    ):
        use(connection)  # type: ignore[operator]


PAGES = [
    (Role.INSPECTOR, "/classes/1", "verdict"),
    (Role.INSPECTOR, "/classes/1", "report"),
    (Role.INSPECTOR, "/classes/1/days/2025-04-07", "report"),
    (Role.INSPECTOR, "/classes/1/days/2025-04-07", "status"),
    (Role.INSPECTOR, "/packages", "package"),
    (Role.REVIEWER, "/claims/1", "sum"),
]


def test_pages_of_evidence_show_nothing_of_it_and_say_why(adopted: Path, tmp_path: Path) -> None:
    for number, (role, path, what) in enumerate(PAGES):
        place = Path(shutil.copyfile(adopted, tmp_path / f"{number}.db"))
        with (
            running(settings_at(sqlite_database(place), tmp_path / f"home{number}")) as served,
            served.as_(role) as person,
        ):
            assert person.get(path).status_code == 200
            run_by_hand(place, TWELVE[what][1])
            answer = person.get(path, headers={"accept": "text/html"})
            assert (path, what, answer.status_code) == (path, what, 409)
            assert "RECORD_ALTERED" in answer.text
            assert "与日志不符" in answer.text


def test_the_last_result_stands_in_readyz_and_before_the_auditor(adopted: Path, tmp_path: Path) -> None:
    place = Path(shutil.copyfile(adopted, tmp_path / "own.db"))
    with running(settings_at(sqlite_database(place), tmp_path / "home")) as served:
        with served.as_(Role.AUDITOR) as auditor:
            assert auditor.get("/readyz").json()["record_audit"] == "none yet"
            audited(served.service.engine)
            assert auditor.get("/readyz").json()["record_audit"].startswith("sound, ")
            assert "全部相符" in auditor.get("/audit/heads").text
            run_by_hand(place, TWELVE["hold"][1])
            audited(served.service.engine)
            assert auditor.get("/readyz").json()["record_audit"].startswith("2 records altered, ")
            assert "记录巡检：2 处与日志不符" in auditor.get("/").text
            assert "evidence_hold" in auditor.get("/audit/heads").text
        _nobody_else_is_told(served)


def _nobody_else_is_told(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        assert "记录巡检" not in clerk.get("/").text


def test_a_record_that_was_taken_away_or_slipped_in_is_told(file: Path, engine: Engine) -> None:
    run_by_hand(file, "DELETE FROM doubt_event WHERE number = 1")
    run_by_hand(
        file,
        "INSERT INTO evidence_hold SELECT 'other', class_id, day, sha256, reason, case_ref, placed_by,"
        " placed_at, settled, released_by, released_at FROM evidence_hold LIMIT 1",
    )
    told = {(fault.record, fault.en) for fault in audited(engine).faults}
    assert ("doubt_event", "the log knows it, the table does not: it was deleted") in told
    assert ("evidence_hold", "the log does not know this record") in told


def test_whoever_makes_the_imprint_fit_is_told_by_its_leaf(file: Path, engine: Engine) -> None:
    run_by_hand(file, TWELVE["sum"][1])
    _imprint_made_to_fit(file, engine)
    with reading(engine, "test") as connection, pytest.raises(RecordAlteredError, match="the leaf was not made of"):
        claims.document_of(connection, 1)
    assert [fault.record for fault in audited(engine).faults] == ["record_imprint"]


def _imprint_made_to_fit(file: Path, engine: Engine) -> int:
    with reading(engine, "test") as connection:
        digest = rows_by_key(connection, claims.CLAIMS, [(1,)])["1"]
        place = connection.execute(select(IMPRINTS.c.place).where(IMPRINTS.c.record_table == "claim")).scalar_one()
    run_by_hand(file, "UPDATE record_imprint SET sha256 = ? WHERE record_table = 'claim'", digest)
    return int(place)


def test_whoever_makes_the_leaf_fit_too_is_told_by_the_tree(file: Path, engine: Engine) -> None:
    run_by_hand(file, TWELVE["sum"][1])
    place = _imprint_made_to_fit(file, engine)
    with reading(engine, "test") as connection:
        own = connection.execute(select(IMPRINTS).where(IMPRINTS.c.place == place)).all()
        body = json.loads(connection.execute(select(LEAVES.c.body).where(LEAVES.c.place == place)).scalar_one())
    digest: Digest = digest_of_batch([(row.record_table, row.record_key, row.sha256) for row in own])
    spelled = json.dumps({**body, "sha256": digest.sha256}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    run_by_hand(file, "UPDATE log_leaf SET body = ?, sha256 = ? WHERE place = ?", spelled, digest.sha256, place)
    with reading(engine, "test") as connection, pytest.raises(RecordAlteredError):
        claims.document_of(connection, 1)
    assert "log" in {fault.record for fault in audited(engine).faults}


def test_imprints_that_were_taken_away_are_told(file: Path, engine: Engine) -> None:
    run_by_hand(file, "DELETE FROM record_imprint WHERE record_table = 'account'")
    assert {"account", "record_imprint"} <= {fault.record for fault in audited(engine).faults}


def test_nothing_is_built_upon_a_changed_record(file: Path, engine: Engine) -> None:
    run_by_hand(file, TWELVE["role"][1])
    with pytest.raises(RecordAlteredError, match="account 1"), writing(engine, "test") as connection:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == 1).values(shown="x"))


def test_an_audit_that_was_stopped_goes_on_where_it_was(engine: Engine) -> None:
    whole = audited(engine)

    def stopping(step: str, _: int, __: int) -> None:
        if step == "hour_verdict":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_records(engine, now, stopping, anew=True)
    with reading(engine, "test") as connection:
        half = newest_audit(connection)
    assert half is not None
    assert (half.ended_at, half.step) == (None, "hour_verdict")
    done = audit_records(engine, now)
    assert (done.id, done.records, done.sound) == (half.id, whole.records, True)
    assert 0 < half.records < done.records


def test_it_runs_by_night_once_and_takes_up_what_another_left(engine: Engine) -> None:
    night = AT.replace(hour=18)  # two o'clock in China
    assert not audit_if_due(engine, lambda: AT)
    assert audit_if_due(engine, lambda: night)
    assert not audit_if_due(engine, lambda: night.replace(minute=30))
    assert audit_if_due(engine, lambda: night.replace(day=3))


def test_the_command_tells_and_ends_with_thirty(file: Path, engine: Engine, tmp_path: Path) -> None:
    engine.dispose()
    words = ("log", "audit", "--db", sqlite_address(file), "--lang", "en")
    good = xueshi(*words, cache=tmp_path / "cache", home=tmp_path / "user")
    assert good.code == 0
    assert "all agree" in good.out
    run_by_hand(file, TWELVE["role"][1])
    bad = xueshi(*words, cache=tmp_path / "cache", home=tmp_path / "user")
    assert bad.code == 30
    assert "account 1: differs from its imprint" in " ".join(bad.out.split())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Path]]:
    engine, file = filled_database(tmp_path_factory.mktemp("filled"))
    assert audit_records(engine, now, anew=True).faults == ()
    engine.dispose()  # the last to close leaves one whole file
    yield engine, file
    engine.dispose()


@tables
def test_every_column_that_carries_weight_is_in_the_imprint(table: Table, filled: tuple[Engine, Path]) -> None:
    engine, file = filled
    own = set(table.primary_key.columns)
    before = file.read_bytes()
    for column in set(weighty(table)) - own:
        changed_by_hand(file, table, column)
        with (
            reading(engine, "test") as connection,
            pytest.raises(RecordAlteredError, match=f"RECORD_ALTERED {table.name} "),
        ):
            refuse_altered(connection, table)
        engine.dispose()
        _back(file, before)


def _back(file: Path, before: bytes) -> None:
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    file.write_bytes(before)


@tables
def test_the_audit_sees_a_change_in_every_table_that_carries_weight(
    table: Table, tmp_path: Path, filled: tuple[Engine, Path]
) -> None:
    filled[0].dispose()
    file = Path(shutil.copyfile(filled[1], tmp_path / "own.db"))
    engine = open_database(sqlite_database(file))
    column = next(one for one in weighty(table) if one not in set(table.primary_key.columns))
    changed_by_hand(file, table, column)
    assert {fault.record for fault in audit_records(engine, now, anew=True).faults} == {table.name}
    engine.dispose()


def test_the_page_lists_every_table_with_its_weight() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8").partition("## Records that carry weight")[2]
    weighing, _, light = page.partition("### Records that carry none")
    light = light.partition("\n## ")[0]
    named, unnamed = (set(re.findall(r"`(\w+)`", part)) for part in (weighing, light))
    every = set(METADATA.tables)
    assert (named & every, unnamed & every) == ({one.name for one in WEIGHTED}, every - {one.name for one in WEIGHTED})


def test_what_carries_no_weight_writes_no_leaf_and_what_failed_neither(filled: tuple[Engine, Path]) -> None:
    engine, _ = filled
    log = EvidenceLog(engine)
    before = log.size
    with writing(engine, "test") as connection:
        connection.execute(update(API_KEYS).values(used_at=AT))
    with engine.connect() as connection:
        connection.execute(update(REPORTS).values(status="PASS"))
        connection.rollback()
    assert log.size == before


def test_a_second_record_of_one_key_makes_no_changed_one_sound(file: Path, engine: Engine) -> None:
    run_by_hand(file, "UPDATE spot_hold SET reason = 'another'")
    with reading(engine, "test") as connection:
        same = dict(connection.execute(select(SPOT_HOLDS)).mappings().first() or {})
    with pytest.raises(RecordAlteredError, match="spot_hold"), writing(engine, "test") as connection:
        connection.execute(insert(SPOT_HOLDS).values(same))


def test_a_transaction_reads_what_it_changed_itself(engine: Engine) -> None:
    with writing(engine, "test") as connection:
        connection.execute(update(REPORTS).where(REPORTS.c.id == 1).values(status="UNPROVEN"))
        assert facts_of(connection, 1)
    assert audited(engine).sound


def test_a_report_that_was_changed_is_not_sealed(file: Path, engine: Engine, tmp_path: Path) -> None:
    settings = settings_at(sqlite_database(file), tmp_path / "home")
    KeyRing(settings.home / "keys").init(now())
    with writing(engine, "test") as connection:
        job = ask_sealing(connection, 1, 1, now())
    run_by_hand(file, TWELVE["facts"][1])
    with pytest.raises(RecordAlteredError, match="class_report 1"):
        Sealer(engine, settings, now).do(job)
