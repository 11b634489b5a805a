"""What a stored record amounts to in one digest, and which tables carry weight enough to have it in the log.

A column that is empty is left out of the digest, so that a later version may add columns that may be empty.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, select, tuple_

from facts.digest import Digest
from storage.database.tables import (
    accounts,
    cameras,
    claims,
    class_settings,
    classes,
    column_names,
    doubts,
    history,
    identities,
    moment_notes,
    notifications,
    recognition,
    retention,
    reviews,
    roll_call,
    rulebooks,
    sealing,
    spot_checks,
    supervision,
    time_codes,
    verification,
)
from storage.database.tables.evidence_log import LEAVES, NODES
from storage.database.tables.imprints import IMPRINTS
from storage.evidence_log.errors import RecordAlteredError
from storage.evidence_log.proofs import canonical, leaf_hash

# Every table whose rows carry weight, with the columns that carry none.
WEIGHTED: Mapping[Table, frozenset[str]] = {
    accounts.INSTITUTIONS: frozenset(),
    accounts.ACCOUNTS: frozenset(),
    accounts.API_KEYS: frozenset({"used_at"}),
    accounts.VIEW_GRANTS: frozenset(),
    identities.IDENTITIES: frozenset(),
    classes.CLASSES: frozenset(),
    classes.FILES: frozenset(),
    cameras.CAMERAS: frozenset(),
    cameras.CAMERA_SEGMENTS: frozenset(),
    class_settings.CLASS_SETTINGS: frozenset(),
    column_names.COLUMN_NAMES: frozenset(),
    recognition.RECOGNITIONS: frozenset(),
    recognition.CONSENTS: frozenset(),
    recognition.FACE_DELETIONS: frozenset(),
    roll_call.CHECKINS: frozenset(),
    time_codes.TIME_CODE_KEYS: frozenset(),
    verification.REPORTS: frozenset(),
    verification.VERDICTS: frozenset(),
    verification.FLAGS: frozenset(),
    verification.CLASS_DOUBTS: frozenset(),
    reviews.REVIEWS: frozenset(),
    reviews.REVIEW_REPLIES: frozenset(),
    moment_notes.MOMENT_NOTES: frozenset(),
    sealing.PACKAGES: frozenset(),
    claims.CLAIMS: frozenset(),
    claims.CLAIM_DECISIONS: frozenset(),
    claims.CLAIM_PEOPLE: frozenset(),
    doubts.DOUBTS: frozenset(),
    doubts.DOUBT_EVENTS: frozenset(),
    retention.OBJECTS: frozenset(),
    retention.USES: frozenset(),
    retention.HOLDS: frozenset(),
    retention.DELETIONS: frozenset(),
    spot_checks.DRAWS: frozenset(),
    spot_checks.CHOSEN: frozenset(),
    spot_checks.SENT: frozenset(),
    spot_checks.FINDINGS: frozenset(),
    spot_checks.SPOT_HOLDS: frozenset(),
    supervision.MEASURES: frozenset(),
    supervision.MEASURE_EVENTS: frozenset(),
    supervision.VOUCHERS: frozenset(),
    supervision.VOUCHER_STEPS: frozenset(),
    rulebooks.RULEBOOKS: frozenset(),
    notifications.WEBHOOKS: frozenset(),
    history.IMPORTS: frozenset(),
}
GONE = ""
NOTED = "xueshi.imprints"  # where a connection keeps what its transaction changed
_TRIES = 3
_AT_ONCE = 300  # rows asked for in one statement; SQLite's smallest limit is 999 values, and a key may have four
_LONG = 512  # characters; a longer text stands in the digest by its own
Key = tuple[Any, ...]


@dataclass(slots=True)
class ChangedRecords:
    """What one transaction has changed so far: records by key, and from which number on its tables have new ones."""

    keys: dict[Table, dict[str, Key]] = field(default_factory=dict)
    above: dict[Table, int] = field(default_factory=dict)

    def has(self, table: Table, key: str) -> bool:
        """Whether the transaction itself made the record what it is; its leaf comes with its end."""
        new = table in self.above and int(key) > self.above[table]
        return new or key in self.keys.get(table, {})


@dataclass(frozen=True, slots=True)
class Imprint:
    """A record's digest as the log has it from the leaf at ``place`` on; ``GONE`` once it was deleted."""

    record: str
    key: str
    place: int
    sha256: str


def keys_of(table: Table) -> tuple[Column[Any], ...]:
    """The columns that name a record of the table."""
    return tuple(table.primary_key.columns)


def weighty(table: Table) -> tuple[Column[Any], ...]:
    """The columns that carry weight."""
    return tuple(column for column in table.columns if column.name not in WEIGHTED[table])


def key_text(key: Sequence[object]) -> str:
    """How the log names a record within its table."""
    return str(key[0]) if len(key) == 1 else canonical([_plain(part) for part in key]).decode()


