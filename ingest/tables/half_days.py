"""Words for a part of the day (上午, 下午, 晚上): which hours they govern, and which hours nobody teaches in."""

import re
from datetime import time, timedelta

NOON_H = 12
_HALF_DAY_H = timedelta(hours=NOON_H)
_EVENING_FROM = timedelta(hours=17)
_LATE_LUNCH = timedelta(hours=4)
EARLIEST, LATEST = time(6), time(23)
AFTERNOON = frozenset({"下午", "午后", "晚上", "晚间", "晚", "傍晚", "夜间", "夜里", "pm"})
MIDNIGHT = frozenset({"凌晨", "am"})
EVENING = frozenset({"晚上", "晚间", "晚", "夜间", "夜里"})
_CALLED = {"晚自习": "晚上", "晚自修": "晚上", "晚课": "晚上", "早自习": "早上", "早读": "早上", "晨读": "早上"}
_NOON = frozenset({"中午", "午间"})
_WORDS = "晚自习|晚自修|晚课|早自习|早读|晨读|凌晨|清晨|早晨|早上|早间|上午|午前|中午|午间|下午|午后|傍晚|晚上|晚间|夜间|夜里"
# What may stand before a clock time; the longer word first.
BEFORE_CLOCK = rf"{_WORDS}|[AaPp]\.?[Mm]\.?"
_WHOLE = re.compile(rf"[(\[【]?\s*(?P<half>{_WORDS}|晚|[AaPp]\.?[Mm]\.?)\s*(?:班|时段|时间|课程?)?\s*[)\]】]?")
_WITHIN = re.compile(_WORDS)
# Whoever writes one of these beside an early or late hour has said that it is meant so.
_SAYS_EARLY = frozenset({"凌晨", "清晨", "早晨", "早上", "早间", "am"})
_SAYS_LATE = frozenset({"晚上", "晚间", "晚", "夜间", "夜里", "凌晨", "pm"})


def normal_half(word: str) -> str:
    """One spelling of the word: pm for P.M."""
    return _CALLED.get(word, word.replace(".", "").lower())


def half_day(text: str) -> str:
    """The word that the whole text is, such as 下午 or （下午）; empty where it says anything else."""
    match = _WHOLE.fullmatch("".join(text.split()))
    return normal_half(match["half"]) if match else ""


def half_day_in(text: str) -> str:
    """The one word that stands somewhere in the text; empty where none does, or several."""
    found = set(map(normal_half, _WITHIN.findall(text)))
    return found.pop() if len(found) == 1 else ""


def governed(clock: timedelta, half: str) -> timedelta:
    """The time of day that a clock of twelve hours means beside this word."""
    early = clock < _HALF_DAY_H
    if early and (half in AFTERNOON or (half in _NOON and clock < _LATE_LUNCH)):
        return clock + _HALF_DAY_H
    if half in MIDNIGHT and _HALF_DAY_H <= clock < _HALF_DAY_H + timedelta(hours=1):
        return clock - _HALF_DAY_H
    return clock


def contradicts(clock: timedelta, half: str) -> bool:
    """Whether the word and the hour hardly belong together: 下午 8:30, 上午 14:30, 晚上 2:30."""
    if half in {"下午", "午后"}:
        return timedelta(hours=7) <= clock < _HALF_DAY_H
    if half in EVENING:
        return clock < _EVENING_FROM - _HALF_DAY_H or _HALF_DAY_H <= clock < _EVENING_FROM
    return half in {"上午", "午前", "早上", "早晨"} and clock > timedelta(hours=13)


def unlikely(start: time, end: time, half: str) -> bool:
    """Whether a class hour at this time of day must be confirmed: outside 06:00 to 23:00, and no word says so."""
    if start < EARLIEST:
        return half not in _SAYS_EARLY
    return (start >= LATEST or end > LATEST or end < start) and half not in _SAYS_LATE
