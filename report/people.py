from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from facts.check_in import CheckIn
from facts.course import Trainee
from facts.names import masked_name, normal_name
from facts.report import ClassReport
from facts.span import Span
from facts.verdict import Attendance, Presence
from report.mask import Mask
from report.schema import CheckInEntry, PersonEntry, PresenceEntry, TraineeEntry
from report.times import written


class People:
    """The roster by its numbers: who a key, an ID number or a name that only one person bears stands for."""

    def __init__(self, roster: Iterable[Trainee]) -> None:
        self.roster = tuple(roster)
        names = Counter(normal_name(trainee.name) for trainee in self.roster)
        self._by_key = {trainee.key: no for no, trainee in enumerate(self.roster, 1)}
        self._by_number = {trainee.id_number.digits: no for no, trainee in self._numbered() if trainee.id_number}
        self._by_name = {
            normal_name(item.name): no for no, item in self._numbered() if names[normal_name(item.name)] == 1
        }

    def _numbered(self) -> list[tuple[int, Trainee]]:
        return list(enumerate(self.roster, 1))

    def of_key(self, key: str) -> int | None:
        """The place on the roster of a trainee's key."""
        return self._by_key.get(key)

    def of_checkin(self, item: CheckIn) -> int | None:
        """Who signed in: by number where one is given, else by a name that is unique in the class."""
        if item.id_number:
            return self._by_number.get(item.id_number.strip().upper())
        return self._by_name.get(normal_name(item.name))

    def person(self, no: int) -> PersonEntry:
        """The trainee at that place, as the report may show one."""
        trainee = self.roster[no - 1]
        number = trainee.id_number.masked if trainee.id_number else ""
        return {"no": no, "id_masked": number, "name_masked": masked_name(trainee.name)}


def trainees(report: ClassReport, people: People, mask: Mask) -> list[TraineeEntry]:
    """Everybody on the roster, in its order, with every class hour that was judged."""
    starts = {hour.id: hour.span for hour in report.hours}
    by_key: defaultdict[str, list[Attendance]] = defaultdict(list)
    for item in report.attendance:
        by_key[item.trainee_key].append(item)
    return [
        {
            **people.person(no),
            "counts": presence_counts(item for item in by_key[trainee.key] if item.hour_id in starts),
            "hours": _presences(by_key[trainee.key], starts, mask),
        }
        for no, trainee in enumerate(people.roster, 1)
    ]


def presence_counts(items: Iterable[Attendance]) -> dict[str, int]:
    """How often each presence was judged; nothing at all where nothing was judged."""
    seen = Counter(item.presence for item in items)
    return {presence.value: seen[presence] for presence in Presence} if seen else {}


def _presences(items: Iterable[Attendance], starts: Mapping[str, Span], mask: Mask) -> list[PresenceEntry]:
    ordered = sorted((item for item in items if item.hour_id in starts), key=lambda item: starts[item.hour_id])
    return [
        {
            "id": item.hour_id,
            "status": item.presence.value,
            "sources": [mask.text(source) for source in item.sources],
            "contradictions": [mask.text(source) for source in item.contradictions],
        }
        for item in ordered
    ]


def checkins(report: ClassReport, people: People) -> list[CheckInEntry]:
    """Every sign-in in order of time, without device, place or name."""
    ordered = sorted(report.checkins, key=lambda item: (item.at, people.of_checkin(item) or 0))
    return [
        {"at": written(item.at), "trainee": people.of_checkin(item), "witnessed": bool(item.witness)}
        for item in ordered
    ]
