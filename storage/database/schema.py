"""Brings a database to the schema of this version, from an empty one or from any earlier one, in one transaction."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from storage.database.connection import faults, open_engine, shown
from storage.database.errors import DatabaseSetupError
from storage.database.tables.imprints import IMPRINTS
from storage.evidence_log.imprint_guard import adopt, guard

_SCRIPTS = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = 0x78756573  # "xues": the PostgreSQL lock under which migrations queue


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a database stands and where this version wants it."""

    at: str
    wanted: str

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.at == self.wanted


def open_database(address: str) -> Engine:
    """The database at the address, brought up to date."""
    engine = open_engine(address)
    upgrade(engine)
    guard(engine)
    return engine


def schema_of(engine: Engine) -> Schema:
    """The revision that the database has and the one that this version wants."""
    with faults(engine, "reading the schema"), engine.connect() as connection:
        return Schema(_revision(connection), newest())


def newest() -> str:
    """The revision of this version of the program."""
    return revisions()[-1]


@cache
def revisions() -> tuple[str, ...]:
    """Every schema that there ever was, the oldest first; read from the migrations once in a process."""
    return tuple(script.revision for script in reversed([*ScriptDirectory(str(_SCRIPTS)).walk_revisions()]))


def upgrade(engine: Engine, to: str = "head") -> Schema:
    """Migrate forward; whoever comes second waits and finds it done; killed half-way, nothing has happened."""
    with faults(engine, "migrating"), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        at = _revision(connection)
        if at and at not in revisions():
            raise DatabaseSetupError(
                f"{shown(engine)}: got the schema {at} of a later version, expected {newest()} or an earlier one;"
                " use the version that wrote it"
            )
        if at != newest():
            config = Config()
            config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
            config.attributes["connection"] = connection
            guarded = inspect(connection).has_table(IMPRINTS.name)
            command.upgrade(config, to)
            if not guarded and to == "head":
                adopt(connection)
    return schema_of(engine)


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""
