"""Whether one press of the button is a sign-in: the code, the time and the person, and nothing that a phone may lack.

A phone without GPS, without a camera (six digits) or without network for a while (kept and sent later) signs in all the
same; whoever has no phone is witnessed by the teacher, with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from attendance.roster import LEAD
from facts.course import ClassHour
from facts.names import normal_name
from facts.span import Span, local
from facts.text import Text
from pipeline.roll_call.roll_code import LIFETIME_S, CodeScope, RollCode

_TAIL_CHARS = 4
_LEAST_REASON_CHARS = 2
MOST_REASON_CHARS = 200


def by_digits(shown: str) -> bool:
    """Whether somebody typed what stands beside the code; digits can be guessed, tokens cannot."""
    return "-" not in shown


class Way(StrEnum):
    """How somebody signed in."""

    CODE = "code"
    DIGITS = "digits"
    LATE = "late"
    WITNESS = "witness"

    @property
    def text(self) -> Text:
        """The way in words."""
        return _WAYS[self]


_WAYS = {
    Way.CODE: Text("扫码", "by the code"),
    Way.DIGITS: Text("输入六位数", "by the digits"),
    Way.LATE: Text("扫码，网络恢复后补传", "by the code, sent later over a bad network"),
    Way.WITNESS: Text("教师见证", "witnessed by the teacher"),
}


@dataclass(frozen=True, slots=True)
class RollPerson:
    """One person on the roll, as far as signing in needs to know them."""

    key: str
    name: str
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """A press that counts: how, when the code was seen, and when the sign-in is to be counted from."""

    way: Way
    at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """A press that does not count, and what to do about it."""

    code: str
    text: Text


def admit(code: RollCode, class_id: int, hour: ClassHour, shown: str, now: datetime) -> Admission | SignInRefusal:
    """The answer to one press that arrived now."""
    seen = code.shown_at(CodeScope(class_id, hour.id, hour.room), shown, now)
    if seen is None:
        return SignInRefusal(
            "BAD_CODE",
            Text(
                "二维码已过期或不是这间教室的，请对准屏幕重新扫码，或输入屏幕上的六位数",
                "the code has expired or is another room's; scan the screen again, or type its six digits",
            ),
        )
    late = now - seen > timedelta(seconds=LIFETIME_S + 10)
    at = seen if late else now
    doors = Span(hour.span.start - LEAD, hour.span.end)
    if at not in doors:
        opens, shuts = (f"{local(moment):%H:%M}" for moment in (doors.start, doors.end))
        return SignInRefusal(
            "NOT_OPEN",
            Text(
                f"本学时打卡时间为 {opens} 至 {shuts}",
                f"this class hour is open for signing in from {opens} to {shuts}",
            ),
        )
    return Admission(Way.LATE if late else Way.DIGITS if by_digits(shown) else Way.CODE, at, seen)


def person_on_roll(roll: Sequence[RollPerson], name: str, tail: str) -> RollPerson | SignInRefusal:
    """The one person whom name and the last four of the ID number fit; a roll without numbers goes by a unique name."""
    wanted, last = normal_name(name), tail.strip().upper().replace("Ｘ", "X")[-_TAIL_CHARS:]
    named = [one for one in roll if normal_name(one.name) == wanted]
    fits = [one for one in named if one.tail in (last, "")]
    if len(fits) == 1:
        return fits[0]
    return SignInRefusal(
        "NOT_ON_ROLL",
        Text(
            "花名册上没有这个姓名和证号后四位，请核对；仍不行请找教师见证打卡",
            "nobody on the roll has this name and these last four digits; check them, or ask the teacher to witness",
        ),
    )


def reason_fault(reason: str) -> Text | None:
    """Why the words cannot stand as a teacher's reason."""
    if _LEAST_REASON_CHARS <= len(reason.strip()) <= MOST_REASON_CHARS and reason.isprintable():
        return None
    return Text(
        f"请写明见证原因（{_LEAST_REASON_CHARS} 至 {MOST_REASON_CHARS} 字），例如：老年学员没有智能手机",
        f"say why you witness ({_LEAST_REASON_CHARS} to {MOST_REASON_CHARS} characters), such as: no smartphone",
    )
