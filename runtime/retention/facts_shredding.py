"""The end of what is known of a class's people: its key goes when the last of its evidence has gone, and the log says so."""

from datetime import datetime

from sqlalchemy import Connection, Engine, and_, exists, select

from facts.digest import Digest
from runtime.platform.clock import now
from runtime.retention.command import RetentionRequest, open_register, ports_of
from runtime.retention.vault import Clock
from storage.database.connection import reading, writing
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.facts_keys import CLASS_KEYS
from storage.database.tables.retention import HOLDS, OBJECTS, USES
from storage.database.verification.facts_keys import destroy_class_key, rewrap_institution, wrapped_by_others


def shred_facts(request: RetentionRequest, clock: Clock = now) -> tuple[str, ...]:
    """The codes of the classes whose facts nobody can open from now on."""
    engine = open_register(request).engine
    ports = ports_of(request, engine, clock)
    with reading(engine, "looking for classes that were kept long enough") as connection:
        over = _over(connection)
    at, gone = ports.clock(), []
    for class_id, code in over:
        with writing(engine, "destroying a class's key") as connection:
            if not _over(connection, class_id) or not destroy_class_key(connection, class_id, at):
                continue  # a hold came, or another sweep was quicker
        told = f"class:{class_id} facts key destroyed"
        ports.journal.deleted(Digest.of(told.encode()), told)
        gone.append(code)
    if gone:
        ports.journal.sign()
    return tuple(gone)


def rewrap_facts(engine: Engine, at: datetime) -> int:
    """Every institution's key made anew under the newest secret; how many were not yet. Done again it goes on."""
    with reading(engine, "looking for keys under an older secret") as connection:
        left = wrapped_by_others(connection)
    for institution_id in left:
        with writing(engine, "wrapping an institution's keys anew") as connection:
            rewrap_institution(connection, institution_id, at)
    return len(left)


def _over(connection: Connection, class_id: int | None = None) -> list[tuple[int, str]]:
    """The classes that had evidence, of which none is left and nothing is held."""
    of_class = and_(USES.c.class_id == CLASSES.c.code, USES.c.institution == INSTITUTIONS.c.name)
    had = exists().where(of_class)
    live = exists().where(of_class, OBJECTS.c.number == USES.c.object, OBJECTS.c.deleted_at.is_(None))
    held = exists().where(HOLDS.c.class_id == CLASSES.c.code, HOLDS.c.released_at.is_(None))
    joined = select(CLASSES.c.id, CLASSES.c.code).join_from(CLASS_KEYS, CLASSES, CLASSES.c.id == CLASS_KEYS.c.class_id)
    joined = joined.join(INSTITUTIONS, INSTITUTIONS.c.id == CLASSES.c.institution_id)
    wanted = joined.where(CLASS_KEYS.c.destroyed_at.is_(None), had, ~live, ~held)
    if class_id is not None:
        wanted = wanted.where(CLASSES.c.id == class_id)
    return [(row.id, row.code) for row in connection.execute(wanted.order_by(CLASSES.c.id))]
