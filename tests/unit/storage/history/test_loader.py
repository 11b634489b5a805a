"""What the database holds of people, and what a second export of the same registry changes."""

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from benchmarks.history_plants import Ground, planted, rows_of
from demo.identity import identity
from facts.errors import SetupError
from facts.money import Fen
from facts.registry import Certificate, Employment, Enrolment, Registry, RegistryRow, Sanction
from storage.database.connection import reading, writing
from storage.database.schema import open_database
from storage.database.tables import history as t
from storage.history.keys import KEY_FILE, HistoryKeys, keys_in
from storage.history.ledger import Export, counts, imports, take_in
from storage.history.loader import load
from storage.history.person import past_of
from tests.fixtures.databases import sqlite_database

KEYS = HistoryKeys(b"k" * 32)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)


def write(engine: Engine, *rows: RegistryRow, seen: date = DAY) -> None:
    with writing(engine, "test") as connection:
        load(connection, rows, KEYS, seen)


def enrolment(**changes: object) -> Enrolment:
    ground = Ground()
    course = ground.course(ground.school(), date(2024, 3, 4))
    row = Enrolment(ground.person("赵试样"), course, "城镇登记失业人员", 10, Fen.yuan(1500), 2024, "6200990000000001")
    return replace(row, **changes)


def test_no_id_number_name_account_or_certificate_is_in_the_file_in_the_clear(tmp_path: Path) -> None:
    engine = open_database(sqlite_database(tmp_path / "h.db"))
    plants, catalogues = planted()
    row = enrolment()
    thief = Certificate(row.person, f"T{row.person.id_number.digits}", row.course.of.institution, issued=DAY)
    write(engine, *catalogues, *rows_of(plants), row, thief)
    engine.dispose()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for each in (*rows_of(plants), row):
        if isinstance(each, Enrolment):
            assert each.person.id_number.digits.encode() not in content
    assert row.person.name.encode() not in content
    assert row.account.encode() not in content
    assert b"****" in content


def test_the_person_is_found_by_number_and_shown_masked(database: Engine) -> None:
    row = enrolment()
    write(database, row)
    with reading(database, "test") as connection:
        found = past_of(connection, KEYS, row.person.id_number)
        assert past_of(connection, KEYS, identity(0).id_number) is None
    assert found
    assert found.shown == f"赵** {row.person.id_number.tail}"
    assert [(one.number, one.days, one.amount) for one in found.classes] == [(row.course.of.number, 10, Fen.yuan(1500))]
    assert row.person.id_number.digits not in str(found)


def test_without_its_key_the_history_is_nobodys(database: Engine, tmp_path: Path) -> None:
    row = enrolment()
    own = keys_in(tmp_path / "keys", make=True)
    with writing(database, "test") as connection:
        load(connection, [row], own, DAY)
        sealed = connection.execute(select(t.PERSONS)).one()
    assert own.unseal(sealed.sealed, sealed.digest).startswith(row.person.id_number.digits)
    (tmp_path / "keys" / KEY_FILE).unlink()
    with pytest.raises(SetupError, match="expected the one that sealed the history"):
        keys_in(tmp_path / "keys")
    stranger = HistoryKeys(secrets.token_bytes(32))
    with reading(database, "test") as connection:
        assert past_of(connection, stranger, row.person.id_number) is None
    with pytest.raises(SetupError, match="does not open"):
        stranger.unseal(sealed.sealed, sealed.digest)


def test_a_sealed_number_moved_to_another_row_is_refused(database: Engine) -> None:
    one, two = enrolment(), enrolment()
    ground = Ground()
    ground.person()
    two = replace(two, person=ground.person())
    write(database, one, two)
    with writing(database, "test") as connection:
        first, second = connection.execute(select(t.PERSONS)).all()
        connection.execute(update(t.PERSONS).where(t.PERSONS.c.id == first.id).values(sealed=second.sealed))
        moved = connection.execute(select(t.PERSONS).where(t.PERSONS.c.id == first.id)).one()
        with pytest.raises(SetupError, match="does not open"):
            KEYS.unseal(moved.sealed, moved.digest)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    keys_in(tmp_path, make=True)
    place = tmp_path / KEY_FILE
    assert place.stat().st_mode & 0o077 == 0
    before = place.read_text()
    keys_in(tmp_path, make=True)
    assert place.read_text() == before
    place.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        keys_in(tmp_path)
    place.chmod(0o600)
    place.write_text("kurz")
    with pytest.raises(SetupError, match="32 bytes"):
        keys_in(tmp_path)


