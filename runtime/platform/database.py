"""Which database a command means, and its status."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.engine import make_url

from facts.errors import InputError
from runtime.platform.home import home
from runtime.platform.secrets import secret_value
from storage.database.connection import open_engine, reading, shown, sqlite_address
from storage.database.schema import Schema, open_database, schema_of
from storage.database.tables import METADATA
from storage.database.verification.facts_keys import with_facts_keys

FILE = "xueshi.db"


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """A database as ``xueshi db status`` tells it; a table that is not there yet has no count."""

    address: str
    schema: Schema
    rows: Mapping[str, int | None]


def open_db(environ: Mapping[str, str], url: str = "", *, must_exist: bool = False) -> Engine:
    """The database that was named, or that of XUESHI_DB, or this user's own, brought up to date."""
    return database_at(home(environ), url or secret_value(environ, "XUESHI_DB"), must_exist=must_exist)


def database_at(folder: Path, url: str = "", *, must_exist: bool = False) -> Engine:
    """The database at the address, or the file in the folder where none is named, brought up to date."""
    address = url or sqlite_address(folder / FILE)
    if must_exist:
        _refuse_missing(address)
    return with_facts_keys(open_database(address), folder / "keys")


def database_status(environ: Mapping[str, str], url: str = "") -> DatabaseStatus:
    """The status of a database; nothing is migrated and no file is made."""
    address = url or secret_value(environ, "XUESHI_DB") or sqlite_address(home(environ) / FILE)
    _refuse_missing(address)
    engine = open_engine(address)
    schema = schema_of(engine)
    with reading(engine, "counting rows") as connection:
        there = set(inspect(connection).get_table_names())
        rows = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one() if name in there else None
            for name, table in sorted(METADATA.tables.items())
        }
    engine.dispose()
    return DatabaseStatus(shown(engine), schema, rows)


def _refuse_missing(address: str) -> None:
    """A mistyped name must not pass for an empty database."""
    file = make_url(address).database if address.startswith("sqlite:") else None
    if file and not Path(file).is_file():
        raise InputError(
            f"{file}: got no database, expected one; it begins with the first `xueshi seal` or `xueshi db upgrade`"
        ).in_chinese(f"{file}：还没有数据库；第一次 xueshi seal 或 xueshi db upgrade 时建立，路径不对请用 --db 指明")
