"""What may be paid for one claim and what a reviewer should look at: a pure function of law, claim and verdicts.

Supported is what proven hours and known facts give under every rule that can stop money. Unproven is what would be
added if all that is open were shown in the trainee's favour. Difference is what is claimed beyond the supported.
"""

from collections.abc import Sequence
from datetime import date

from claims.answers import ClaimDossier
from claims.assumptions import claim_assumptions
from claims.attendance import AttendanceTerms, ClassAttendance, class_attendance
from claims.case import Case
from claims.conversion import PersonConversion, class_claim, class_days
from claims.doubts import all_doubts
from claims.heads_online import with_online_findings
from claims.mask import shown_keys
from claims.outcome import ClaimScreen, PersonScreen
from claims.recipient import main_purse
from claims.review import with_reviews, without_reviews
from claims.rules import all_findings
from claims.rules.papers import paper_needs
from claims.rules.repetition import questions
from claims.sums import Sums
from claims.total import class_total
from claims.trace import summed
from facts.claim import Claim
from facts.history_answer import HistoryAnswer, PastKey
from facts.money import Fen
from facts.report import ClassReport
from policy.kinds import MoneyCourseware
from policy.rulebook import Rulebook


def screen(
    book: Rulebook, claim: Claim, reports: Sequence[ClassReport], history: HistoryAnswer | None = None, *, as_of: date
) -> ClaimScreen:
    """The whole answer for one claim under one rulebook; what rests on people's review alone is told apart."""
    found, rest = _screened(book, claim, reports, history, as_of), without_reviews(reports)
    return with_reviews(found, _screened(book, claim, rest, history, as_of)) if rest else found


def _screened(
    book: Rulebook, claim: Claim, reports: Sequence[ClassReport], history: HistoryAnswer | None, as_of: date
) -> ClaimScreen:
    dossier, best = _dossier(book, claim, reports, history, as_of)
    findings = all_findings(dossier)
    sums = Sums.of(dossier, best, findings)
    findings = with_online_findings(dossier, findings, sums.shown)
    whole = _whole(dossier, sums)
    people, beside = _people(dossier, sums, whole), _beside(dossier, sums)
    parts = (*people, *((whole,) if whole else ()))
    purse = main_purse(dossier.case)
    return ClaimScreen(
        claim=claim.id,
        class_id=claim.training_class.id,
        class_name=claim.training_class.name,
        institution=claim.institution.name,
        policy=book.reference(as_of),
        as_of=as_of,
        claimed=_claimed(claim),
        supported=summed(part.supported for part in parts),
        unproven=summed(part.unproven for part in parts),
        people=people,
        whole=whole,
        decisions=dossier.money.decisions,
        may_add=dossier.money.may_add,
        findings=findings,
        doubts=all_doubts(dossier, people, (*((whole,) if whole else ()), *beside), findings),
        assumptions=claim_assumptions(book, reviewed=_reviewed(people)),
        papers=paper_needs(dossier),
        missing=dossier.money.missing,
        recipient=purse.recipient,
        fund=purse.fund,
        beside=beside,
    )


def _reviewed(people: Sequence[PersonScreen]) -> int:
    """How many class hours count for anybody by people's review alone."""
    return len({hour for one in people if one.time for hour in one.time.reviewed_hours})


def asked_of_history(book: Rulebook, claim: Claim, reports: Sequence[ClassReport]) -> tuple[PastKey, ...]:
    """What a caller has to look up before the screening: counts by the keys of this rulebook."""
    attendance = _attendance(book, claim, reports, book.valid.first)
    first = class_days(claim, attendance)[0]
    return questions(book, claim, first.year if first else None)


def _attendance(book: Rulebook, claim: Claim, reports: Sequence[ClassReport], as_of: date) -> ClassAttendance:
    return class_attendance(reports, claim.people, AttendanceTerms(book, claim, as_of))


def _dossier(
    book: Rulebook, claim: Claim, reports: Sequence[ClassReport], history: HistoryAnswer | None, as_of: date
) -> tuple[ClaimDossier, Case]:
    attendance, shown = _attendance(book, claim, reports, as_of), shown_keys(claim.people)
    known = PersonConversion(book, claim, history)
    people = {one.key: known.shown(one, attendance.attended[one.key], shown[one.key]) for one in claim.people}
    hoped = [known.hoped(people[one.key], one, attendance.attended[one.key]) for one in claim.people]
    of_class = class_claim(book, claim, attendance, history, open_counts=False)
    case = Case.of(book, of_class, list(people.values()))
    money = class_total(book, case.claim, case.people)
    best = Case.of(book, class_claim(book, claim, attendance, history, open_counts=True), hoped)
    return ClaimDossier(book, claim, case, money, attendance, shown, as_of, history), best


def _people(dossier: ClaimDossier, sums: Sums, whole: PersonScreen | None) -> tuple[PersonScreen, ...]:
    """Each person's part of what the claim is for; where the class is paid as one, nobody has a claim apart from it."""
    as_one = whole is not None and whole.claimed is not None
    return tuple(
        sums.of_subject(
            dossier.shown[one.key],
            one.name_masked,
            dossier.attendance.attended[one.key].time,
            None if as_one else one.claimed,
        )
        for one in dossier.people
    )


def _beside(dossier: ClaimDossier, sums: Sums) -> tuple[PersonScreen, ...]:
    return tuple(
        part
        for one in dossier.people
        for part in sums.beside(
            dossier.shown[one.key], one.name_masked, dossier.attendance.attended[one.key].time, one.claimed_living
        )
    )


def _whole(dossier: ClaimDossier, sums: Sums) -> PersonScreen | None:
    """What is paid for the class as one (线上课件), with what is claimed for it, or is open for all of it."""
    subject = dossier.case.claim.id
    if subject in dossier.shown.values() or not sums.speaks_of(subject):
        return None
    as_one = any(dossier.case.binds(rule) is not False for rule, _ in dossier.book.of_kind(MoneyCourseware))
    claimed = _claimed(dossier.claim) if as_one else None
    return sums.of_subject(subject, dossier.claim.training_class.name, None, claimed)


def _claimed(claim: Claim) -> Fen | None:
    """As the header says, else the sum of what is claimed for each person."""
    if claim.claimed is not None:
        return claim.claimed
    sums = [person.claimed for person in claim.people]
    return summed(one for one in sums if one is not None) if sums and None not in sums else None
