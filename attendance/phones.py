"""Whose phone it was: names that only one phone has, and people who signed in by more than one."""

import re

from attendance.register import DoubtKind, Register, TraineeCheckIn, trainee_count
from facts.counting import counted
from facts.text import Text
from facts.verdict import Doubt

# A serial number, an IMEI or a hash: something that two phones of one model do not share.
SPECIFIC = re.compile(r"[0-9a-f]{8}|\d{6}", re.IGNORECASE)
SECOND_PHONE = DoubtKind(
    "SECOND_PHONE",
    60,
    (
        Text("换了新手机，或清除了浏览器数据", "a new phone, or a browser whose data was cleared"),
        Text("一次用微信、一次用浏览器打开", "opened once in WeChat and once in a browser"),
        Text("手机没电，借用他人手机", "the battery was empty and a phone was borrowed"),
    ),
)


def second_phone(register: Register) -> list[Doubt]:
    """Trainees who signed in by more than one phone (F2), where the class is set to mark that."""
    if not register.settings.device.second_phone:
        return []
    first: dict[str, str] = {}
    later: dict[tuple[str, str], TraineeCheckIn] = {}
    for key, one in register.signed():
        if not one.witness and SPECIFIC.search(one.device) and first.setdefault(key, one.device) != one.device:
            later.setdefault((key, one.device), (key, one))
    if not later:
        return []
    group = list(later.values())
    text = Text(
        f"{trainee_count(group)} 人换过手机打卡（本班设置为每人一部手机）",
        f"{counted(trainee_count(group), 'trainee')} signed in by another phone than their first (the class is set to one each)",
    )
    return [register.doubt(SECOND_PHONE, text, group)]
