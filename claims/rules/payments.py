"""What a register says was paid already: nobody is paid twice for one class and purpose, whatever the form says."""

from collections.abc import Iterator
from dataclasses import replace

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding
from claims.purpose import SubsidyPurpose, purpose_of
from claims.stages import is_staged, paid_rows
from facts.history_answer import PastPayment
from facts.text import Text
from facts.verdict import Finding, Status

PAID = "PAID"


def payment_findings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """The row that says so, with everybody of whom it says it."""
    if is_staged(dossier.book, dossier.claim):
        yield from _stages(dossier)
        return
    found: dict[tuple[Status, Text], list[str]] = {}
    for person in dossier.people:
        for row in paid_rows(dossier.claim, person.key, dossier.history):
            found.setdefault((_status(dossier, row), row.text), []).append(dossier.shown[person.key])
    for (status, says), people in found.items():
        reason, words = _WORDS[status]
        text = Text(f"{len(people)} 人：{words.zh}：{says.zh}", f"{len(people)}: {words.en}: {says.en}")
        yield _finding(status, reason, text, people)


def _status(dossier: ClaimDossier, row: PastPayment) -> Status:
    """A row without a day of payment, or without a purpose beside a claim for certificates, has to be cleared up."""
    training = purpose_of(dossier.claim.training_class.programme) is SubsidyPurpose.TRAINING
    sure = row.paid_year is not None and (purpose_of(row.programme) is not None or training)
    return Status.FAIL if sure else Status.UNPROVEN


def _stages(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """Days that are paid already earn nothing; what earlier stages were paid for other days is only said."""
    again, before = dict[Text, list[str]](), dict[Text, list[str]]()
    for one in dossier.case.people:
        whole = one.valid_days or 0
        for row in one.earlier.rows:
            twice = whole > 0 and len(one.earlier.taken) == whole
            (again if twice else before).setdefault(row, []).append(one.key)
    for row, people in again.items():
        text = Text(f"{len(people)} 人：本阶段已拨付：{row.zh}", f"{len(people)}: this stage was paid: {row.en}")
        yield _finding(Status.FAIL, "STAGE_PAID", text, people)
    for row, people in before.items():
        text = Text(
            f"{len(people)} 人：扣除此前阶段：{row.zh}", f"{len(people)}: an earlier stage is taken off: {row.en}"
        )
        yield replace(_finding(Status.PASS, "STAGE_DEDUCTED", text, people), stops_money=False)


def _finding(status: Status, reason: str, text: Text, people: list[str]) -> ClaimFinding:
    found = Finding(PAID, status, reason, text, {"people": float(len(people))}, remedy=_REMEDY)
    return ClaimFinding(found, tuple(people), stops_money=True, main_only=True)


_WORDS = {
    Status.FAIL: (
        "PAID_ALREADY",
        Text("同一班期、同一用途已拨付，不再拨付", "paid already for this class and purpose, nothing more is due"),
    ),
    Status.UNPROVEN: (
        "MAY_BE_PAID",
        Text("登记有补贴而未写拨付日期或用途", "the register has a sum without a day of payment or a purpose"),
    ),
}
_REMEDY = Text(
    "请核对实名制登记该行；登记有误的先更正登记",
    "compare that row of the registry; where it is wrong, have it corrected first",
)
