"""One lock for sweeps and orders, on one machine or on many; a process that dies releases it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from storage.database.connection import faults
from storage.database.errors import DatabaseSetupError
from storage.file_lock import lock

_ONE_AT_A_TIME = 0x78757273  # "xurs": the PostgreSQL lock under which sweeps and orders queue
_DOING = "waiting for a sweep or an order to end"


@contextmanager
def exclusive_lock(engine: Engine) -> Iterator[None]:
    """The lock is held until the block ends."""
    with _file_lock(engine) if engine.dialect.name == "sqlite" else _server_lock(engine):
        yield


@contextmanager
def _file_lock(engine: Engine) -> Iterator[None]:
    file = Path(f"{engine.url.database}.lock")
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseSetupError(f"{file}: cannot be opened ({error.strerror}); correct the rights") from error
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _server_lock(engine: Engine) -> Iterator[None]:
    """A lock of the connection, which the server drops when the connection ends."""
    with faults(engine, _DOING), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ONE_AT_A_TIME})
