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
    where = row["store"], Digest(row["sha256"]), row["version_id"], row["size_bytes"]
    return RetentionEntry(row["number"], *where, row["retain_until"], tuple(uses), deletion)


def _use(row: RowMapping) -> Use:
    return Use(
        row["class_id"],
        Category(row["category"]),
        row["label"],
        row["institution"],
        row["class_end"],
        row["rule"],
        row["base"],
        row["keep_until"],
        row["first_day"],
        row["last_day"],
        row["recorded_end"],
        row["paid"],
        build(tuple[Term, ...], json.loads(row["terms"]), "terms"),
        Digest(row["source"]) if row["source"] else None,
    )


def use_row(number: int, use: Use) -> dict[str, object]:
    """The row of one use."""
    own: dict[str, object] = {name: getattr(use, name) for name in _PLAIN}
    terms = json.dumps(plain(use.terms), ensure_ascii=False)
    source = use.source.sha256 if use.source else ""
    return {**own, "object": number, "category": use.category.value, "terms": terms, "source": source}


def _deletion(row: RowMapping) -> Deletion:
    return Deletion(DeletionState(row["state"]), row["begun_at"], row["reason"], row["certificate"], row["place"])


def hold_of(row: RowMapping) -> Hold:
    """The hold that the row spells."""
    scope = Scope(row["class_id"], row["day"], row["sha256"])
    who = row["reason"], row["case_ref"], row["placed_by"], row["placed_at"]
    return Hold(row["id"], scope, *who, bool(row["settled"]), row["released_by"], row["released_at"])


def hold_row(hold: Hold) -> dict[str, object]:
    """The row of a hold."""
    names = ("id", "reason", "placed_by", "placed_at", "released_by", "released_at")
    own: dict[str, object] = {name: getattr(hold, name) for name in names}
    scope = {"class_id": hold.scope.class_id, "day": hold.scope.day, "sha256": hold.scope.sha256}
    return {**own, **scope, "case_ref": hold.case, "settled": int(hold.settled)}
