"""The public keys that sign time codes, the newest last."""

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database.connection import reading, writing
from storage.database.tables.time_codes import TIME_CODE_KEYS
from storage.evidence_log.imprint import compare_keys


def code_keys(connection: Connection) -> tuple[str, ...]:
    """Every key that ever signed, in hexadecimal digits; refused where the log knows another."""
    rows = select(TIME_CODE_KEYS.c.public_key).order_by(TIME_CODE_KEYS.c.since, TIME_CODE_KEYS.c.public_key)
    found = tuple(connection.execute(rows).scalars())
    compare_keys(connection, TIME_CODE_KEYS, [(key,) for key in found])
    return found


def keep_code_key(engine: Engine, public_key: str, at: datetime) -> None:
    """The key among those that sign, once; of two processes that come with it together one finds it there."""
    with reading(engine, "reading the keys of time codes") as connection:
        if public_key in code_keys(connection):
            return
    try:
        with writing(engine, "keeping a key of time codes") as connection:
            connection.execute(insert(TIME_CODE_KEYS).values(public_key=public_key, since=at))
    except IntegrityError:
        return
