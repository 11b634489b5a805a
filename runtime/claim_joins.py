"""Masked people known again by the desk: by pseudonym where it has the key, else by what a mask leaves."""

from collections.abc import Sequence
from dataclasses import replace

from facts.claimed import ClaimedPerson
from facts.course import Trainee
from facts.names import masked_name
from facts.report import ClassReport
from pipeline.pseudonyms import Pseudonyms

_TAIL = 4


def joined(report: ClassReport, people: Sequence[ClaimedPerson], pseudonyms: Pseudonyms | None) -> ClassReport:
    """The report with the claim's own numbers for everybody who is known again; nobody is guessed."""
    by_pseudonym = {pseudonyms.id_number(p.id_number): p for p in people if p.id_number} if pseudonyms else {}
    found = {
        line.key: by_pseudonym[line.id_number]
        for line in report.trainees
        if line.id_number is not None and line.id_number in by_pseudonym
    }
    left = [line for line in report.trainees if line.key not in found]
    known = {person.key for person in found.values()}
    found |= _by_shape(left, [person for person in people if person.key not in known])
    trainees = tuple(
        replace(line, name=found[line.key].name, id_number=found[line.key].id_number) if line.key in found else line
        for line in report.trainees
    )
    return replace(report, trainees=trainees)


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
