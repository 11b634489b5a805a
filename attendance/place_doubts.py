"""Doubts that only several days or several places show: the same point each day, the same order, impossible journeys."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from attendance.place_rule import PlaceAssessment, assess_check_in
from attendance.register import DoubtKind, Register, TraineeCheckIn
from attendance.times import hour_en, hour_zh
from facts.check_in import CheckIn
from facts.counting import counted
from facts.course import ClassHour
from facts.geodesy import wgs84
from facts.names import masked_name
from facts.span import local, local_day
from facts.text import Text
from facts.verdict import Doubt

FASTEST_M_PER_S = 70.0  # 250 km/h: no trainee changes classes by high-speed train between two check-ins
FARTHEST_ERROR_M = 5_000.0  # a phone placed by its mobile mast can be that far off
FIXED_DAYS = 4
FIXED_DECIMALS = 5  # fewer digits are a grid of rounded places, on which anybody may stand twice
ORDER_DAYS = 3
ORDER_SIZE = 8

FIXED_PLACE = DoubtKind(
    "FIXED_PLACE",
    60,
    (
        Text("手机停用定位后一直返回上一次的位置", "a phone whose positioning is off keeps returning its last place"),
        Text("室内吸附到同一路由器", "indoor positioning snaps to one router"),
    ),
)
TOO_FAST = DoubtKind(
    "TOO_FAST",
    60,
    (
        Text("基站定位误差大", "positioning by mobile mast is far off"),
        Text("坐标系标注错误", "the coordinate system was named wrongly"),
        Text("手机由家人带走", "a relative carried the phone"),
    ),
)
OUTSIDE_PLACE = DoubtKind(
    "OUTSIDE_PLACE",
    60,
    (
        Text("室内定位漂移，或由基站、路由器定位", "indoor positioning drifts, or goes by mast or router"),
        Text("当天换了地点上课，班期设置未改", "the class met elsewhere that day and its settings were not changed"),
        Text("打卡地点或坐标系设置有误", "the class's place or its reference system is set wrongly"),
    ),
)
SAME_ORDER = DoubtKind(
    "SAME_ORDER",
    120,
    (
        Text("教师每天按座位逐个点名", "the teacher calls the roll along the seats every day"),
        Text("固定同行的一小群人", "a small group that always arrives together"),
    ),
)


def fixed_place(register: Register) -> list[Doubt]:
    """One trainee's phone gave the same coordinates, digit for digit, day after day (F4)."""
    found = []
    for key, own in register.joined.by_trainee.items():
        days: dict[tuple[str, str], dict[date, TraineeCheckIn]] = {}
        for one in own:
            if (at := one.place.coordinates) and all(_decimals(number) >= FIXED_DECIMALS for number in at):
                days.setdefault(at, {}).setdefault(local_day(one.at), (key, one))
        for rows in days.values():
            if len(rows) >= FIXED_DAYS:
                name = masked_name(next(iter(rows.values()))[1].name)
                text = Text(
                    f"{name} 在 {len(rows)} 天的打卡坐标完全相同（到末位数字）",
                    f"{name}: the same coordinates to the last digit on {counted(len(rows), 'day')}",
                )
                found.append(register.doubt(FIXED_PLACE, text, list(rows.values())))
    return found


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def too_fast(register: Register) -> list[Doubt]:
    """One trainee signed in at two places that lie too far apart for the time between (F4, F9)."""
    found = []
    for key, own in register.joined.by_trainee.items():
        placed = [(one, point) for one in own if (point := wgs84(one.place))]
        for (before, here), (after, there) in pairwise(placed):
            gap_m, gap = here.distance_m(there), after.at - before.at
            if gap_m > FARTHEST_ERROR_M and gap_m > FASTEST_M_PER_S * gap.total_seconds():
                text = _fast_text(masked_name(after.name), gap_m, gap)
                found.append(register.doubt(TOO_FAST, text, [(key, before), (key, after)]))
    return found


def _fast_text(name: str, gap_m: float, gap: timedelta) -> Text:
    minutes, kilometres = round(gap.total_seconds() / 60), round(gap_m / 1000)
    return Text(
        f"{name} 在 {minutes} 分钟内于相距约 {kilometres} 公里的两处打卡",
        f"{name}: signed in at two places about {kilometres} km apart within {minutes} min",
    )


def outside_place(register: Register) -> list[Doubt]:
    """Phones that were surely outside the place that the class is set to, whatever their error (F4)."""
    rule = register.settings.place
    if rule is None:
        return []
    hours: dict[str, list[tuple[TraineeCheckIn, PlaceAssessment]]] = {}
    for key, one in register.signed():
        hour, found = register.hour_of(one), assess_check_in(one, rule)
        if hour and found.outside and not one.witness:
            hours.setdefault(hour.id, []).append(((key, one), found))

    def beside(one: CheckIn) -> str:
        return assess_check_in(one, rule).figures

    return [
        register.doubt(OUTSIDE_PLACE, _outside_text(hour, rows), [row for row, _ in rows], hour, beside)
        for hour, rows in ((register.hour(hour_id), rows) for hour_id, rows in hours.items())
    ]


def _outside_text(hour: ClassHour, rows: Sequence[tuple[TraineeCheckIn, PlaceAssessment]]) -> Text:
    count = len({key for (key, _), _ in rows})
    far = max((found for _, found in rows), key=lambda found: found.away_m or 0).text
    return Text(
        f"{hour_zh(hour)}：{count} 人打卡时不在打卡地点，最远的{far.zh}",
        f"{hour_en(hour)}: {count} signed in away from the class's place, the farthest {far.en}",
    )


def same_order(register: Register) -> list[Doubt]:
    """Many trainees signed in in one and the same order on several days (F2), each by their own device."""
    orders: dict[tuple[str, ...], dict[date, list[TraineeCheckIn]]] = {}
    for day, rows in _first_of_each_day(register).items():
        if len(rows) >= ORDER_SIZE and not any(one.witness for _, one in rows):
            orders.setdefault(tuple(key for key, _ in rows), {})[day] = rows
    found = []
    for days in orders.values():
        if len(days) >= ORDER_DAYS:
            size, rows = len(next(iter(days.values()))), [row for own in days.values() for row in own]
            listed = "、".join(f"{day:%m-%d}" for day in sorted(days))
            text = Text(
                f"{size} 人在 {len(days)} 天（{listed}）以完全相同的先后次序打卡",
                f"{counted(size, 'trainee')} signed in in the very same order on {counted(len(days), 'day')} ({listed})",
            )
            found.append(register.doubt(SAME_ORDER, text, rows))
    return found


def _first_of_each_day(register: Register) -> dict[date, list[TraineeCheckIn]]:
    """Each day's first sign-in of each trainee, in order of time; a day with two at one second has no order."""
    days: dict[date, dict[str, TraineeCheckIn]] = {}
    for key, one in register.signed():
        days.setdefault(local_day(one.at), {}).setdefault(key, (key, one))
    return {day: list(rows.values()) for day, rows in days.items() if _ordered(list(rows.values()))}


def _ordered(rows: Sequence[TraineeCheckIn]) -> bool:
    return all(local(before.at) < local(after.at) for (_, before), (_, after) in pairwise(rows))
