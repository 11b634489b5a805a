"""Doubts from the authority's own register of vouchers: where it and the claim say different things of the same voucher."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.doubts.kinds import signal
from facts.claim_person import ClaimedPerson
from facts.history_answer import RegisteredVoucher
from facts.step import Step
from facts.text import Text
from facts.verdict import Doubt
from policy.kinds import ProcessOrder

UNKNOWN = signal(
    "VOUCHER_NOT_IN_REGISTER",
    60,
    "F15",
    ("券号抄错一位；发券后尚未登记", "one digit miscopied; issued and not yet entered"),
    clause=ProcessOrder,
)
ELSEWHERE = signal(
    "VOUCHER_REGISTERED_OTHERWISE",
    60,
    "F15",
    ("转机构、转班后登记未更新", "moved to another institution or class, not yet entered"),
    clause=ProcessOrder,
)
ENDED = signal(
    "VOUCHER_ENDED",
    60,
    "F15",
    ("本申领的更正版，首版已兑现", "a corrected version of a claim that was paid already"),
    clause=ProcessOrder,
)
DAYS = signal(
    "VOUCHER_DAYS_DIFFER",
    30,
    "F15",
    ("一处记办理日，一处记生效日", "one has the day of entry, the other the day of effect"),
    clause=ProcessOrder,
)


def voucher_doubts(dossier: ClaimDossier) -> Iterator[Doubt]:
    """For every voucher that the form names of somebody; without a register nothing is compared."""
    known = dossier.history.vouchers if dossier.history else None
    if known is None:
        return
    found = {one.number: one for one in known}
    for person in dossier.people:
        for number in person.vouchers or ():
            yield from _of_voucher(dossier, person, number, found.get(number))


def _of_voucher(
    dossier: ClaimDossier, person: ClaimedPerson, number: str, known: RegisteredVoucher | None
) -> Iterator[Doubt]:
    who, own = (dossier.shown[person.key],), dossier.claim.training_class.id
    if known is None:
        text = Text(f"券 {number} 不在本系统的电子券登记中", f"voucher {number} is not in the register here")
        yield UNKNOWN.raised(dossier, text, who)
        return
    others = [
        *([("登记在另一人名下", "another person's")] if known.trainee != person.key else []),
        *([("登记在另一机构", "held by another institution")] if not known.here else []),
        *(
            [(f"登记用于班期 {known.class_code}", f"used for class {known.class_code}")]
            if known.class_code not in ("", own)
            else []
        ),
    ]
    if others:
        zh, en = "，".join(one for one, _ in others), ", ".join(one for _, one in others)
        yield ELSEWHERE.raised(dossier, Text(f"券 {number}：{zh}", f"voucher {number}: {en}"), who)
    yield from _ended(dossier, person, known)
    yield from _days(dossier, person, known)


def _ended(dossier: ClaimDossier, person: ClaimedPerson, known: RegisteredVoucher) -> Iterator[Doubt]:
    """Expired before the class began, or paid and written off although this claim was not paid."""
    who, days = (dossier.shown[person.key],), dict(known.steps)
    first = dossier.case.claim.first_day
    if known.expires is not None and first is not None and known.expires < first:
        text = Text(
            f"券 {known.number} 于 {known.expires} 过期，{first} 才开班",
            f"voucher {known.number} expired on {known.expires}, the class began on {first}",
        )
        yield ENDED.raised(dossier, text, who)
    spent = days.get(Step.WRITE_OFF) or days.get(Step.PAY)
    if spent is not None and dossier.claim.paid is not True:
        text = Text(
            f"券 {known.number} 已于 {spent} {known.state.zh}，本申领尚未拨付",
            f"voucher {known.number}: {known.state.en} on {spent}, this claim is not paid",
        )
        yield ENDED.raised(dossier, text, who)


def _days(dossier: ClaimDossier, person: ClaimedPerson, known: RegisteredVoucher) -> Iterator[Doubt]:
    days, number = dict(known.steps), known.number
    for one in dossier.claim.voucher_events or ():
        registered = days.get(one.step)
        if one.voucher == number and one.day and registered and one.day != registered:
            text = Text(
                f"券 {number} {one.step.zh}：申领表 {one.day}，登记 {registered}",
                f"voucher {number}, {one.step.en}: {one.day} on the form, {registered} in the register",
            )
            yield DAYS.raised(dossier, text, (dossier.shown[person.key],))
