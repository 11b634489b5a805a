"""Masked people known again by the paying office: by pseudonym where it has the key, else by what a mask leaves."""

from collections.abc import Sequence
from dataclasses import replace

from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.course import Trainee
from facts.names import masked_name, normal_name
from facts.report import ClassReport
from pipeline.sealing.pseudonyms import Pseudonyms

_TAIL = 4


class PersonMatcher:
    """Joins masked reports to one claim; nobody is guessed."""

    def __init__(self, claim: Claim, pseudonyms: Pseudonyms | None) -> None:
        self._people, self._own = claim.people, pseudonyms
        self._teachers = (claim.approved_plan.teachers if claim.approved_plan else None) or ()

    def joined(self, report: ClassReport) -> ClassReport:
        """The report with the claim's own names and numbers for everybody who is known again."""
        by_key = self._by_key(report)
        left = [line for line in report.trainees if line.key not in by_key]
        known = {person.key for person in by_key.values()}
        found = by_key | _by_shape(left, [person for person in self._people if person.key not in known])
        trainees = tuple(
            replace(line, name=found[line.key].name, id_number=found[line.key].id_number) if line.key in found else line
            for line in report.trainees
        )
        ours = bool(by_key)
        hours = tuple(replace(hour, teacher=self._teacher(hour.teacher, ours=ours)) for hour in report.hours)
        return replace(report, trainees=trainees, hours=hours)

    def _by_key(self, report: ClassReport) -> dict[str, ClaimedPerson]:
        if self._own is None:
            return {}
        named = {self._own.id_number(one.id_number): one for one in self._people if one.id_number}
        lines = [line for line in report.trainees if line.id_number]
        return {line.key: named[line.id_number] for line in lines if line.id_number in named}

    def _teacher(self, masked: str, *, ours: bool) -> str:
        """The approved teacher behind the mask; another one under our own key stays another, else nothing is known."""
        if ours and self._own is not None:
            return next((name for name in self._teachers if self._own.name(name) == masked), masked)
        shape = masked.partition("~")[0]
        same = [name for name in self._teachers if masked_name(normal_name(name)) == shape]
        return same[0] if len(same) == 1 else ""


def _by_shape(lines: Sequence[Trainee], people: Sequence[ClaimedPerson]) -> dict[str, ClaimedPerson]:
    """Joined by what a mask leaves, where it leaves one person on either side."""
    here: dict[tuple[str, str], list[ClaimedPerson]] = {}
    there: dict[tuple[str, str], list[Trainee]] = {}
    for person in people:
        if person.id_number:
            here.setdefault((masked_name(person.name), person.id_number.tail), []).append(person)
    for line in lines:
        there.setdefault((line.name.partition("~")[0], _tail(line)), []).append(line)
    return {
        found[0].key: here[shape][0]
        for shape, found in there.items()
        if shape[1] and len(found) == 1 and len(here.get(shape, ())) == 1
    }


def _tail(line: Trainee) -> str:
    """The last four: a masked report leaves them where a telephone would stand."""
    return line.id_number.tail if line.id_number else line.phone[-_TAIL:]
