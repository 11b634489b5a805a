"""What may be paid for one claim and what a reviewer should look at: a pure function of law, claim and verdicts.

Supported is what proven hours and known facts give under every rule that can stop money. Unproven is what would be
added if all that is open were shown in the trainee's favour. Difference is what is claimed beyond the supported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from claims.attended import Seen, Under, seen_by
from claims.case import Case
from claims.checks import all_findings
from claims.checks.papers import paper_needs
from claims.checks.repeated import questions
from claims.convert import class_claim, class_days, favourable, person_claim
from claims.desk import Desk
from claims.doubts import all_doubts
from claims.masking import shown_keys
from claims.outcome import ClaimFinding, ClaimScreen, PersonScreen, Withheld
from claims.total import ClaimTrace, class_total
from claims.trace import NOTHING, Trace, summed
from facts.claim import Claim
from facts.money import Fen
from facts.past import HistoryAnswer, PastKey
from facts.report import ClassReport
from facts.text import Text
from facts.verdict import Assumption, Status
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class _Sums:
    """The money in the two cases, and what stops it."""

    shown: ClaimTrace
    best: ClaimTrace
    findings: tuple[ClaimFinding, ...]


def screen(
    book: Rulebook, claim: Claim, reports: Sequence[ClassReport], history: HistoryAnswer | None = None, *, as_of: date
) -> ClaimScreen:
    """The whole answer for one claim under one rulebook."""
    desk, best = _desk(book, claim, reports, history, as_of)
    findings = all_findings(desk)
    sums = _Sums(desk.money, best, findings)
    people = tuple(_person(desk, sums, key) for key in sorted(desk.shown, key=lambda key: desk.shown[key]))
    whole = _whole(desk, sums)
    parts = (*people, *((whole,) if whole else ()))
    claimed = _claimed(claim)
    doubts = all_doubts(desk, people, findings)
    return ClaimScreen(
        claim=claim.id,
        class_id=claim.training_class.id,
        class_name=claim.training_class.name,
        institution=claim.institution.name,
        policy=book.reference(as_of),
        as_of=as_of,
        claimed=claimed,
        supported=summed(part.supported for part in parts),
        unproven=summed(part.unproven for part in parts),
        people=people,
        whole=whole,
        decisions=desk.money.decisions,
        may_add=desk.money.may_add,
        findings=findings,
        doubts=doubts,
        assumptions=_assumptions(book),
        papers=paper_needs(desk),
        missing=desk.money.missing,
    )


def asked_of_history(book: Rulebook, claim: Claim, reports: Sequence[ClassReport]) -> tuple[PastKey, ...]:
    """What a caller has to look up before the screening: counts by the keys of this rulebook."""
    seen = _seen(book, claim, reports)
    first = class_days(claim, seen)[0]
    return questions(book, claim, first.year if first else None)


def _seen(book: Rulebook, claim: Claim, reports: Sequence[ClassReport]) -> Seen:
    return seen_by(reports, claim.people, Under(book.id, claim.training_class.id, book.assumptions))


def _desk(
    book: Rulebook, claim: Claim, reports: Sequence[ClassReport], history: HistoryAnswer | None, as_of: date
) -> tuple[Desk, ClaimTrace]:
    seen, shown = _seen(book, claim, reports), shown_keys(claim.people)
    people = {one.key: person_claim(one, seen.attended[one.key], shown[one.key], claim) for one in claim.people}
    hoped = [favourable(found, seen.attended[key]) for key, found in people.items()]
    case = Case.of(book, class_claim(claim, seen, open_counts=False), list(people.values()))
    money = class_total(book, case.claim, case.people)
    best = class_total(book, class_claim(claim, seen, open_counts=True), hoped)
    return Desk(book, claim, case, money, seen, shown, as_of, history), best


def _person(desk: Desk, sums: _Sums, key: str) -> PersonScreen:
    person = next(one for one in desk.claim.people if one.key == key)
    shown = desk.shown[key]
    part = _part(shown, sums, _stopping(sums.findings, shown))
    name, time = person.name_masked, desk.seen.attended[key].time
    return PersonScreen(shown, name, time, person.claimed, *part)


def _whole(desk: Desk, sums: _Sums) -> PersonScreen | None:
    """What is paid for the class as one (线上课件), or is open for all of it."""
    subject = desk.case.claim.id
    if subject in desk.shown.values() or not (_of(sums.shown.traces, subject) or _of(sums.best.traces, subject)):
        return None
    stopping = [one for one in sums.findings if one.stops_money and not one.trainees]
    part = _part(subject, sums, stopping)
    return PersonScreen(subject, desk.claim.training_class.name, None, None, *part)


_Part = tuple[Fen, Fen, tuple[Trace, ...], tuple[Withheld, ...], tuple[Trace, ...], tuple[Text, ...], bool]


def _part(subject: str, sums: _Sums, stopping: Sequence[ClaimFinding]) -> _Part:
    """Supported and unproven of one subject; what one clause has stopped no second clause stops again."""
    traces, best = _of(sums.shown.traces, subject), _of(sums.best.traces, subject)
    earned, hoped = _total(traces), _total(best)
    withheld = _withheld(earned, stopping, sums.shown.missing)
    supported = earned - summed(one.amount for one in withheld)
    barred = any(one.status is Status.FAIL for one in withheld)
    unproven = NOTHING if barred else max(NOTHING, hoped - supported)
    missing = tuple(dict.fromkeys(text for one in best for text in one.missing))
    return supported, unproven, traces, withheld, best if best != traces else (), missing, bool(missing) and not barred


def _withheld(earned: Fen, stopping: Sequence[ClaimFinding], ungoverned: Sequence[Text]) -> tuple[Withheld, ...]:
    found = [
        Withheld(
            one.finding.rule, one.finding.status, NOTHING, one.finding.text, one.finding.quote, one.finding.article
        )
        for one in sorted(stopping, key=lambda one: one.finding.status is not Status.FAIL)
    ]
    found += [Withheld("A13", Status.UNPROVEN, NOTHING, text) for text in ungoverned]
    return tuple(
        Withheld(one.rule, one.status, earned if index == 0 else NOTHING, one.text, one.quote, one.article)
        for index, one in enumerate(found)
    )


def _stopping(findings: Iterable[ClaimFinding], shown: str) -> list[ClaimFinding]:
    """The findings that stop this person's money: those of the person, and those of the whole class."""
    return [
        one
        for one in findings
        if one.stops_money
        and one.finding.status in (Status.FAIL, Status.UNPROVEN)
        and (not one.trainees or shown in one.trainees)
    ]


