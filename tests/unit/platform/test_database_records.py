"""Rows become records by name: the order of columns says nothing, and one too many or too few is refused."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, insert, literal, select

from facts.errors import InternalError
from storage.database.record import columns_for, record_of, records_of

PEOPLE = Table(
    "people",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("town", String(20)),
    Column("name", String(20)),
)


@dataclass(frozen=True, slots=True)
class Citizen:
    """Its fields stand in another order than the columns."""

    id: int
    name: str
    town: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One of its fields has no column, and a default that must not hide it."""

    id: int
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A single field."""

    name: str


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as found:
        PEOPLE.metadata.create_all(found)
        found.execute(insert(PEOPLE), [{"name": "王芳", "town": "阳泉"}, {"name": "李敏", "town": "盂县"}])
        yield found
    engine.dispose()


def test_a_query_has_the_fields_in_whatever_order_the_table_has_its_columns() -> None:
    assert [column.name for column in columns_for(Citizen, PEOPLE)] == ["id", "name", "town"]


@pytest.mark.parametrize("order", [("id", "name", "town"), ("town", "name", "id"), ("name", "id", "town")])
def test_columns_that_change_places_change_nothing(connection: Connection, order: tuple[str, ...]) -> None:
    query = select(*(PEOPLE.c[name] for name in order)).order_by(PEOPLE.c.id)
    expected = (Citizen(1, "王芳", "阳泉"), Citizen(2, "李敏", "盂县"))
    assert records_of(Citizen, connection.execute(query)) == expected
    assert tuple(record_of(Citizen, row) for row in connection.execute(query)) == expected


def test_a_field_may_come_from_a_column_of_another_name(connection: Connection) -> None:
    query = select(*columns_for(Letter, PEOPLE, words=literal("你好，") + PEOPLE.c.town)).order_by(PEOPLE.c.id)
    assert records_of(Letter, connection.execute(query))[0] == Letter(1, "王芳", "你好，阳泉")


def test_a_record_of_one_field_is_no_exception(connection: Connection) -> None:
    query = select(*columns_for(Word, PEOPLE)).order_by(PEOPLE.c.id)
    assert records_of(Word, connection.execute(query)) == (Word("王芳"), Word("李敏"))


def test_a_field_may_be_read_from_its_column_or_stand_beside_it(connection: Connection) -> None:
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.id == 1)).one()
    assert record_of(Citizen, row, town=row.town[::-1]) == Citizen(1, "王芳", "泉阳")
    assert record_of(Word, row, beside=("id", "town")) == Word("王芳")
    assert record_of(Letter, row, beside=("town",), words="read") == Letter(1, "王芳", "read")


def test_an_answer_without_rows_has_no_records(connection: Connection) -> None:
    query = select(*columns_for(Citizen, PEOPLE)).where(PEOPLE.c.id == 9)
    assert records_of(Citizen, connection.execute(query)) == ()


def test_a_field_that_no_column_has_is_a_defect() -> None:
    with pytest.raises(InternalError, match=r"Letter: got no column for \['words'\]"):
        columns_for(Letter, PEOPLE)


def test_an_expression_for_no_field_is_a_defect() -> None:
    with pytest.raises(InternalError, match=r"Citizen: .* for no field the columns \['age'\]"):
        columns_for(Citizen, PEOPLE, age=literal(3))


def test_a_missing_column_is_a_defect_even_where_the_field_has_a_default(connection: Connection) -> None:
    query = select(PEOPLE.c.id, PEOPLE.c.name)
    with pytest.raises(InternalError, match=r"Letter: got no column for \['words'\]"):
        records_of(Letter, connection.execute(query))
    with pytest.raises(InternalError, match=r"Letter: got no column for \['words'\]"):
        record_of(Letter, connection.execute(query.limit(1)).one())


def test_a_missing_column_is_a_defect_before_there_are_rows(connection: Connection) -> None:
    with pytest.raises(InternalError, match=r"Citizen: got no column for \['town'\]"):
        records_of(Citizen, connection.execute(select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.id == 9)))


def test_a_surplus_column_is_a_defect_unless_it_is_named(connection: Connection) -> None:
    row = connection.execute(select(PEOPLE).limit(1)).one()
    with pytest.raises(InternalError, match=r"Word: .* for no field the columns \['id', 'town'\]"):
        record_of(Word, row)
    with pytest.raises(InternalError, match=r"Word: got no column for \['age'\]"):
        record_of(Word, row, beside=("id", "town", "age"))


def test_a_value_for_no_field_is_a_defect(connection: Connection) -> None:
    row = connection.execute(select(PEOPLE).limit(1)).one()
    with pytest.raises(InternalError, match=r"Citizen: .* for no field the columns \['age'\]"):
        record_of(Citizen, row, age=3)


def test_two_columns_of_one_name_are_a_defect(connection: Connection) -> None:
    query = select(*columns_for(Citizen, PEOPLE), literal("x").label("town"))
    with pytest.raises(InternalError, match=r"Citizen: .* for no field"):
        records_of(Citizen, connection.execute(query))
