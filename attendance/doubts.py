"""Doubts that check-ins raise by themselves: something for a person to look at, never a verdict and never a score."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from attendance.phones import SPECIFIC, second_phone
from attendance.place_doubts import fixed_place, outside_place, same_order, too_fast
from attendance.register import DoubtKind, Register, TraineeCheckIn, seconds_between, trainee_count
from attendance.times import hour_en, hour_zh
from facts.check_in import CheckIn
from facts.course import ClassHour
from facts.names import masked_name
from facts.span import local
from facts.text import Text
from facts.verdict import Doubt, HourVerdict

BURST = timedelta(seconds=60)
BURST_SIZE = 5
HANDED_ON = timedelta(seconds=20)
HANDED_ON_SIZE = 3

SHARED_DEVICE = DoubtKind(
    "SHARED_DEVICE",
    30,
    (
        Text(
            "老年学员借用他人手机（可由教师见证并注明）",
            "an elderly trainee borrowed a phone (a teacher may witness it)",
        ),
        Text("培训机构用一台平板统一签到", "the institution uses one tablet for everybody"),
        Text("导出表只有手机型号，几人恰用同一型号", "the export names only the model, and several own the same"),
    ),
)
IDENTICAL_PLACE = DoubtKind(
    "IDENTICAL_PLACE",
    60,
    (Text("室内定位吸附到同一基站或 Wi-Fi", "indoor positioning snaps to one base station or Wi-Fi"),),
)
ROSTER_BURST = DoubtKind(
    "ROSTER_BURST",
    60,
    (Text("教师按名册逐个点名协助签到", "a teacher called the roster and helped each one in turn"),),
)
OUTSIDE_CLASS = DoubtKind(
    "OUTSIDE_CLASS",
    60,
    (Text("签退记录，或课表临时调整未更新", "signing out, or a timetable change that was not entered"),),
)
NOT_ON_ROSTER = DoubtKind("NOT_ON_ROSTER", 60, (Text("姓名或证号录入有误", "a name or number was mistyped"),))
AMBIGUOUS_NAME = DoubtKind("AMBIGUOUS_NAME", 60, (Text("导出表没有证件号", "the export has no ID column"),))
TWO_PLACES = DoubtKind("TWO_PLACES", 60, (Text("两个教室共用一次签到", "two rooms share one check-in"),))
ROSTER_GAP = DoubtKind(
    "ROSTER_GAP", 120, (Text("请假未登记，或手机故障未补签", "leave was not entered, or a phone failed"),)
)
FEWER_HEADS = DoubtKind(
    "FEWER_HEADS",
    5,
    (
        Text("有人坐在画面外、被遮挡或长时间低头", "people sat out of view, hidden or bowed"),
        Text("实操课分散在其他工位", "practice at benches out of view"),
    ),
)


def doubts(register: Register, verdicts: Iterable[HourVerdict]) -> tuple[Doubt, ...]:
    """Every doubt of the class, the quickest to check by a person first."""
    found = [doubt for detect in _DETECTORS for doubt in detect(register)] + fewer_heads(register, verdicts)
    return tuple(sorted(found, key=lambda doubt: (doubt.check_cost_s, doubt.hours, doubt.kind)))


def shared_device(register: Register) -> list[Doubt]:
    """Several trainees signed in on one device (F2); a witnessed sign-in is no doubt.

    Many exports name the model and not the phone. Two people may own the same model, so a name that says no more
    counts only where several follow each other faster than people with a phone each would. How many may share one is
    the class's own setting, which the report tells as an assumption.
    """
    allowed = register.settings.device.people_per_phone
    found = []
    for hour, group in register.groups(lambda checkin: "" if checkin.witness else checkin.device):
        own = group if SPECIFIC.search(group[0][1].device) else _handed_on(group)
        if trainee_count(own) > allowed:
            zh, en = ("", "") if allowed == 1 else (f"（本班允许 {allowed} 人）", f" ({allowed} are allowed)")
            text = Text(
                f"{hour_zh(hour)}：{trainee_count(own)} 人用同一设备打卡{zh}，前后 {seconds_between(own)} 秒",
                f"{hour_en(hour)}: {trainee_count(own)} trainees checked in on one device{en} within {seconds_between(own)} s",
            )
            found.append(register.doubt(SHARED_DEVICE, text, own, hour))
    return found


def _handed_on(group: Sequence[TraineeCheckIn]) -> list[TraineeCheckIn]:
    """The longest chain of at least three quick sign-ins on phones of one model."""
    best: list[TraineeCheckIn] = []
    chain: list[TraineeCheckIn] = []
    for pair in group:
        chain = [*chain, pair] if chain and pair[1].at - chain[-1][1].at <= HANDED_ON else [pair]
        best = max(best, chain, key=trainee_count)
    return best if trainee_count(best) >= HANDED_ON_SIZE else []


def identical_place(register: Register) -> list[Doubt]:
    """Several phones reported the same coordinates to the last digit (F4); one device is the other doubt."""
    return [
        register.doubt(
            IDENTICAL_PLACE,
            Text(
                f"{hour_zh(hour)}：{trainee_count(group)} 人打卡坐标完全相同（到末位数字）",
                f"{hour_en(hour)}: {trainee_count(group)} trainees reported coordinates equal to the last digit",
            ),
            group,
            hour,
        )
        for hour, group in register.groups(lambda checkin: checkin.place.coordinates)
        if len({checkin.device or checkin.name for _, checkin in group}) > 1
    ]


def roster_burst(register: Register) -> list[Doubt]:
    """A burst of sign-ins in the very order of the roster (F3)."""
    order = {trainee.key: index for index, trainee in enumerate(register.trainees)}
    found = []
    for hour, group in register.groups(lambda _: True):
        burst = _longest_burst(group, order)
        if len(burst) >= BURST_SIZE:
            text = Text(
                f"{hour_zh(hour)}：{len(burst)} 人在 {seconds_between(burst)} 秒内按花名册顺序依次打卡",
                f"{hour_en(hour)}: {len(burst)} trainees checked in within {seconds_between(burst)} s in the order of the roster",
            )
            found.append(register.doubt(ROSTER_BURST, text, burst, hour))
    return found


def _longest_burst(group: Sequence[TraineeCheckIn], order: Mapping[str, int]) -> list[TraineeCheckIn]:
    best: list[TraineeCheckIn] = []
    current: list[TraineeCheckIn] = []
    for pair in group:
        follows = current and order[pair[0]] == order[current[-1][0]] + 1
        if not follows or pair[1].at - current[0][1].at > BURST:
            current = []
        current = [*current, pair]
        best = max(best, current, key=len)
    return best


def outside_class(register: Register) -> list[Doubt]:
    """Check-ins at times that belong to no class hour."""
    stray = [(key, checkin) for key, checkin in register.signed() if register.hour_of(checkin) is None]
    if not stray or not register.hours:
        return []
    times = "、".join(f"{local(checkin.at):%m-%d %H:%M}" for _, checkin in stray[:4])
    text = Text(
        f"{len(stray)} 次打卡不在任何学时内：{times}", f"{len(stray)} check-ins belong to no class hour: {times}"
    )
    return [register.doubt(OUTSIDE_CLASS, text, stray)]


def strangers(register: Register) -> list[Doubt]:
    """Check-ins of people who are not on the roster, or whose name fits several trainees."""
    if not register.trainees:
        return []
    found = []
    if own := register.joined.strangers:
        text = Text(
            f"{len(own)} 次打卡的人不在花名册上：{_names(own)}",
            f"{len(own)} check-ins are of nobody on the roster: {_names(own)}",
        )
        found.append(register.doubt(NOT_ON_ROSTER, text, [("", checkin) for checkin in own]))
    if own := register.joined.ambiguous:
        text = Text(
            f"{len(own)} 次打卡与多名同名学员相符，无法对应：{_names(own)}",
            f"{len(own)} check-ins fit several trainees of one name: {_names(own)}",
        )
        found.append(register.doubt(AMBIGUOUS_NAME, text, [("", checkin) for checkin in own]))
    return found


def _names(checkins: Sequence[CheckIn]) -> str:
    return "、".join(list(dict.fromkeys(masked_name(checkin.name) for checkin in checkins))[:5])


def two_places_at_once(register: Register) -> list[Doubt]:
    """One trainee signed in to two class hours in different rooms that overlap (F9)."""
    hours = sorted(register.hours, key=lambda hour: hour.span)
    found = []
    for index, first in enumerate(hours):
        for second in hours[index + 1 :]:
            both = _directly(register, first) & _directly(register, second)
            if second.span.overlaps(first.span) and first.room != second.room and both:
                text = Text(
                    f"{len(both)} 人同时在 {hour_zh(first)}（{first.room}）和 {hour_zh(second)}（{second.room}）打卡",
                    f"{len(both)} trainees checked in both to {hour_en(first)} ({first.room}) and {hour_en(second)} ({second.room})",
                )
                found.append(_of_hours(register, TWO_PLACES, text, (first, second), both))
    return found


def _directly(register: Register, hour: ClassHour) -> frozenset[str]:
    turnout = register.turnouts[hour.id]
    return frozenset() if turnout.carried else turnout.signed


def _of_hours(
    register: Register, kind: DoubtKind, text: Text, hours: Sequence[ClassHour], trainees: frozenset[str]
) -> Doubt:
    ids = tuple(hour.id for hour in hours)
    return Doubt(kind.code, text, ids, tuple(sorted(trainees)), (), kind.innocent, register.rule, kind.check_cost_s)


def roster_gap(register: Register) -> list[Doubt]:
    """Enrolled trainees who never signed in to a class hour and are not on leave."""
    found = []
    for hour in register.hours:
        turnout = register.turnouts[hour.id]
        absent = turnout.roster - turnout.signed - turnout.on_leave
        if turnout.signed and absent:
            text = Text(
                f"{hour_zh(hour)}：名册 {len(turnout.roster)} 人，应到 {len(turnout.expected_keys)} 人，{len(absent)} 人未打卡也未请假",
                f"{hour_en(hour)}: {len(turnout.roster)} on the roster, {len(absent)} neither checked in nor on leave",
            )
            found.append(_of_hours(register, ROSTER_GAP, text, (hour,), absent))
    return found


def fewer_heads(register: Register, verdicts: Iterable[HourVerdict]) -> list[Doubt]:
    """Fewer people in view at the fullest minute than signed in (F1)."""
    found = []
    for verdict in verdicts:
        most, turnout = max(verdict.headcount.counts, default=None), register.turnouts.get(verdict.hour_id)
        if most is None or turnout is None or not turnout.signed or most >= len(turnout.expected_keys):
            continue
        hour, signed = turnout.hour, len(turnout.expected_keys)
        text = Text(
            f"{hour_zh(hour)}：打卡应到 {signed} 人，镜头内最多 {most} 人，相差 {signed - most} 人",
            f"{hour_en(hour)}: {signed} checked in and expected, at most {most} in view, {signed - most} fewer",
        )
        frames = tuple(ref for finding in verdict.findings for ref in finding.evidence if ref.at_s is not None)
        kind = FEWER_HEADS
        found.append(
            Doubt(kind.code, text, (hour.id,), (), frames[:3], kind.innocent, register.rule, kind.check_cost_s)
        )
    return found


_DETECTORS = (
    shared_device,
    second_phone,
    identical_place,
    roster_burst,
    outside_class,
    strangers,
    two_places_at_once,
    roster_gap,
    fixed_place,
    too_fast,
    outside_place,
    same_order,
)
