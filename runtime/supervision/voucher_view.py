"""Vouchers as pages, the API and the workbook show them: whose each is masked, its class by its code."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from facts.names import masked_name
from facts.voucher import VoucherCase
from storage.database.supervision.vouchers import VoucherRow, voucher_cases, voucher_owner
from storage.database.tables.classes import CLASSES


@dataclass(frozen=True, slots=True)
class VoucherView:
    """One voucher with its life."""

    row: VoucherRow
    case: VoucherCase
    name_masked: str
    tail: str
    class_code: str


def voucher_views(connection: Connection, rows: Sequence[VoucherRow]) -> list[VoucherView]:
    """The vouchers with their steps and owners, in their order."""
    cases = voucher_cases(connection, rows)
    wanted = select(CLASSES.c.id, CLASSES.c.code).where(
        CLASSES.c.id.in_({one.class_id for one in rows if one.class_id})
    )
    codes = {one.id: one.code for one in connection.execute(wanted)}
    found = []
    for row in rows:
        owner = voucher_owner(connection, row)
        code = codes.get(row.class_id, "") if row.class_id else ""
        found.append(VoucherView(row, cases[row.id], masked_name(owner.name), owner.id_number[-4:], code))
    return found
