"""Who of the claim is who on a roster: by ID number, else by key, else by a name that nobody shares."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from facts.claim_person import ClaimedPerson
from facts.course import Trainee
from facts.names import masked_name, normal_name
from facts.report import ClassReport


class RosterMatch(StrEnum):
    """Whether the claimed person was found on the roster."""

    FOUND = "found"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    TWICE = "twice"
    NO_ROSTER = "no_roster"


Pairing = tuple[ClassReport, Mapping[str, Trainee | None]]


def join(trainees: Sequence[Trainee], people: Sequence[ClaimedPerson]) -> dict[str, Trainee | None]:
    """The roster line of each person; ``None`` where a shared name leaves it open who is meant."""
    found: dict[str, Trainee | None] = {}
    by_number = {one.id_number.digits: one for one in trainees if one.id_number}
    by_key = {one.key: one for one in trainees}
    for person in people:
        number = person.id_number.digits if person.id_number else ""
        by_own_key = [line for line in (by_key.get(person.key), by_key.get(number)) if line and _is_named(line, person)]
        if line := by_number.get(number) or next(iter(by_own_key), None):
            found[person.key] = line
    taken = {line.key for line in found.values() if line}
    left = [one for one in trainees if one.key not in taken]
    for person in people:
        name = normal_name(person.name)
        same = [one for one in left if normal_name(one.name) == name and _may_be(one, person)]
        if person.key not in found and name and person.document and _only_like(left, same, name):
            found[person.key] = None
        if person.key in found or not name or not same:
            continue
        rivals = [one for one in people if one.key not in found and normal_name(one.name) == name]
        found[person.key] = same[0] if len(same) == len(rivals) == 1 else None
    return found


def match_of(joined: Sequence[Pairing], key: str) -> RosterMatch:
    """How the person stands to all the rosters together."""
    rosters = [lines for report, lines in joined if report.trainees]
    if not rosters:
        return RosterMatch.NO_ROSTER
    own = [(lines, line) for lines in rosters if (line := lines.get(key))]
    if any(other != key and one and one.key == line.key for lines, line in own for other, one in lines.items()):
        return RosterMatch.TWICE
    if own:
        return RosterMatch.FOUND
    return RosterMatch.AMBIGUOUS if any(key in lines for lines in rosters) else RosterMatch.MISSING


def _is_named(line: Trainee, person: ClaimedPerson) -> bool:
    """A key alone may be a row's number: the name must not speak against it, whole or masked."""
    names = {normal_name(person.name), masked_name(normal_name(person.name))}
    return _may_be(line, person) and (not line.name or not person.name or normal_name(line.name) in names)


def _only_like(left: Sequence[Trainee], same: Sequence[Trainee], name: str) -> bool:
    """A passport beside a masked name, or beside one that bears an ID number there, shows nobody and rules nobody out."""
    numbered = any(one.id_number for one in same)
    masked = any(one.name.partition("~")[0] == masked_name(name) and one.name != name for one in left)
    return numbered or (masked and not same)


def _may_be(line: Trainee, person: ClaimedPerson) -> bool:
    """Two different ID numbers are two people, whatever their names."""
    return line.id_number is None or person.id_number is None or line.id_number == person.id_number
