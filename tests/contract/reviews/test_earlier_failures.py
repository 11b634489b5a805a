"""Failures by review of before schema 0021 can be answered as those of today."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, DateTime, Integer, MetaData, Table, insert, select

from facts.codec import dumps
from facts.digest import Digest
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewReading
from storage.database.connection import open_engine
from storage.database.schema import upgrade
from storage.database.tables.reviews import REVIEWS
from tests.fixtures.hour_facts import at, span

AGREED = at(70).astimezone(UTC)


def row(table: Table, **own: object) -> dict[str, Any]:
    """The least that the table takes, and these values."""
    needed = [one for one in table.columns if not one.nullable and one.name not in own]
    return own | {one.name: _anything(one.type) for one in needed}


def _anything(kind: object) -> object:
    if isinstance(kind, Integer):
        return 1
    return datetime(2026, 11, 1) if isinstance(kind, DateTime) else "x"  # noqa: DTZ001 - as the column keeps it


def body(answer: ReviewAnswer) -> str:
    reading = ReviewReading("account:1", at(60), answer, (), "一直空着")
    made = Review("h", "CH02", span(5, 15), Digest.of(b"a"), 6, reading)
    other = ReviewReading("account:2", AGREED, answer, (), "同见")
    return dumps(made.agreed_by(ReviewAgreement(other, agrees=True)))


def insert_reviews(connection: Connection) -> None:
    old = MetaData()
    old.reflect(connection)
    for name in ("institution", "class", "job", "class_report"):
        connection.execute(insert(old.tables[name]).values(**row(old.tables[name], id=1)))
    table = old.tables["hour_review"]
    for number, (answer, state, own) in enumerate(
        (
            (ReviewAnswer.SHORT, "agreed", False),
            (ReviewAnswer.HEADS, "agreed", False),
            (ReviewAnswer.NOBODY, "once", False),
            (ReviewAnswer.SHORT, "agreed", True),
        ),
        start=1,
    ):
        values = row(table, id=number, body=body(answer), state=state, self_marked=own)
        connection.execute(insert(table).values(**values))


def test_what_two_people_failed_gets_its_term_and_nothing_else_does(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    try:
        upgrade(engine, "0020")
        with engine.begin() as connection:
            insert_reviews(connection)
        upgrade(engine)
        with engine.connect() as connection:
            found = dict(connection.execute(select(REVIEWS.c.id, REVIEWS.c.answer_until)).all())
        assert found == {1: AGREED + timedelta(days=15), 2: None, 3: None, 4: None}
    finally:
        engine.dispose()
