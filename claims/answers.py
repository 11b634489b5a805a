"""What a check may look at, and the few ways in which it answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from claims.attendance import ClassAttendance
from claims.case import Case
from claims.outcome import ClaimFinding
from claims.total import ClaimTrace
from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.history_answer import HistoryAnswer
from facts.step import Step
from facts.text import Text
from facts.verdict import Finding, Status
from policy.rulebook import Hardness, Rule, Rulebook

Truth = bool | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The claim on the table: the law, the class as shown by verdicts, its money, its history, and the day."""

    book: Rulebook
    claim: Claim
    case: Case
    money: ClaimTrace
    seen: ClassAttendance
    shown: Mapping[str, str]
    as_of: date
    history: HistoryAnswer | None = None

    @property
    def people(self) -> tuple[ClaimedPerson, ...]:
        """The people in the order in which they are shown."""
        return tuple(sorted(self.claim.people, key=lambda person: self.shown[person.key]))

    def bound(self, rule: Rule) -> list[tuple[ClaimedPerson, Truth]]:
        """The people of whom the rule speaks, or may speak."""
        by_key = {person.key: person for person in self.case.people}
        answers = [(person, self.case.concerns(rule, by_key[self.shown[person.key]])) for person in self.people]
        return [(person, bound) for person, bound in answers if bound is not False]

    def class_day(self, step: Step) -> date | None:
        """The day of a step that the class takes as one."""
        case, claim = self.case.claim, self.claim
        if step is Step.TRAIN_START:
            return case.first_day
        if step is Step.TRAIN_END:
            return case.last_day
        if step is Step.CLAIM:
            return claim.claim_day
        if step is Step.PAY:
            return claim.payment_day
        if step is Step.NOTICE:
            return max((one.last for one in claim.notices or () if one.last), default=None)
        return self._filed(step)

    def _filed(self, step: Step) -> date | None:
        filed = [one.day for one in self.claim.filings or () if one.step is step and one.day]
        if step is Step.APPROVAL:
            filed += [one.day for one in self.claim.approvals or () if one.day]
        return max(filed, default=None)


@dataclass(frozen=True, slots=True)
class Say:
    """A reason code with what is said of it, and what would settle or mend it."""

    reason: str
    text: Text
    remedy: Text | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)


def answer(
    rule: Rule, status: Status, say: Say, trainees: Iterable[str] = (), *, stops_money: bool = False
) -> ClaimFinding:
    """The rule's finding with its clause; a soft word (一般、原则上) never fails, people decide."""
    if status is Status.FAIL and rule.hardness is Hardness.SOFT:
        status = Status.UNPROVEN
    told = Finding(rule.id, status, say.reason, say.text, say.numbers, rule.quote, rule.article, say.remedy)
    return ClaimFinding(told, tuple(trainees), stops_money and rule.hardness is not Hardness.SOFT)


@dataclass(frozen=True, slots=True)
class Three:
    """What to say of those for whom a rule holds, for whom it does not, and of whom too little is known."""

    holds: Say
    broken: Say
    open: Say

    def of(self, truth: Truth) -> tuple[Status, Say]:
        """The status and the words of one answer."""
        if truth is None:
            return Status.UNPROVEN, self.open
        return (Status.PASS, self.holds) if truth else (Status.FAIL, self.broken)


def whole_class(rule: Rule, truth: Truth, words: Three, *, stops_money: bool = False) -> ClaimFinding:
    """One answer for the class as a whole."""
    status, say = words.of(truth)
    return answer(rule, status, say, stops_money=stops_money)


def each_person(
    desk: Desk, rule: Rule, answers: Iterable[tuple[ClaimedPerson, Truth]], words: Three, *, stops_money: bool = False
) -> Iterator[ClaimFinding]:
    """One finding for each kind of answer, with the trainees; nobody listed shows nothing."""
    found = [(desk.shown[person.key], truth) for person, truth in answers]
    if not found:
        nobody = Say("NOBODY_LISTED", Text("没有可核的人员", "nobody to look at"), words.open.remedy)
        yield answer(rule, Status.UNPROVEN, nobody, stops_money=stops_money)
    for truth in (False, None, True):
        own = [key for key, one in found if one is truth]
        if own:
            status, say = words.of(truth)
            counted = Say(say.reason, _counted(say.text, len(own)), say.remedy, {**say.numbers, "people": len(own)})
            yield answer(rule, status, counted, own, stops_money=stops_money)


def all_of(truths: Iterable[Truth]) -> Truth:
    """Three-valued and: one no is enough; nothing at all is not known."""
    found = list(truths)
    if False in found:
        return False
    return None if None in found or not found else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Three-valued or: one yes is enough; nothing at all is not known."""
    found = list(truths)
    if True in found:
        return True
    return None if None in found or not found else False


def _counted(text: Text, count: int) -> Text:
    return Text(f"{count} 人：{text.zh}", f"{count}: {text.en}")
