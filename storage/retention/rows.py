"""Rows of the register and the frozen records that they spell."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, select

from facts.codec import build, plain
from facts.digest import Digest
from facts.retention import Category, Deletion, DeletionState, Hold, RetentionEntry, Scope, Term, Use
from storage.database.tables.retention import DELETIONS, USES

_MOST_IN_LIST = 500  # SQLite's limit of parameters lies above it, PostgreSQL's far above
_PLAIN = (
    *("class_id", "label", "institution", "class_end", "rule", "base", "keep_until"),
    *("first_day", "last_day", "recorded_end", "paid"),
)
_HOLD = ("id", "reason", "placed_by", "placed_at", "released_by", "released_at")


def kept_of(connection: Connection, rows: Iterable[RowMapping]) -> tuple[RetentionEntry, ...]:
    """The objects of these rows with everybody who needs them and what became of their deletions."""
    found = list(rows)
    uses: dict[int, list[Use]] = {}
    deletions: dict[int, Deletion] = {}
    for start in range(0, len(found), _MOST_IN_LIST):
        numbers = [row["number"] for row in found[start : start + _MOST_IN_LIST]]
        own = select(USES).where(USES.c.object.in_(numbers)).order_by(USES.c.class_id, USES.c.category, USES.c.label)
        for row in connection.execute(own).mappings():
            uses.setdefault(row["object"], []).append(_use(row))
        for row in connection.execute(select(DELETIONS).where(DELETIONS.c.object.in_(numbers))).mappings():
            deletions[row["object"]] = _deletion(row)
    return tuple(_kept(row, uses[row["number"]], deletions.get(row["number"])) for row in found)


def _kept(row: RowMapping, uses: list[Use], deletion: Deletion | None) -> RetentionEntry:
    names = ("number", "store", "version_id", "size_bytes", "retain_until")
    own = {name: row[name] for name in names}
    return RetentionEntry(**own, digest=Digest(row["sha256"]), uses=tuple(uses), deletion=deletion)


def _use(row: RowMapping) -> Use:
    return Use(
        **{name: row[name] for name in _PLAIN},
        category=Category(row["category"]),
        terms=build(tuple[Term, ...], json.loads(row["terms"]), "terms"),
        source=Digest(row["source"]) if row["source"] else None,
    )


def use_row(number: int, use: Use) -> dict[str, object]:
    """The row of one use."""
    own: dict[str, object] = {name: getattr(use, name) for name in _PLAIN}
    terms = json.dumps(plain(use.terms), ensure_ascii=False)
    source = use.source.sha256 if use.source else ""
    return {**own, "object": number, "category": use.category.value, "terms": terms, "source": source}


def _deletion(row: RowMapping) -> Deletion:
    names = ("begun_at", "reason", "certificate", "place")
    return Deletion(state=DeletionState(row["state"]), **{name: row[name] for name in names})


def hold_of(row: RowMapping) -> Hold:
    """The hold that the row spells."""
    scope = Scope(class_id=row["class_id"], day=row["day"], sha256=row["sha256"])
    own = {name: row[name] for name in _HOLD}
    return Hold(**own, scope=scope, case=row["case_ref"], settled=bool(row["settled"]))


def hold_row(hold: Hold) -> dict[str, object]:
    """The row of a hold."""
    own: dict[str, object] = {name: getattr(hold, name) for name in _HOLD}
    scope = {"class_id": hold.scope.class_id, "day": hold.scope.day, "sha256": hold.scope.sha256}
    return {**own, **scope, "case_ref": hold.case, "settled": int(hold.settled)}
