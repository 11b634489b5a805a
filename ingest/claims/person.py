"""One row of the trainees to the record of one person; account numbers become keyed digests at once."""

from fractions import Fraction

from facts.claim_person import (
    AccountKind,
    BankAccount,
    CertificateRow,
    ClaimedPerson,
    Days,
    EmploymentKind,
    EmploymentPaper,
    Exam,
    OtherDocument,
    Refund,
)
from facts.id_number import IdNumber
from facts.money import Fen
from ingest.claims.documents import DocumentNumber
from ingest.claims.entries import NONE, Digester, FormEntry

_PROOFS = {"劳动合同": EmploymentKind.CONTRACT, "就业协议": EmploymentKind.CONTRACT,
           "工资": EmploymentKind.WAGES, "社保": EmploymentKind.SOCIAL_INSURANCE, "养老": EmploymentKind.SOCIAL_INSURANCE}  # fmt: skip
_KINDS = {kind.value: kind for kind in AccountKind} | {"社保卡": AccountKind.SOCIAL_CARD}
_COSTS = {"cost_allowance": "实习津贴", "cost_training": "培训费", "cost_exam": "考试费"}
_TAIL = 4


def person_of(entry: FormEntry, key: str, digest: Digester) -> ClaimedPerson:
    """The person of this row; what was left empty is not known."""
    number = entry.values.get("id_number")
    hours = entry.count("claimed_hours")
    return ClaimedPerson(
        key=key,
        name=entry.text("name"),
        id_number=number if isinstance(number, IdNumber) else None,
        document=_document(number, digest) if isinstance(number, DocumentNumber) else None,
        group=entry.text("group"),
        ties=listed(entry, "ties"),
        pension=entry.truth("pension"),
        staff=entry.truth("staff"),
        major=entry.text("major") or None,
        major_matches=entry.truth("major_matches"),
        registered=entry.truth("registered"),
        vouchers=(entry.text("voucher"),) if entry.text("voucher") else None,
        exam=_exam(entry),
        certificates=_certificates(entry),
        employment=_employment(entry),
        account=_account(entry, digest),
        claimed=entry.money("claimed"),
        claimed_days=entry.count("claimed_days"),
        claimed_hours=None if hours is None else Fraction(hours),
        fee_taken=entry.truth("fee_taken"),
        refunds=_refunds(entry),
        off_job=entry.truth("off_job"),
        stage=entry.text("stage") or None,
        contract_years=entry.count("contract_years"),
        work_months=entry.count("work_months"),
        licensed=entry.truth("licensed"),
        licence_day=entry.day("licence_day"),
        costs=_costs(entry),
        already_paid=listed(entry, "already_paid"),
        where=entry.where,
        claimed_living=entry.money("claimed_living"),
        earlier_days=entry.count("earlier_days"),
        earlier_paid=entry.money("earlier_paid"),
        pension_kind=entry.text("pension_kind"),
        evaluation_fee=entry.truth("evaluation_fee"),
    )


def _costs(entry: FormEntry) -> dict[str, Fen]:
    """What was really charged or paid for the person, by the names that rulebooks give it."""
    sums = {name: entry.money(column) for column, name in _COSTS.items()}
    return {name: amount for name, amount in sums.items() if amount is not None}


def _document(number: DocumentNumber, digest: Digester) -> OtherDocument:
    return OtherDocument(number.kind, digest(f"document:{number.number}"), number.number[-_TAIL:])


def listed(entry: FormEntry, name: str) -> tuple[str, ...] | None:
    """The items; 无 says that there are none, an empty cell says nothing."""
    items = entry.items(name)
    if not items:
        return None
    return () if items[0] in NONE else items


def _exam(entry: FormEntry) -> Exam | None:
    found = Exam(entry.day("exam_day"), entry.truth("qualified"), entry.truth("theory"), entry.truth("practice"))
    return None if found == Exam() else found


def _certificates(entry: FormEntry) -> tuple[CertificateRow, ...] | None:
    """The certificate of the row; 无 in place of its number or level says that there is none."""
    level, number = entry.text("certificate_level"), entry.text("certificate_number")
    if {level, number} & NONE:
        return ()
    if not level and not number:
        return None
    trained = Days(entry.day("certificate_from"), entry.day("certificate_to"))
    row = CertificateRow(
        level=level,
        number=number,
        first=entry.truth("certificate_first"),
        issued=entry.day("certificate_day"),
        institution=entry.text("certificate_institution") or None,
        course=entry.text("certificate_course") or None,
        trained=None if trained == Days() else trained,
    )
    return (row,)


def _employment(entry: FormEntry) -> tuple[EmploymentPaper, ...] | None:
    """The paper that shows work; who says 否 has none, and who says 是 without a paper is not known to work."""
    if entry.truth("employed") is False:
        return ()
    proof = entry.text("employment_proof")
    kind = next((kind for word, kind in _PROOFS.items() if word in proof), None)
    if kind is None:
        return None
    return (
        EmploymentPaper(
            entry.text("employer"),
            kind,
            entry.text("employer_uscc"),
            entry.day("contract_from"),
            entry.day("contract_to"),
            entry.count("employment_months"),
        ),
    )


def _account(entry: FormEntry, digest: Digester) -> BankAccount | None:
    number, kind = entry.text("account"), entry.text("account_kind")
    if not number and not kind:
        return None
    tail = number[-_TAIL:] if len(number) > _TAIL else ""
    return BankAccount(_KINDS.get(kind), entry.text("bank"), digest(number) if number else "", tail)


def _refunds(entry: FormEntry) -> tuple[Refund, ...] | None:
    amount = entry.money("refund")
    return None if amount is None else (Refund(amount, entry.day("refund_day")),)