def digest_of_row(table: Table, row: Row[Any]) -> str:
    """The digest of everything in the record that carries weight."""
    told = {name: _plain(value) for name, value in row._mapping.items() if value is not None}  # noqa: SLF001 - the documented way to its names
    return hashlib.sha256(canonical([table.name, told])).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _LONG else {"sha256": hashlib.sha256(value.encode()).hexdigest()}
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def digest_of_batch(imprints: Iterable[tuple[str, str, str]]) -> Digest:
    """What one leaf says: every record that changed with it, by table, key and digest."""
    return Digest.of(canonical(sorted(map(list, imprints))))


def key_of(table: Table, row: Row[Any]) -> Key:
    """The values that name the record."""
    named = row._mapping  # noqa: SLF001 - the documented way to a row's names
    return tuple(named[column.name] for column in keys_of(table))


def rows_by_key(connection: Connection, table: Table, keys: Sequence[Key]) -> dict[str, str]:
    """The digests of the table's rows of these keys, as they stand."""
    own = keys_of(table)
    found: dict[str, str] = {}
    for part in parts(keys):
        among = own[0].in_([key[0] for key in part]) if len(own) == 1 else tuple_(*own).in_(part)
        rows = connection.execute(select(*weighty(table)).where(among))
        found |= {key_text(key_of(table, row)): digest_of_row(table, row) for row in rows}
    return found


def newest_imprints(connection: Connection, table: str, keys: Sequence[str]) -> dict[str, Imprint]:
    """What the log says last of each key."""
    found: dict[str, Imprint] = {}
    for part in parts(keys):
        own = (IMPRINTS.c.record_table == table, IMPRINTS.c.record_key.in_(part))
        for row in connection.execute(select(IMPRINTS).where(*own).order_by(IMPRINTS.c.place)):
            found[row.record_key] = Imprint(row.record_table, row.record_key, row.place, row.sha256)
    return found


def parts(items: Sequence[Any]) -> Iterable[list[Any]]:
    """The items, as many at a time as one statement takes."""
    rest = iter(items)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def key_values(key: str, table: Table) -> Key:
    """The values that the log's name of a record spells."""
    own = keys_of(table)
    spelled = [key] if len(own) == 1 else json.loads(key)
    return tuple(column.type.python_type(value) for column, value in zip(own, spelled, strict=True))


def refuse_altered(connection: Connection, table: Table, *where: ColumnElement[bool], limit: int | None = None) -> None:
    """The alarm where a record that fits is not what the log says last of it, or the imprint is not what its leaf says."""
    query = select(*weighty(table)).where(*where).limit(limit)

    def read() -> dict[str, str]:
        return {key_text(key_of(table, row)): digest_of_row(table, row) for row in connection.execute(query)}

    _compare_steadily(connection, table, read)


def compare_keys(connection: Connection, table: Table, keys: Iterable[Key]) -> None:
    """The same for the records of these keys, which were just read; whoever reads what carries weight asks this."""
    wanted = list(keys)
    _compare_steadily(connection, table, lambda: rows_by_key(connection, table, wanted))


def _compare_steadily(connection: Connection, table: Table, read: Callable[[], Mapping[str, str]]) -> None:
    """A transaction that writes sees others' commits between two statements: only what differs each time is an alarm."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            compare(connection, table, read())
        except RecordAlteredError:
            if not left:
                raise
        else:
            return


def compare(connection: Connection, table: Table, digests: Mapping[str, str]) -> None:
    """The alarm where one of these digests is not what the log says last of the record of that key."""
    own: ChangedRecords | None = connection.info.get(NOTED)
    digests = {key: digest for key, digest in digests.items() if not (own and own.has(table, key))}
    known = newest_imprints(connection, table.name, list(digests))
    for key, digest in digests.items():
        if key not in known:
            raise RecordAlteredError(f"{table.name} {key}", "a record that the log does not know")
        if known[key].sha256 != digest:
            raise RecordAlteredError(f"{table.name} {key}", "other contents")
    _refuse_unlike(connection, sorted({one.place for one in known.values()}))


def _refuse_unlike(connection: Connection, places: Sequence[int]) -> None:
    """Each leaf must be of what its imprints are, and be the one that its node was made of."""
    for part in parts(places):
        batches: dict[int, list[tuple[str, str, str]]] = {place: [] for place in part}
        for row in connection.execute(select(IMPRINTS).where(IMPRINTS.c.place.in_(part))):
            batches[row.place].append((row.record_table, row.record_key, row.sha256))
        hashed = and_(NODES.c.level == 0, NODES.c.place == LEAVES.c.place)
        said = select(LEAVES.c.place, LEAVES.c.body, NODES.c.hash).join(NODES, hashed).where(LEAVES.c.place.in_(part))
        leaves = {row.place: row for row in connection.execute(said)}
        for place, batch in batches.items():
            leaf = leaves.get(place)
            said_of = (
                json.loads(leaf.body)["sha256"] if leaf and leaf_hash(leaf.body.encode()) == bytes(leaf.hash) else ""
            )
            if said_of != digest_of_batch(batch).sha256:
                raise RecordAlteredError(f"log_leaf {place}", "imprints that the leaf was not made of")
