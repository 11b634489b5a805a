"""The register of vouchers: whose each is lies sealed, and each step is a leaf of the log in the same transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from facts.codec import plain
from facts.digest import Digest
from facts.voucher import VoucherCase, VoucherEntry, VoucherStep
from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.supervision import VOUCHER_STEPS, VOUCHERS
from storage.database.verification.facts_keys import open_for_institution, seal_for_institution
from storage.evidence_log.imprint import compare_keys
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical

SCHEMA = "xueshi.voucher/1"
VOUCHER_ROWS = VOUCHERS.join(INSTITUTIONS, INSTITUTIONS.c.id == VOUCHERS.c.institution_id)


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher as lists have it; ``person`` is a keyed digest."""

    id: int
    institution_id: int
    institution: str
    locality: str
    number: str
    person: str
    expires: date | None
    class_id: int | None
    stage: str
    made_at: datetime

    @property
    def at(self) -> VoucherStep:
        """The last thing that happened to it."""
        return VoucherStep(self.stage)


@dataclass(frozen=True, slots=True)
class VoucherOwner:
    """Whose it is."""

    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """A voucher before it is kept."""

    institution_id: int
    locality: str
    number: str
    person: str
    expires: date | None


def vouchers(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[VoucherRow, ...]:
    """The vouchers that fit, the newest first or in the order that is given, each as the log has it."""
    own = columns_for(VoucherRow, VOUCHERS, institution=INSTITUTIONS.c.name)
    joined = select(*own).select_from(VOUCHER_ROWS).where(*where)
    rows = connection.execute(joined.order_by(*order or (VOUCHERS.c.id.desc(),)).limit(limit))
    found = records_of(VoucherRow, rows)
    compare_keys(connection, VOUCHERS, [(one.id,) for one in found])
    return found


def voucher_cases(connection: Connection, rows: Sequence[VoucherRow]) -> dict[int, VoucherCase]:
    """Each voucher with its steps, by its number here."""
    own = VOUCHER_STEPS.c
    asked = (
        select(VOUCHER_STEPS).where(own.voucher_id.in_([one.id for one in rows])).order_by(own.voucher_id, own.place)
    )
    steps = connection.execute(asked).all()
    compare_keys(connection, VOUCHER_STEPS, [(one.voucher_id, one.place) for one in steps])
    entries: dict[int, list[VoucherEntry]] = {}
    for one in steps:
        entry = VoucherEntry(VoucherStep(one.step), one.day, one.class_id, one.institution_id)
        entries.setdefault(one.voucher_id, []).append(entry)
    return {one.id: VoucherCase(one.number, one.expires, tuple(entries.get(one.id, ()))) for one in rows}


def voucher_owner(connection: Connection, row: VoucherRow) -> VoucherOwner:
    """Whose the voucher is."""
    sealed = connection.execute(select(VOUCHERS.c.sealed).where(VOUCHERS.c.id == row.id)).scalar_one()
    return VoucherOwner(**json.loads(open_for_institution(connection, row.institution_id, _bound(row.id), sealed)))


def add_voucher(connection: Connection, new: NewVoucher, owner: VoucherOwner, at: datetime) -> int:
    """Its number here; its first step is kept by ``keep_voucher_step``."""
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    made = insert(VOUCHERS).values(**values, stage="", made_at=at, sealed=b"").returning(VOUCHERS.c.id)
    number = int(connection.execute(made).scalar_one())
    _seal(connection, number, new.institution_id, owner, at)
    return number


def keep_voucher_step(
    connection: Connection, log: EvidenceLog, number: int, case: VoucherCase, by: str, at: datetime
) -> None:
    """The voucher's last step with its leaf; call late, others wait for the log."""
    entry, place = case.entries[-1], len(case.entries)
    told = {"schema": SCHEMA, "voucher": number, "place": place, "by": by, "entry": plain(entry)}
    values: dict[str, object] = {"stage": entry.step.value}
    values |= {"class_id": entry.class_id} if entry.class_id is not None else {}
    connection.execute(update(VOUCHERS).where(VOUCHERS.c.id == number).values(**values))
    leaf = Leaf(LeafKind.SUPERVISION, at, Digest.of(canonical(told)), f"voucher:{number}", entry.step.value)
    (leaf_place,) = log.append_within(connection, [leaf])
    row: dict[str, object] = {
        "voucher_id": number,
        "place": place,
        "step": entry.step.value,
        "day": entry.day,
        "by": by,
        "at": at,
    }
    row |= {"class_id": entry.class_id, "institution_id": entry.institution_id, "leaf": leaf_place}
    connection.execute(insert(VOUCHER_STEPS).values(row))


def move_voucher(connection: Connection, row: VoucherRow, institution_id: int, locality: str, at: datetime) -> None:
    """Held by another institution from now on, whose it is sealed under that one's key."""
    owner = voucher_owner(connection, row)
    moved = update(VOUCHERS).where(VOUCHERS.c.id == row.id).values(institution_id=institution_id, locality=locality)
    connection.execute(moved)
    _seal(connection, row.id, institution_id, owner, at)


def _seal(connection: Connection, number: int, institution_id: int, owner: VoucherOwner, at: datetime) -> None:
    text = json.dumps(plain(owner), ensure_ascii=False)
    sealed = seal_for_institution(connection, institution_id, _bound(number), text, at)
    connection.execute(update(VOUCHERS).where(VOUCHERS.c.id == number).values(sealed=sealed))


def _bound(number: int) -> str:
    return f"voucher {number}"
