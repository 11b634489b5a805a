"""Opens a database by its address; SQLite in WAL mode in one file, or PostgreSQL."""

import os
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from facts.errors import InputError
from storage.database.errors import DatabaseLostError, DatabaseSetupError

BUSY_MS = 30_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "trusted_schema=OFF",
    "secure_delete=ON",
)
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000"}
_MAX_LOGGED_CHARS = 200
_NO_TLS = "refuses SSL"  # what pg8000 says of a server that offers none
_NO_TEXT = "22021"  # SQLSTATE: PostgreSQL keeps no NUL
_NOT_LET_IN = ("28", "3D")  # SQLSTATE classes: the user or password, and a database that is not there


def open_engine(address: str) -> Engine:
    """The engine for ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``; nothing is read yet."""
    url = _url(address)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgresql(url)


def sqlite_address(file: Path) -> str:
    """The address of a database in a file."""
    return f"sqlite:///{file.absolute()}"


def shown(engine: Engine) -> str:
    """The address without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def faults(engine: Engine, doing: str) -> Iterator[None]:
    """What the database refuses, as a fault that says what to do; what was not committed did not happen."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseLostError(
            f"{shown(engine)}: {doing} failed ({_brief(error)}); nothing was kept by half:"
            " see that the disk has space, the server answers and no other program holds the database, then try again"
        ) from error
    except DBAPIError as error:
        if _code(error).startswith(_NOT_LET_IN):
            raise DatabaseSetupError(
                f"{shown(engine)}: {doing} was refused ({_brief(error)}); check the user, the password and the"
                " database's name in --db or XUESHI_DB"
            ) from error
        if _code(error) == _NO_TEXT:
            raise InputError(f"{doing}: got text with a NUL in it, expected text; remove it") from error
        if error.connection_invalidated or type(error.orig).__name__ == "InterfaceError":
            raise DatabaseLostError(f"{shown(engine)}: {doing} failed ({_brief(error)}); try again") from error
        raise


@contextmanager
def writing(engine: Engine, doing: str) -> Iterator[Connection]:
    """One transaction that is kept whole when the block ends, and not at all when it raises."""
    with faults(engine, doing), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine, doing: str) -> Iterator[Connection]:
    """One unchanging view of the database."""
    with faults(engine, doing), engine.connect() as connection:
        own = {"read_only": True} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        yield connection.execution_options(**own)


def give_back_space(engine: Engine, table: str) -> None:
    """What was overwritten or deleted in the table is gone from the disk too, the database's own journal included."""
    with faults(engine, "giving space back"), closing(engine.raw_connection()) as raw:
        own = raw.dbapi_connection  # below SQLAlchemy, in whose transactions neither may run
        if engine.dialect.name == "sqlite":
            own.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
            return
        raw.rollback()  # what the pool asked whether the connection lives
        own.autocommit = True  # type: ignore[union-attr]
        try:
            raw.cursor().execute(f"VACUUM FULL {table}")
        finally:
            own.autocommit = False  # type: ignore[union-attr]


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        driver = _DRIVERS[url.get_backend_name()]
    except (ArgumentError, KeyError) as error:
        scheme = address.partition(":")[0][:40]
        raise DatabaseSetupError(
            f"database: got an address that begins with {scheme!r}, expected sqlite:///FILE or"
            " postgresql://USER:PASSWORD@HOST/NAME; correct --db or XUESHI_DB"
        ).in_chinese(
            f"数据库地址以“{scheme}”开头，应为 sqlite:///文件 或 postgresql://用户:口令@主机/库名；请改正 --db 或 XUESHI_DB"
        ) from error
    return url.set(drivername=driver)


def _line_lost(context: ExceptionContext) -> OperationalError | None:
    """A server that dies amid an answer shows as the socket's own error, which SQLAlchemy takes for none of a database."""
    error = context.original_exception
    if not isinstance(error, ConnectionError | TimeoutError):
        return None
    context.is_disconnect = True  # so that nobody is given this connection again
    return OperationalError(context.statement, None, error, connection_invalidated=True)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)
    event.listen(engine, "handle_error", _line_lost)
    # Many rows of one insert go in one statement; left alone, the driver asks the server for each of them anew.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    # Encrypted where the server offers it and plain where it does not, as the driver does when left alone; but it
    # would read the machine's authorities for every connection (38 ms) and then ask none of them.
    encrypted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    encrypted.check_hostname, encrypted.verify_mode = False, ssl.CERT_NONE

    @event.listens_for(engine, "do_connect")
    def _connecting(dialect: Dialect, _: object, args: Sequence[object], given: dict[str, object]) -> DBAPIConnection:
        try:
            return dialect.connect(*args, **{"ssl_context": encrypted, **given})
        except dialect.loaded_dbapi.InterfaceError as error:
            if _NO_TLS not in str(error):
                raise
        return dialect.connect(*args, **{"ssl_context": False, **given})

    return engine


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseSetupError("database: got sqlite without a file, expected sqlite:///FILE; name a file")
    folder = Path(url.database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseSetupError(f"{folder}: cannot be made ({error.strerror}); choose another place") from error
    if not os.access(folder, os.W_OK):
        raise DatabaseSetupError(f"{folder}: got no right to write there, expected one; change the rights or the user")
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False}
    )

    # The driver would commit before every CREATE TABLE; with its own bookkeeping off, a migration is one transaction.
    @event.listens_for(engine, "connect")
    def _connected(connection: object, _: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = not connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _code(error: DBAPIError) -> str:
    """PostgreSQL's SQLSTATE, where the driver hands it over."""
    told = error.orig.args[0] if error.orig and error.orig.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _brief(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())[:_MAX_LOGGED_CHARS]
