"""The money of one subject in the two cases: what is shown, what a clause stops, what would be added if all were shown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from claims.answers import ClaimDossier
from claims.case import Case
from claims.heads_online import online_sums
from claims.outcome import ClaimFinding, PersonScreen, ValidTime, WithheldSum
from claims.recipient import PERSON, Purse, is_main, main_purse
from claims.total import ClaimTrace, class_total
from claims.trace import NOTHING, Trace, summed
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.kinds import MoneyCourseware
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Sums:
    """The money in the two cases, and what stops it."""

    case: Case
    shown: tuple[Trace, ...]
    best: tuple[Trace, ...]
    findings: tuple[ClaimFinding, ...]
    ungoverned: tuple[Text, ...]

    @classmethod
    def of(cls, dossier: ClaimDossier, best: Case, findings: tuple[ClaimFinding, ...]) -> "Sums":
        """Both cases, with the online sums counted anew by the heads that no clause stops."""
        shown, hoped = dossier.money, class_total(best.book, best.claim, best.people)
        sure, may_be = online_sums(dossier, best, findings)
        return cls(
            dossier.case,
            (*_others(dossier.book, shown), *sure),
            (*_others(dossier.book, hoped), *may_be),
            findings,
            shown.missing,
        )

    def of_subject(
        self, subject: str, name: str, time: ValidTime | None = None, claimed: Fen | None = None
    ) -> PersonScreen:
        """What the claim itself is for: supported and unproven of one person, or of the class as one."""
        shown, best = self._main(self.shown, subject), self._main(self.best, subject)
        main = main_purse(self.case)
        found = self._screen(main, subject, shown, best, _stopping(self.findings, subject, main))
        return replace(found, name=name, time=time, claimed=claimed)

    def beside(self, subject: str, name: str, time: ValidTime | None, claimed: Fen | None) -> Iterator[PersonScreen]:
        """The same person's sums of other recipients and funds; what is claimed of them is the person's own."""
        main = main_purse(self.case)
        of = {Purse(one.recipient, one.fund) for one in (*_of(self.shown, subject), *_of(self.best, subject))}
        for purse in sorted(of - {main}):
            stopping = [one for one in _stopping(self.findings, subject, purse) if not one.main_only]
            shown, best = (_in(purse, _of(traces, subject)) for traces in (self.shown, self.best))
            if any(not is_main(self.case, self.case.book.rule(one.rule)) for one in (*shown, *best)):
                found = self._screen(purse, subject, shown, best, stopping)
                asked = claimed if purse.recipient == PERSON else None
                yield replace(found, name=name, time=time, claimed=asked)

    def speaks_of(self, subject: str) -> bool:
        """Whether any sum is that of the subject."""
        return bool(_of(self.shown, subject) or _of(self.best, subject))

    def _main(self, traces: Iterable[Trace], subject: str) -> tuple[Trace, ...]:
        book = self.case.book
        return tuple(one for one in _of(traces, subject) if is_main(self.case, book.rule(one.rule)))

    def _screen(
        self,
        purse: Purse,
        subject: str,
        traces: tuple[Trace, ...],
        best: tuple[Trace, ...],
        stopping: Sequence[ClaimFinding],
    ) -> PersonScreen:
        earned, hoped = _total(traces), _total(best)
        withheld = _withheld(earned, stopping, self.ungoverned)
        supported = earned - summed(one.amount for one in withheld)
        barred = any(one.status is Status.FAIL for one in withheld)
        missing = tuple(dict.fromkeys(text for one in best for text in one.missing))
        return PersonScreen(
            trainee=subject,
            name="",
            time=None,
            claimed=None,
            supported=supported,
            unproven=NOTHING if barred else max(NOTHING, hoped - supported),
            traces=traces,
            withheld=withheld,
            if_proven=best if best != traces else (),
            missing=missing,
            open_ended=bool(missing) and not barred,
            recipient=purse.recipient,
            fund=purse.fund,
        )


def _withheld(earned: Fen, stopping: Sequence[ClaimFinding], ungoverned: Sequence[Text]) -> tuple[WithheldSum, ...]:
    """The first clause takes the sum, broken ones before open ones; what is stopped once is not stopped again."""
    found = [
        WithheldSum(
            one.finding.rule, one.finding.status, NOTHING, one.finding.text, one.finding.quote, one.finding.article
        )
        for one in sorted(stopping, key=lambda one: one.finding.status is not Status.FAIL)
    ]
    found += [WithheldSum("A13", Status.UNPROVEN, NOTHING, text) for text in ungoverned]
    return tuple(
        WithheldSum(one.rule, one.status, earned if index == 0 else NOTHING, one.text, one.quote, one.article)
        for index, one in enumerate(found)
    )


def _stopping(findings: Iterable[ClaimFinding], shown: str, purse: Purse) -> list[ClaimFinding]:
    """The findings that stop this subject's money of that purse: its own, and those of the whole class."""
    return [
        one
        for one in findings
        if one.stops_money
        and one.recipient in ("", purse.recipient)
        and one.finding.status in (Status.FAIL, Status.UNPROVEN)
        and (not one.trainees or shown in one.trainees)
    ]


def _of(traces: Iterable[Trace], subject: str) -> tuple[Trace, ...]:
    return tuple(one for one in traces if one.subject == subject)


def _in(purse: Purse, traces: Iterable[Trace]) -> tuple[Trace, ...]:
    return tuple(one for one in traces if Purse(one.recipient, one.fund) == purse)


def _others(book: Rulebook, money: ClaimTrace) -> list[Trace]:
    return [one for one in money.traces if not isinstance(book.rule(one.rule).params, MoneyCourseware)]


def _total(traces: Iterable[Trace]) -> Fen:
    return summed(one.total for one in traces if one.total is not None)