def test_two_texts_under_one_key_are_never_taken_for_one_person(database: Engine) -> None:
    row = enrolment()
    write(database, row)
    with writing(database, "test") as connection:
        connection.execute(update(t.PERSONS).values(digest=b"x" * 32))
    with pytest.raises(Exception, match=r"(?i)null"):
        write(database, row)


def test_the_same_file_twice_changes_nothing_and_a_newer_export_updates(database: Engine) -> None:
    row = enrolment()
    newer = replace(row, days=12, account="")
    first = Export("a" * 64, Registry.REALNAME, "实名制.xlsx", DAY, AT)
    with writing(database, "test") as connection:
        assert take_in(connection, first, [row], KEYS)
        assert not take_in(connection, first, [row], KEYS)
        before = counts(connection)
        assert take_in(connection, replace(first, sha256="b" * 64, seen=date(2026, 4, 1)), [newer], KEYS)
        assert counts(connection) == before
        kept = connection.execute(select(t.ENROLMENTS)).one()
        assert len(imports(connection)) == 2
    assert kept.days == 12
    assert kept.account is not None, "what the newer export leaves blank is not lost"


def test_an_older_export_taken_in_late_changes_nothing_that_is_newer(database: Engine) -> None:
    row = enrolment()
    write(database, row)
    write(database, replace(row, days=3), seen=date(2025, 1, 1))
    with reading(database, "test") as connection:
        assert connection.execute(select(t.ENROLMENTS.c.days)).scalar_one() == 10


def test_an_end_may_be_taken_back_by_a_newer_export(database: Engine) -> None:
    school = Ground().school()
    write(database, Sanction(school, "整改", date(2024, 1, 1), date(2024, 2, 1)))
    write(database, Sanction(school, "整改", date(2024, 1, 1)), seen=date(2026, 4, 1))
    with reading(database, "test") as connection:
        assert connection.execute(select(t.SANCTIONS.c.to_day)).scalar_one() is None


def test_text_with_tabs_quotes_and_backslashes_comes_back_whole(database: Engine) -> None:
    row = enrolment(group='甲\t乙\n"丙"\\N\\丁')
    write(database, row)
    with reading(database, "test") as connection:
        assert connection.execute(select(t.ENROLMENTS.c.group_name)).scalar_one() == row.group


def test_a_transaction_that_fails_leaves_nothing_half_imported(database: Engine) -> None:
    with suppress(ZeroDivisionError), writing(database, "test") as connection:
        load(connection, [enrolment()], KEYS, DAY)
        raise ZeroDivisionError
    with reading(database, "test") as connection:
        assert not any(counts(connection).values())


def test_a_file_named_by_an_id_number_is_kept_masked(database: Engine) -> None:
    number = enrolment().person.id_number.digits
    export = Export("c" * 64, Registry.REALNAME, f"{number}.xlsx", DAY, AT)
    with writing(database, "test") as connection:
        take_in(connection, export, [enrolment()], KEYS)
        (one,) = imports(connection)
    assert number not in one.file


def test_employment_without_an_end_is_open(database: Engine) -> None:
    ground = Ground()
    write(database, Employment(ground.person(), ground.firm(), DAY, None, 12, 40))
    with reading(database, "test") as connection:
        row = connection.execute(select(t.EMPLOYMENTS)).one()
        assert (row.to_day, row.stated_months) == (None, 12)
        assert connection.execute(select(t.PARTIES.c.staff)).scalar_one() == 40
