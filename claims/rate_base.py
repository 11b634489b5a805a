"""Who a rate is a share of: everybody who was trained in the class, whether the claim's form names them or not."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from claims.facts_of_claim import PersonClaim
from claims.hour_verdicts import JudgedHour
from claims.person_attendance import HourCredit
from claims.roster_match import Pairing
from facts.claim_person import ClaimedPerson
from facts.course import ClassHour, Trainee
from facts.history_answer import HistoryAnswer
from facts.names import normal_name


@dataclass(frozen=True, slots=True)
class UnclaimedTrainee:
    """Somebody on a roster whom the form leaves out, as they may be shown, and whether they were in class at all."""

    name: str
    numbered: bool
    took_part: bool | None


def unclaimed_trainees(
    joined: Sequence[Pairing],
    people: Sequence[ClaimedPerson],
    hours: Sequence[JudgedHour],
    is_recorded: Callable[[ClassHour], bool],
) -> tuple[UnclaimedTrainee, ...]:
    """Each of them once, over all reports and all days of the class."""
    found: dict[tuple[str, str], dict[int, Trainee]] = {}
    for report, line in _left(joined, people):
        number = line.id_number.digits if line.id_number else ""
        found.setdefault((number, "" if number else line.key + line.masked), {})[report] = line
    made = []
    for lines in found.values():
        one = next(iter(lines.values()))
        credits_ = {
            hour.index.credit(hour.hour.id, lines[hour.report].key, recorded=is_recorded(hour.hour))
            for hour in hours
            if hour.report in lines
        }
        made.append(UnclaimedTrainee(one.masked, one.id_number is not None, _took_part(credits_)))
    return tuple(sorted(made, key=lambda one: one.name))


def rate_others(
    unclaimed: Sequence[UnclaimedTrainee],
    people: Sequence[ClaimedPerson],
    history: HistoryAnswer | None,
    *,
    hoped: bool,
) -> tuple[PersonClaim, ...]:
    """What is known of people whom the form leaves out: whether they passed, found work or a certificate it is not.

    Those whom only the registry has are counted where nobody without an ID number could be them.
    """
    names = [(one.name, one.took_part) for one in unclaimed if one.took_part is not False]
    roll = history.roll if history else None
    nameless = sum(one.id_number is None for one in people) + sum(not one.numbered for one in unclaimed)
    only_registered = max(0, roll.others - nameless) if roll else 0
    names += [(f"实名制登记 {number + 1}", None) for number in range(only_registered)]
    known = True if hoped else None
    return tuple(
        PersonClaim(
            f"{name}（未申领）",
            valid_days=1 if took_part or hoped else None,
            qualified=known,
            employed=known,
            licensed=known,
            licence_months=0 if hoped else None,
        )
        for name, took_part in names
    )


def _left(joined: Sequence[Pairing], people: Sequence[ClaimedPerson]) -> Iterator[tuple[int, Trainee]]:
    """The lines that no person of the claim is; a shared name stands for as many as share it in the claim."""
    named = {one.key: normal_name(one.name) for one in people}
    for number, (report, found) in enumerate(joined):
        paired = {line.key for line in found.values() if line}
        shared = Counter(named[key] for key, line in found.items() if line is None)
        for line in report.trainees:
            name = normal_name(line.name)
            if line.key in paired:
                continue
            if shared[name] > 0:
                shared[name] -= 1
                continue
            yield number, line


def _took_part(found: set[HourCredit]) -> bool | None:
    if HourCredit.PROVEN in found:
        return True
    return None if HourCredit.OPEN in found or not found else False
