"""The tables that the program speaks of are those that its migrations make, to the last column, key and index."""

from sqlalchemy import Engine, Table, UniqueConstraint, inspect
from sqlalchemy.engine import Inspector

from storage.database.tables import METADATA

_OF_ALEMBIC = "alembic_version"


def test_the_database_has_these_tables_and_no_others(database: Engine) -> None:
    assert set(inspect(database).get_table_names()) == {*METADATA.tables, _OF_ALEMBIC}


def test_columns_have_the_same_names_in_the_same_order_and_may_be_empty_alike(database: Engine) -> None:
    """In the same order, because the history is copied into PostgreSQL without naming its columns."""
    found = inspect(database)
    for table in METADATA.sorted_tables:
        made = [(column["name"], column["nullable"]) for column in found.get_columns(table.name)]
        assert made == [(column.name, column.nullable) for column in table.columns], table.name


def test_types_are_the_same(database: Engine) -> None:
    found = inspect(database)
    for table in METADATA.sorted_tables:
        made = {column["name"]: column["type"].compile(database.dialect) for column in found.get_columns(table.name)}
        wanted = {column.name: column.type.compile(database.dialect) for column in table.columns}
        assert made == wanted, table.name


def test_keys_are_the_same(database: Engine) -> None:
    found = inspect(database)
    for table in METADATA.sorted_tables:
        primary = found.get_pk_constraint(table.name)["constrained_columns"]
        assert primary == [column.name for column in table.primary_key], table.name
        foreign = {
            (*key["constrained_columns"], key["referred_table"], *key["referred_columns"])
            for key in found.get_foreign_keys(table.name)
        }
        assert foreign == {(key.parent.name, key.column.table.name, key.column.name) for key in table.foreign_keys}, (
            table.name
        )


def test_indexes_have_the_same_names_and_columns(database: Engine) -> None:
    found = inspect(database)
    for table in METADATA.sorted_tables:
        assert _made_indexes(found, table) == {
            (str(index.name), tuple(column.name for column in index.columns), bool(index.unique))
            for index in table.indexes
        }, table.name


def _made_indexes(found: Inspector, table: Table) -> set[tuple[str, tuple[str, ...], bool]]:
    """Without those that PostgreSQL keeps for its unique constraints."""
    return {
        (str(index["name"]), tuple(map(str, index["column_names"])), bool(index["unique"]))
        for index in found.get_indexes(table.name)
        if not index.get("duplicates_constraint")
    }


def test_what_must_be_unique_is_the_same(database: Engine) -> None:
    found = inspect(database)
    for table in METADATA.sorted_tables:
        made = {frozenset(one["column_names"]) for one in found.get_unique_constraints(table.name)}
        wanted = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        assert made == {frozenset(column.name for column in one.columns) for one in wanted}, table.name
