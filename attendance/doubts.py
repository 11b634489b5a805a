"""Doubts that check-ins raise by themselves: something for a person to look at, never a verdict and never a score."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from attendance.hour_doubts import fewer_heads, roster_gap, two_places_at_once
from attendance.phones import SPECIFIC, second_phone
from attendance.place_doubts import fixed_place, outside_place, same_order, too_fast
from attendance.register import DoubtKind, Register, TraineeCheckIn, seconds_between, trainee_count
from attendance.times import hour_en, hour_zh
from facts.check_in import CheckIn
from facts.counting import counted
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
        Text("培训机构用一台平板统一打卡", "the institution uses one tablet for everybody"),
        Text("导出表只有手机型号，几个人恰好用同一型号", "the export names only the model, and several own the same"),
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
    (Text("教师按花名册逐个点名、协助打卡", "a teacher called the roster and helped each one in turn"),),
)
OUTSIDE_CLASS = DoubtKind(
    "OUTSIDE_CLASS",
    60,
    (Text("签退记录，或课表临时调整未更新", "signing out, or a timetable change that was not entered"),),
)
NOT_ON_ROSTER = DoubtKind("NOT_ON_ROSTER", 60, (Text("姓名或证号录入有误", "a name or number was mistyped"),))
AMBIGUOUS_NAME = DoubtKind("AMBIGUOUS_NAME", 60, (Text("导出表没有证件号", "the export has no ID column"),))


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
                f"{hour_en(hour)}: {counted(trainee_count(own), 'trainee')} checked in on one device{en} within {seconds_between(own)} s",
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
                f"{hour_en(hour)}: {counted(trainee_count(group), 'trainee')} reported coordinates equal to the last digit",
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
                f"{hour_en(hour)}: {counted(len(burst), 'trainee')} checked in within {seconds_between(burst)} s in the order of the roster",
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
        f"{len(stray)} 次打卡不在任何学时内：{times}",
        f"{counted(len(stray), 'check-in belongs', 'check-ins belong')} to no class hour: {times}",
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
            f"{counted(len(own), 'check-in is', 'check-ins are')} of nobody on the roster: {_names(own)}",
        )
        found.append(register.doubt(NOT_ON_ROSTER, text, [("", checkin) for checkin in own]))
    if own := register.joined.ambiguous:
        text = Text(
            f"{len(own)} 次打卡与多名同名学员相符，无法对应：{_names(own)}",
            f"{counted(len(own), 'check-in fits', 'check-ins fit')} several trainees of one name: {_names(own)}",
        )
        found.append(register.doubt(AMBIGUOUS_NAME, text, [("", checkin) for checkin in own]))
    return found


def _names(checkins: Sequence[CheckIn]) -> str:
    return "、".join(list(dict.fromkeys(masked_name(checkin.name) for checkin in checkins))[:5])


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
