"""What a register says was paid already: nobody is paid twice for one class and purpose, whatever the form says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from claims.answers import ClaimDossier
from claims.facts_of_claim import EarlierStages, PersonClaim
from claims.outcome import ClaimFinding
from claims.payments import class_payments, main_purpose, pays_people
from claims.purpose import SubsidyPurpose
from claims.recipient import PERSON, main_purse
from claims.stages import is_in_parts, is_staged
from facts.history_answer import PastPayment
from facts.text import Text
from facts.verdict import Finding, Status

PAID = "PAID"


@dataclass(frozen=True, slots=True)
class PaidSum:
    """The sum that was or was not paid before: its purpose, what of a person says so, and which findings stop it."""

    purpose: SubsidyPurpose | None
    earlier: Callable[[PersonClaim], EarlierStages]
    main_only: bool
    recipient: str = ""

    def finding(self, status: Status, reason: str, text: Text, people: list[str]) -> ClaimFinding:
        """The finding, which stops this sum and no other."""
        found = Finding(PAID, status, reason, text, {"people": float(len(people))}, remedy=_REMEDY)
        return ClaimFinding(found, tuple(people), True, self.main_only, self.recipient)

    def paid_finding(self, status: Status, row: PastPayment, people: list[str]) -> ClaimFinding:
        """The finding on one row; what was approved here is compared with that claim, not with a register."""
        reason, words = _WORDS_HERE[status] if row.here else _WORDS[status]
        says = row.text
        text = Text(f"{len(people)} 人：{words.zh}：{says.zh}", f"{len(people)}: {words.en}: {says.en}")
        found = self.finding(status, reason, text, people)
        return replace(found, finding=replace(found.finding, remedy=_REMEDY_HERE)) if row.here else found


def payment_findings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """The row that says so, with everybody of whom it says it."""
    yield from _not_looked_up(dossier)
    for of in _sums(dossier):
        staged = is_staged(dossier.book, dossier.claim) or (of.main_only and is_in_parts(dossier.book, dossier.claim))
        if staged:
            yield from _stages(dossier, of)
        yield from _paid(dossier, of, only_open=staged)


def _not_looked_up(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """Who has no ID number is in no registry that is at hand: whatever may be due waits."""
    if dossier.history is None or dossier.history.payments is None:
        return
    people = [dossier.shown[one.key] for one in dossier.people if one.id_number is None]
    if people:
        text = Text(
            f"{len(people)} 人没有身份证号，无法在实名制登记中核对是否已拨付",
            f"{len(people)} without an ID number: whether they were paid cannot be looked up in the registry",
        )
        found = Finding(PAID, Status.UNPROVEN, "NOT_LOOKED_UP", text, {"people": float(len(people))}, remedy=_NUMBER)
        yield ClaimFinding(found, tuple(people), stops_money=True)


def _sums(dossier: ClaimDossier) -> Iterator[PaidSum]:
    """What the claim itself is for, and beside it the allowance of the trainees."""
    case = dossier.case
    if main_purse(case).recipient == PERSON:
        yield PaidSum(SubsidyPurpose.LIVING, lambda one: one.living, main_only=True)
        return
    yield PaidSum(main_purpose(case), lambda one: one.earlier, main_only=True)
    if pays_people(case):
        yield PaidSum(SubsidyPurpose.LIVING, lambda one: one.living, main_only=False, recipient=PERSON)


def _paid(dossier: ClaimDossier, of: PaidSum, *, only_open: bool) -> Iterator[ClaimFinding]:
    """Rows that bar; of a class that is settled in stages only those of which class or purpose is open."""
    found: dict[tuple[bool, Text], tuple[PastPayment, list[str]]] = {}
    for person in dossier.people:
        for one in class_payments(dossier.book, person.key, of.purpose, dossier.history):
            if not (only_open and one.meant):
                found.setdefault((one.sure, one.row.text), (one.row, []))[1].append(dossier.shown[person.key])
    for (sure, _), (row, people) in found.items():
        yield of.paid_finding(Status.FAIL if sure else Status.UNPROVEN, row, people)


def _stages(dossier: ClaimDossier, of: PaidSum) -> Iterator[ClaimFinding]:
    """Days that are paid already earn nothing; what earlier stages were paid for other days is only said."""
    again, before = dict[Text, list[str]](), dict[Text, list[str]]()
    for one in dossier.case.people:
        whole, earlier = one.valid_days or 0, of.earlier(one)
        for row in earlier.rows:
            twice = whole > 0 and len(earlier.taken) == whole
            (again if twice else before).setdefault(row, []).append(one.key)
    for row, people in again.items():
        text = Text(f"{len(people)} 人：本阶段已拨付：{row.zh}", f"{len(people)}: this stage was paid: {row.en}")
        yield of.finding(Status.FAIL, "STAGE_PAID", text, people)
    for row, people in before.items():
        text = Text(
            f"{len(people)} 人：扣除此前阶段：{row.zh}", f"{len(people)}: an earlier stage is taken off: {row.en}"
        )
        yield replace(of.finding(Status.PASS, "STAGE_DEDUCTED", text, people), stops_money=False)


_WORDS = {
    Status.FAIL: (
        "PAID_ALREADY",
        Text("同一班期、同一用途已拨付，不再拨付", "paid already for this class and purpose, nothing more is due"),
    ),
    Status.UNPROVEN: (
        "MAY_BE_PAID",
        Text(
            "登记中有补贴，但未写明是否属于本班期、何种用途、何时拨付",
            "the register has a sum and does not say of which class, for what, or when it was paid",
        ),
    ),
}
_WORDS_HERE = {
    Status.FAIL: _WORDS[Status.FAIL],
    Status.UNPROVEN: (
        "APPROVED_ALREADY",
        Text(
            "同一人员另有已核准的申领，但尚未拨付，或班期、用途对不上",
            "a claim for the same people was approved; it is not paid yet, or its class or purpose cannot be matched",
        ),
    ),
}
_REMEDY_HERE = Text("请核对该申领的核准与拨付记录", "compare the approval and the payments of that claim")
_NUMBER = Text(
    "请补身份证号后重新核查；用其他证件的，请人工核对其此前补贴",
    "give the ID number and screen again; for other documents compare earlier payments by hand",
)
_REMEDY = Text(
    "请核对实名制登记该行；登记有误的先更正登记",
    "compare that row of the registry; where it is wrong, have it corrected first",
)
