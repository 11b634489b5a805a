"""Doubts about whole class hours: two at once for one trainee, missing sign-ins, fewer people in view than signed in."""

from collections.abc import Iterable, Sequence

from attendance.register import DoubtKind, Register
from attendance.review import PASSED as REVIEWED
from attendance.times import hour_en, hour_zh
from facts.counting import counted
from facts.course import ClassHour
from facts.text import Text
from facts.verdict import Doubt, HourVerdict

TWO_PLACES = DoubtKind("TWO_PLACES", 60, (Text("两个教室共用一次打卡", "two rooms share one check-in"),))
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
                    f"{counted(len(both), 'trainee')} checked in both to {hour_en(first)} ({first.room}) and {hour_en(second)} ({second.room})",
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
                f"{hour_zh(hour)}：花名册 {len(turnout.roster)} 人，应到 {len(turnout.expected_keys)} 人，{len(absent)} 人未打卡也未请假",
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
        if any(finding.reason == REVIEWED for finding in verdict.findings):
            continue  # two people looked and saw everybody
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
