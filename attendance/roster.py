"""Who should be visible in a class hour: signed in, minus leave; without any sign-in, the roster minus leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from facts.check_in import CheckIn
from facts.course import ClassHour, Trainee
from facts.errors import InputError
from facts.id_number import IdNumber
from facts.names import normal_name
from facts.span import Span, local, local_day

# A sign-in up to this long before a class hour counts for it.
LEAD = timedelta(minutes=30)
# Class hours at most this far apart are one session (场次), through which a sign-in carries.
SESSION_BREAK = timedelta(minutes=60)
_NOON, _EVENING = 12, 18  # 上午、下午、晚上
_Half = tuple[date, bool, bool]


@dataclass(frozen=True, slots=True)
class CheckInMatch:
    """Check-ins joined to the roster: by ID first, by name only where the name is unique in the class."""

    by_trainee: Mapping[str, tuple[CheckIn, ...]] = field(default_factory=dict)
    strangers: tuple[CheckIn, ...] = ()
    ambiguous: tuple[CheckIn, ...] = ()


def join(trainees: Sequence[Trainee], checkins: Iterable[CheckIn], teachers: Iterable[str] = ()) -> CheckInMatch:
    """Every check-in at its trainee, or among the strangers or the ambiguous; a teacher's own is left out."""
    ids = {trainee.id_number: trainee.key for trainee in trainees if trainee.id_number}
    tails = _unique({(normal_name(t.name), t.id_number.tail): t.key for t in trainees if t.id_number}, trainees)
    names = _by_name(trainees)
    unnumbered = _by_name([trainee for trainee in trainees if trainee.id_number is None])
    staff = {normal_name(teacher) for teacher in teachers if teacher}
    found: dict[str, list[CheckIn]] = {}
    strangers: list[CheckIn] = []
    ambiguous: list[CheckIn] = []
    for checkin in sorted(checkins, key=lambda one: (one.at, one.name, one.where)):
        name = normal_name(checkin.name)
        keys = _keys_of(checkin, ids, tails, names.get(name, ())) or unnumbered.get(name, ())
        if len(keys) == 1:
            found.setdefault(keys[0], []).append(checkin)
        elif keys:
            ambiguous.append(checkin)
        elif name not in staff:
            strangers.append(checkin)
    return CheckInMatch({key: tuple(own) for key, own in found.items()}, tuple(strangers), tuple(ambiguous))


def _by_name(trainees: Sequence[Trainee]) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for trainee in trainees:
        names[normal_name(trainee.name)] = (*names.get(normal_name(trainee.name), ()), trainee.key)
    return names


def _unique(tails: dict[tuple[str, str], str], trainees: Sequence[Trainee]) -> dict[tuple[str, str], str]:
    seen = [(normal_name(t.name), t.id_number.tail) for t in trainees if t.id_number]
    return {pair: key for pair, key in tails.items() if seen.count(pair) == 1}


def _keys_of(
    checkin: CheckIn, ids: Mapping[IdNumber, str], tails: Mapping[tuple[str, str], str], named: tuple[str, ...]
) -> tuple[str, ...]:
    if not checkin.id_number:
        return named
    try:
        key = ids.get(IdNumber(checkin.id_number))
    except InputError:
        key = tails.get((normal_name(checkin.name), checkin.id_number[-4:].upper()))
        return (key,) if key else named
    return (key,) if key else ()


@dataclass(frozen=True, slots=True)
class Turnout:
    """One class hour's lists: who signed in (directly, or earlier in the same session), who is on leave.

    ``times`` are each trainee's sign-ins of the half day that the hour lies in.
    """

    hour: ClassHour
    roster: frozenset[str]
    signed: frozenset[str] = frozenset()
    carried: bool = False
    on_leave: frozenset[str] = frozenset()
    times: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    def seldom(self, least: int, apart: timedelta) -> frozenset[str]:
        """Who signed in, but on fewer than ``least`` occasions of the half day, each ``apart`` from the one before."""
        if least <= 1:
            return frozenset()
        return frozenset(key for key in self.signed if _occasions(self.times.get(key, ()), apart) < least)

    @property
    def expected_keys(self) -> frozenset[str]:
        """The trainees who should be visible (应到)."""
        return (self.signed or self.roster) - self.on_leave

    @property
    def expected(self) -> int | None:
        """How many should be visible; nothing is known where there is no roster and no check-in."""
        return len(self.expected_keys) if self.roster or self.signed else None


def turnouts(hours: Sequence[ClassHour], trainees: Sequence[Trainee], joined: CheckInMatch) -> dict[str, Turnout]:
    """The turnout of every class hour, in order of time, so that a sign-in carries through its session."""
    roster = frozenset(trainee.key for trainee in trainees)
    result: dict[str, Turnout] = {}
    before: Turnout | None = None
    times = {half: _times(span, joined) for half, span in _half_days(hours).items()}
    for hour in sorted(hours, key=lambda one: (one.span, one.id)):
        direct = _signed_directly(hour, joined)
        earlier = before.signed if before and not direct and _same_session(before.hour, hour) else frozenset()
        leave = frozenset(t.key for t in trainees if any(away.overlaps(hour.span) for away in t.leave))
        before = Turnout(hour, roster, direct or earlier, bool(earlier), leave, times[_half(hour)])
        result[hour.id] = before
    return result


def _half_days(hours: Sequence[ClassHour]) -> dict[_Half, Span]:
    """Each half day with class hours, from the doors of its first to as long after its last."""
    spans: dict[_Half, list[Span]] = {}
    for hour in hours:
        spans.setdefault(_half(hour), []).append(hour.span)
    return {
        half: Span(min(one.start for one in own) - LEAD, max(one.end for one in own) + LEAD)
        for half, own in spans.items()
    }


def _half(hour: ClassHour) -> _Half:
    """The day, and whether the hour begins after noon and after 18:00."""
    began = local(hour.span.start)
    return began.date(), began.hour >= _NOON, began.hour >= _EVENING


def _times(half_day: Span, joined: CheckInMatch) -> dict[str, tuple[datetime, ...]]:
    found = {key: tuple(one.at for one in own if one.at in half_day) for key, own in joined.by_trainee.items()}
    return {key: times for key, times in found.items() if times}


def _occasions(times: Sequence[datetime], apart: timedelta) -> int:
    """Two taps a moment apart are one occasion."""
    count, last = 0, None
    for time in sorted(times):
        if last is None or time - last >= apart:
            count, last = count + 1, time
    return count


def _signed_directly(hour: ClassHour, joined: CheckInMatch) -> frozenset[str]:
    door = Span(hour.span.start - LEAD, hour.span.end)
    return frozenset(key for key, own in joined.by_trainee.items() if any(checkin.at in door for checkin in own))


def _same_session(before: ClassHour, hour: ClassHour) -> bool:
    same_day = local_day(before.span.start) == local_day(hour.span.start)
    return same_day and hour.span.start - before.span.end <= SESSION_BREAK
