"""The register of vouchers in the service: who sees which, how one is entered, and each further step."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from facts.errors import InputError, NotFoundError
from facts.id_number import IdNumber
from facts.refusals import Refusal, refuse, stands
from facts.span import local_day
from facts.text import Text
from facts.voucher import VoucherCase, VoucherEntry, VoucherStep
from pipeline.supervision.voucher_stages import stepped_voucher
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.claims.upload import people_key
from runtime.platform.service import Service
from runtime.supervision.claim_vouchers import owner_digest
from storage.database.accounts.accounts import InstitutionRow, institutions
from storage.database.classes.classes import classes
from storage.database.supervision.vouchers import (
    NewVoucher,
    VoucherOwner,
    VoucherRow,
    add_voucher,
    keep_voucher_step,
    move_voucher,
    voucher_cases,
    vouchers,
)
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.supervision import VOUCHERS


@dataclass(frozen=True, slots=True)
class VoucherRequest:
    """A voucher to be entered: whose, at which institution, applied for on which day, until when it can be used."""

    number: str
    institution_id: int
    name: str
    id_number: str
    applied: date
    expires: date | None = None


def voucher_for(connection: Connection, caller: Caller, number: int) -> VoucherRow:
    """The voucher, if it is there for the caller."""
    found = vouchers(connection, VOUCHERS.c.id == number, reached(caller, VOUCHERS), limit=1)
    if not found:
        raise NotFoundError("电子券", "voucher")
    return found[0]


def entered_voucher(service: Service, connection: Connection, caller: Caller, asked: VoucherRequest) -> VoucherRow:
    """A new voucher, or every reason why not."""
    school = _institution(connection, caller, asked.institution_id)
    digits = _digits(asked.id_number)
    taken = vouchers(connection, VOUCHERS.c.number == asked.number.strip(), limit=1)
    refuse(
        [
            *([] if school else [_no_institution(asked.institution_id)]),
            *([] if digits else [Refusal("id_number", _NO_NUMBER, "another", "a valid ID number")]),
            *(
                []
                if asked.number.strip()
                else [Refusal("number", Text("请写券号", "give its number"), "nothing", "a number")]
            ),
            *([] if asked.name.strip() else [Refusal("name", Text("请写姓名", "give the name"), "nothing", "a name")]),
            *([stands("number", _TAKEN, "a number that is there", "each voucher once")] if taken else []),
        ]
    )
    assert school is not None  # noqa: S101 - refused otherwise
    at = service.clock()
    entry = VoucherEntry(VoucherStep.APPLY, asked.applied)
    case = stepped_voucher(VoucherCase(asked.number.strip(), asked.expires), entry, local_day(at))
    person = owner_digest(people_key(service.settings), digits)
    new = NewVoucher(school.id, school.locality, case.number, person, asked.expires)
    number = add_voucher(connection, new, VoucherOwner(asked.name.strip(), digits), at)
    keep_voucher_step(connection, service.log, number, case, caller.key, at)
    return voucher_for(connection, caller, number)


def voucher_stepped(
    service: Service, connection: Connection, caller: Caller, number: int, entry: VoucherEntry
) -> VoucherRow:
    """One more step; whoever takes over a voucher that moves must be within the caller's reach."""
    row, at = voucher_for(connection, caller, number), service.clock()
    case = stepped_voucher(voucher_cases(connection, [row])[row.id], entry, local_day(at))
    if entry.class_id is not None:
        own = CLASSES.c.id == entry.class_id, CLASSES.c.institution_id == row.institution_id
        if not classes(connection, *own, limit=1):
            text = Text("班期不是持券机构的", "the class is not that of the institution that holds the voucher")
            refuse([Refusal("class_id", text, str(entry.class_id), "a class of the institution")])
    if entry.institution_id is not None:
        school = _institution(connection, caller, entry.institution_id)
        refuse([] if school else [_no_institution(entry.institution_id)])
        assert school is not None  # noqa: S101 - refused otherwise
        move_voucher(connection, row, school.id, school.locality, at)
    keep_voucher_step(connection, service.log, number, case, caller.key, at)
    return voucher_for(connection, caller, number)


def _institution(connection: Connection, caller: Caller, number: int) -> InstitutionRow | None:
    found = institutions(connection, INSTITUTIONS.c.id == number, institutions_reached(caller))
    return found[0] if found else None


def _digits(text: str) -> str:
    try:
        return IdNumber(text.strip().upper()).digits
    except InputError:
        return ""


def _no_institution(number: int) -> Refusal:
    text = Text("请选择您范围内的机构", "choose an institution within your reach")
    return Refusal("institution_id", text, str(number), "an institution within reach")


_NO_NUMBER = Text("证件号不正确", "the ID number is not right")
_TAKEN = Text("这一券号已登记", "this voucher is registered already")
