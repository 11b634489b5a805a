"""What the register of vouchers has of those that a claim's form names."""

import hmac
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine, select

from facts.claim import Claim
from facts.history_answer import RegisteredVoucher
from facts.step import Step
from facts.voucher import VoucherCase, VoucherStep
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.supervision.vouchers import voucher_cases, vouchers
from storage.database.tables.classes import CLASSES
from storage.database.tables.supervision import VOUCHERS

_STEPS = {
    VoucherStep.APPLY: Step.APPLY,
    VoucherStep.ISSUE: Step.ISSUE,
    VoucherStep.TRAIN: Step.TRAIN_START,
    VoucherStep.EVALUATE: Step.EVALUATE,
    VoucherStep.PAY: Step.PAY,
    VoucherStep.WRITE_OFF: Step.WRITE_OFF,
}


def owner_digest(key: bytes, digits: str) -> str:
    """Under what the owner of a voucher is known again in a claim."""
    return hmac.digest(key, f"voucher person\n{digits}".encode(), "sha256").hex()


def registered_vouchers(
    engine: Engine, owner: ClassRow, key: bytes, claim: Claim
) -> Sequence[RegisteredVoucher] | None:
    """The form's vouchers as they are registered; nothing where the institution has none there at all."""
    people = {owner_digest(key, one.id_number.digits): one.key for one in claim.people if one.id_number}
    asked = sorted({number for one in claim.people for number in one.vouchers or ()})
    with reading(engine, "looking for vouchers") as connection:
        own = select(VOUCHERS.c.id).where(VOUCHERS.c.institution_id == owner.institution_id).limit(1)
        if connection.execute(own).first() is None:
            return None
        rows = vouchers(connection, VOUCHERS.c.number.in_(asked))
        cases = voucher_cases(connection, rows)
        used = {row.class_id for row in rows if row.class_id}
        asked_codes = select(CLASSES.c.id, CLASSES.c.code).where(CLASSES.c.id.in_(used))
        codes = {one.id: one.code for one in connection.execute(asked_codes)}
    return tuple(
        RegisteredVoucher(
            row.number,
            people.get(row.person, ""),
            here=row.institution_id == owner.institution_id,
            class_code=codes.get(row.class_id, "") if row.class_id else "",
            state=row.at.text,
            expires=row.expires,
            steps=_days(cases[row.id]),
        )
        for row in sorted(rows, key=lambda one: one.number)
    )


def _days(case: VoucherCase) -> tuple[tuple[Step, date], ...]:
    return tuple((_STEPS[one.step], one.day) for one in case.entries if one.step in _STEPS)