def _of(traces: Iterable[Trace], subject: str) -> tuple[Trace, ...]:
    return tuple(one for one in traces if one.subject == subject)


def _total(traces: Iterable[Trace]) -> Fen:
    return summed(one.total for one in traces if one.total is not None)


def _claimed(claim: Claim) -> Fen | None:
    """As the header says, else the sum of what is claimed for each person."""
    if claim.claimed is not None:
        return claim.claimed
    sums = [person.claimed for person in claim.people]
    return summed(one for one in sums if one is not None) if sums and None not in sums else None


def _assumptions(book: Rulebook) -> tuple[Assumption, ...]:
    """The thirteen readings of the document, and this program's own of a claim."""
    return (*book.assumptions.listed(), *_READINGS)


_READINGS = (
    Assumption(
        "B1",
        Text(
            "有效学时＝到课且学时达标（免验）；存疑的学时只计入“待核”，不达标的不计",
            "an hour counts where present and passed or exempt; open ones count as unproven, failed ones not at all",
        ),
    ),
    Assumption(
        "B2",
        Text(
            "凡可致不予补贴的条款（无券不补、重复享受、人员资格、整改等）未经证明者，金额列为待核",
            "money stays unproven while a clause that could stop it is not shown to be kept",
        ),
    ),
    Assumption(
        "B3",
        Text(
            "就业＝劳动合同、社保缴纳，或连续 2 个月以上工资；期限文件未写明",
            "employed: contract, social insurance or two months of pay; the window is not stated",
        ),
        "2",
    ),
    Assumption(
        "B4", Text("同日先后不分：同日即视为不晚于", "days cannot tell an order within a day: the same day is in time")
    ),
    Assumption(
        "B5",
        Text("当日有效学时少于 4 的计为半天并提示", "a day of fewer than four valid hours is shown as a half day"),
        "4",
    ),
)
