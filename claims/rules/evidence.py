"""What answers each word that a rule may ask a record for; another word is looked for among papers and holdings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from attendance.inspection import video_suffices
from claims.answers import ClaimDossier, Truth
from claims.registers import registered_of
from facts.claim import Claim
from facts.claim_person import AccountKind, CertificateRow, ClaimedPerson
from facts.names import normal_name
from policy.kinds import RecordRequired
from policy.kinds.evidence import VIDEO_SUFFICES

TRAINING_CERTIFICATE = "培训合格证书"
PAYMENT_ENTRY = "补贴资金发放"
INDIVIDUAL = frozenset({"个人", "学员"})
_ASIDE = re.compile(r"[（(].*?[)）]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether a need is met, on which day, and whether the rule asks it of this person at all."""

    truth: Truth
    day: date | None = None
    asked: bool = True


NOT_ASKED = Evidence(truth=True, asked=False)
_PersonNeed = Callable[[ClaimDossier, ClaimedPerson], Evidence]


def voucher(dossier: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """A voucher number on the list, or a voucher event of the person."""
    events = [one for one in dossier.claim.voucher_events or () if one.trainee == person.key]
    if person.vouchers or events:
        return Evidence(truth=True)
    return Evidence(truth=False if person.vouchers == () else None)


def registered(dossier: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """Whether the real-name system knows the person."""
    return Evidence(registered_of(dossier, person))


def evaluated(_: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """Whether the person was evaluated: an examination with a day or a result, or a certificate."""
    exam = person.exam
    took = exam is not None and (exam.day is not None or exam.passed is not None)
    return Evidence(truth=True if took or person.certificates else None)


def theory(_: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """Whether the examination had a theory part."""
    return Evidence(person.exam.theory if person.exam else None)


def practice(_: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """Whether the examination had a practical part."""
    return Evidence(person.exam.practice if person.exam else None)


def refunded(dossier: ClaimDossier, person: ClaimedPerson) -> Evidence:
    """Asked only where a fee was taken first; paid back after the subsidy has come (先收费后领取补贴再退费)."""
    if person.fee_taken is False:
        return NOT_ASKED
    if person.fee_taken is None or person.refunds is None:
        return Evidence(truth=None)
    if person.refunds:
        return Evidence(truth=True)
    return Evidence(truth=False if dossier.claim.paid else None)


def _account(kind: AccountKind) -> _PersonNeed:
    def of(dossier: ClaimDossier, person: ClaimedPerson) -> Evidence:
        if dossier.claim.claimant and dossier.claim.claimant not in INDIVIDUAL:
            return NOT_ASKED
        known = person.account.kind if person.account else None
        return Evidence(truth=None if known is None or not dossier.claim.claimant else known is kind)

    return of


def _certificate(agrees: Callable[[ClaimDossier, CertificateRow], Truth]) -> _PersonNeed:
    """Asked of the training certificates; of whatever certificates there are where none is called so."""

    def of(dossier: ClaimDossier, person: ClaimedPerson) -> Evidence:
        if person.certificates is None:
            return Evidence(truth=None)
        rows = [row for row in person.certificates if row.level == TRAINING_CERTIFICATE] or list(person.certificates)
        truths = [agrees(dossier, row) for row in rows]
        if not truths:
            return NOT_ASKED
        return Evidence(truth=False if False in truths else None if None in truths else True)

    return of


def _institution(dossier: ClaimDossier, row: CertificateRow) -> Truth:
    named = dossier.claim.institution.name
    return None if row.institution is None or not named else normal_name(row.institution) == normal_name(named)


def _course(dossier: ClaimDossier, row: CertificateRow) -> Truth:
    of_class = dossier.claim.training_class
    names = {normal_name(name) for name in (of_class.name, of_class.occupation) if name}
    return None if row.course is None or not names else normal_name(row.course) in names


def _trained(dossier: ClaimDossier, row: CertificateRow) -> Truth:
    first, last = dossier.case.claim.first_day, dossier.case.claim.last_day
    stated = row.trained
    if stated is None or None in (stated.first, stated.last, first, last):
        return None
    return (stated.first, stated.last) == (first, last)


PERSONAL: Mapping[str, _PersonNeed] = {
    "培训评价电子券": voucher,
    "职业技能电子培训券": voucher,
    "实名登记": registered,
    "花名册全体人员": registered,
    "每人评价记录": evaluated,
    "理论考核": theory,
    "实操考核": practice,
    "每人退费记录": refunded,
    "社会保障卡": _account(AccountKind.SOCIAL_CARD),
    "银行卡": _account(AccountKind.BANK_CARD),
    "培训机构名称": _certificate(_institution),
    "培训项目": _certificate(_course),
    "培训时间": _certificate(_trained),
}


def of_class(dossier: ClaimDossier, params: RecordRequired, need: str) -> Evidence:
    """A need of the class as a whole."""
    if need in _CLASSWIDE:
        return _CLASSWIDE[need](dossier, params)
    if params.source == "课程表":  # every spelling: the rulebook quotes its document
        return _taught(dossier, need)
    if need == "监控设备" and any(report.cameras for report in dossier.attendance.reports):
        return Evidence(truth=True)
    return _by_name(dossier.claim, params.source, need)


def is_held(need: str, names: tuple[str, ...] | None) -> bool:
    """Whether a paper of that name, or one whose name says it and more, is among the names."""
    plain = [_plain(name) for name in names or ()]
    return any(_plain(need) in name for name in plain)


def _paid_entry(dossier: ClaimDossier, params: RecordRequired) -> Evidence:
    """Asked only once money has flowed."""
    return NOT_ASKED if dossier.claim.paid is False else _by_name(dossier.claim, params.source, PAYMENT_ENTRY)


def _watched(dossier: ClaimDossier, _: RecordRequired) -> Evidence:
    """What this program's own reports say of the class hours."""
    return Evidence(truth=video_suffices([one for report in dossier.attendance.reports for one in report.verdicts]))


def _signed(claim: Claim, least: int) -> Evidence:
    if claim.signers is None:
        return Evidence(truth=None)
    days = [one.day for one in claim.signers]
    known = max((day for day in days if day), default=None) if None not in days else None
    return Evidence(truth=len({one.key for one in claim.signers}) >= least, day=known)


def _basic(claim: Claim) -> Evidence:
    if claim.claimant in INDIVIDUAL:
        return NOT_ASKED
    known = claim.firm.account
    return Evidence(truth=None if known is None or not claim.claimant else known == AccountKind.BASIC)


def _taught(dossier: ClaimDossier, topic: str) -> Evidence:
    """A topic is taught where the timetable's own words name it; a timetable without topics says nothing."""
    labels = [hour.label for hour in dossier.attendance.hours if hour.label]
    if any(topic in label for label in labels):
        return Evidence(truth=True)
    return Evidence(truth=False if labels and len(labels) == len(dossier.attendance.hours) else None)


def _by_name(claim: Claim, source: str, need: str) -> Evidence:
    """Found by name it is there; not found it may still be handed in, so nothing is known."""
    for approval in claim.approvals or ():
        if approval.name == need:
            return Evidence(truth=True, day=approval.day)
    for holding in claim.holdings or ():
        if holding.source == source and is_held(need, holding.names):
            return Evidence(truth=True, day=holding.day)
    found = is_held(need, claim.papers) or is_held(need, claim.attestations)
    return Evidence(truth=True if found else None)


def _plain(name: str) -> str:
    return normal_name(_ASIDE.sub("", name))


_CLASSWIDE: Mapping[str, Callable[[ClaimDossier, RecordRequired], Evidence]] = {
    "不同经办人签字": lambda dossier, params: _signed(dossier.claim, params.min_count),
    AccountKind.BASIC.value: lambda dossier, _: _basic(dossier.claim),
    PAYMENT_ENTRY: _paid_entry,
    VIDEO_SUFFICES: _watched,
}
