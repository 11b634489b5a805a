"""What both databases promise alike."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, event, insert, inspect, select, text

from facts.errors import InternalError
from storage.database.connection import open_engine, reading, writing
from storage.database.errors import DatabaseLostError, DatabaseSetupError
from storage.database.schema import newest, open_database, revisions, schema_of, upgrade
from storage.database.tables import METADATA
from storage.database.tables.evidence_log import HEADS, LOG
from tests.fixtures.postgres import Postgres

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def test_an_empty_database_comes_up_to_date_and_stays_so(empty_database_url: str) -> None:
    engine = open_database(empty_database_url)
    assert schema_of(engine).current
    assert upgrade(engine).at == newest()
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_the_migrations_make_the_very_tables_that_the_program_uses(database: Engine) -> None:
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_every_earlier_schema_leads_step_by_step_to_this_one_and_keeps_its_rows(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    for number, revision in enumerate(revisions()):
        assert upgrade(engine, revision).at == revision
        if number == 0:
            with writing(engine, "test") as connection:
                connection.execute(insert(LOG).values(log_id="kept"))
    assert schema_of(engine).current
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(select(LOG.c.log_id)).scalars().all() == ["kept"]
    engine.dispose()


def test_many_rows_of_one_insert_are_one_question_to_postgresql(database: Engine) -> None:
    """Its driver asks for each row anew where it is left alone; SQLite's own many rows ask nobody."""
    numbers, asked = Table("numbers", MetaData(), Column("number", Integer)), list[str]()
    with writing(database, "test") as connection:
        numbers.create(connection)
        event.listen(database, "before_cursor_execute", lambda _, __, statement, *___: asked.append(statement))
        connection.execute(insert(numbers), [{"number": number} for number in range(500)])
        kept = connection.execute(select(numbers.c.number)).all()
    assert len(kept) == 500
    assert asked[0].count("), (") == (499 if database.dialect.name == "postgresql" else 0)
    assert len(asked) == 2


def test_a_schema_of_a_later_version_is_refused_and_left_alone(database: Engine) -> None:
    with writing(database, "test") as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseSetupError, match=r"schema 9999 of a later version.*use the version that wrote it"):
        upgrade(database)
    assert schema_of(database).at == "9999"


def test_what_raises_in_a_transaction_did_not_happen(database: Engine) -> None:
    with suppress(ZeroDivisionError), writing(database, "test") as connection:
        connection.execute(insert(LOG).values(log_id="a"))
        raise ZeroDivisionError
    with reading(database, "test") as connection:
        assert connection.execute(select(LOG)).all() == []


def test_moments_come_back_in_utc_to_the_microsecond(database: Engine) -> None:
    shanghai = timezone(timedelta(hours=8))
    with writing(database, "test") as connection:
        connection.execute(insert(HEADS).values(size=1, at=AT.astimezone(shanghai), body="{}"))
    with reading(database, "test") as connection:
        found = connection.execute(select(HEADS.c.at)).scalar_one()
    assert found == AT
    assert found.tzinfo == UTC


def test_a_moment_without_a_zone_is_a_defect(database: Engine) -> None:
    naive = insert(HEADS).values(size=1, at=AT.replace(tzinfo=None), body="{}")
    with pytest.raises(Exception, match="without a zone") as caught, writing(database, "test") as connection:
        connection.execute(naive)
    assert isinstance(caught.value, InternalError) or isinstance(caught.value.__cause__, InternalError)


def test_an_address_of_another_kind_is_refused_without_repeating_it() -> None:
    with pytest.raises(DatabaseSetupError, match="begins with 'mysql'") as caught:
        open_engine("mysql://root:secret@host/name")
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_told_as_a_matter_of_set_up(postgres_server: Postgres) -> None:
    engine = open_engine(postgres_server.url("nowhere"))
    with pytest.raises(DatabaseSetupError, match=r"check the user, the password and the database's name"):
        schema_of(engine)
    engine.dispose()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    engine = open_engine("postgresql://me:secret@127.0.0.1:9/none")
    with pytest.raises(DatabaseLostError, match="try again") as caught:
        schema_of(engine)
    assert "secret" not in str(caught.value)
