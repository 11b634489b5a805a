from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from attendance.roster import LEAD, CheckInMatch, Turnout
from facts.check_in import CheckIn
from facts.class_settings import NOTHING_SET, ClassSettings
from facts.course import ClassHour, Trainee
from facts.digest import EvidenceRef
from facts.span import Span, local
from facts.text import Text
from facts.verdict import Doubt

Signed = tuple[str, CheckIn]


@dataclass(frozen=True, slots=True)
class DoubtKind:
    """One pattern to look for: its code, what may innocently explain it, how long a person needs to check it."""

    code: str
    check_cost_s: int
    innocent: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The check-ins of one class with the lists that they are read against."""

    hours: tuple[ClassHour, ...]
    trainees: tuple[Trainee, ...]
    joined: CheckInMatch
    turnouts: Mapping[str, Turnout]
    rule: str = ""
    settings: ClassSettings = NOTHING_SET

    def hour_of(self, checkin: CheckIn) -> ClassHour | None:
        """The class hour that a check-in is for: the one it falls in, else the next within the lead time."""
        doors = [hour for hour in self.hours if checkin.at in Span(hour.span.start - LEAD, hour.span.end)]
        return min(doors, key=lambda hour: (checkin.at not in hour.span, hour.span), default=None)

    def hour(self, hour_id: str) -> ClassHour:
        """The class hour of that id."""
        return next(hour for hour in self.hours if hour.id == hour_id)

    def signed(self) -> list[Signed]:
        """Every joined check-in with its trainee, in order of time."""
        pairs = [(key, checkin) for key, own in self.joined.by_trainee.items() for checkin in own]
        return sorted(pairs, key=lambda pair: (pair[1].at, pair[0]))

    def groups(self, mark_of: Callable[[CheckIn], object]) -> list[tuple[ClassHour, list[Signed]]]:
        """The check-ins of several trainees for one class hour that share a mark; an empty mark is none."""
        groups: dict[tuple[str, object], list[Signed]] = {}
        for trainee, checkin in self.signed():
            hour = self.hour_of(checkin)
            if (mark := mark_of(checkin)) and hour:
                groups.setdefault((hour.id, mark), []).append((trainee, checkin))
        return [(self.hour(hour_id), group) for (hour_id, _), group in groups.items() if people(group) > 1]

    def doubt(
        self,
        kind: DoubtKind,
        text: Text,
        group: Sequence[Signed],
        hour: ClassHour | None = None,
        beside: Callable[[CheckIn], str] = lambda _: "",
    ) -> Doubt:
        """The doubt with the rows of the check-in list that show it, each with its time and what is said beside it."""
        rows = tuple(
            EvidenceRef(one.where, None, None, f"{local(one.at):%H:%M:%S} {beside(one)}".strip())
            for _, one in group[:20]
        )
        trainees = tuple(dict.fromkeys(trainee for trainee, _ in group if trainee))
        hours = (hour.id,) if hour else ()
        return Doubt(kind.code, text, hours, trainees, rows, kind.innocent, self.rule, kind.check_cost_s)


def people(group: Sequence[Signed]) -> int:
    """How many different trainees are in the group."""
    return len({trainee for trainee, _ in group})


def seconds(group: Sequence[Signed]) -> int:
    """How far the first and the last check-in lie apart."""
    times = [checkin.at for _, checkin in group]
    return round((max(times) - min(times)).total_seconds())
