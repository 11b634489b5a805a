"""How verdicts name times and lengths, in Chinese and in English."""

from collections.abc import Iterable
from datetime import timedelta

from facts.course import ClassHour
from facts.span import Span, local


def length_zh(length: timedelta) -> str:
    """A length as a clerk reads it: 4分20秒."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    if not minutes:
        return f"{seconds}秒"
    return f"{minutes}分{seconds:02d}秒" if seconds else f"{minutes}分"


def length_en(length: timedelta) -> str:
    """The same in English: 4 min 20 s."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {seconds:02d} s" if seconds else f"{minutes} min"


def clock(span: Span) -> str:
    """A stretch on the Chinese wall clock, seconds shown only where they matter."""
    start, end = local(span.start), local(span.end)
    form = "%H:%M" if not (start.second or end.second or start.microsecond or end.microsecond) else "%H:%M:%S"
    return f"{start.strftime(form)}–{end.strftime(form)}"


def clocks(spans: Iterable[Span], most: int = 4, joiner: str = "、") -> str:
    """Several stretches, the first few by name and the rest by number."""
    every = list(spans)
    named = joiner.join(clock(span) for span in every[:most])
    return f"{named} …(+{len(every) - most})" if len(every) > most else named


def hour_zh(hour: ClassHour) -> str:
    """A class hour as a clerk calls it, with its year, since a file lies for years: 2025年11月6日第3学时."""
    day = local(hour.span.start)
    return f"{day.year}年{day.month}月{day.day}日{hour.label or clock(hour.span)}"


def hour_en(hour: ClassHour) -> str:
    """The same in English, by date and time."""
    return f"{local(hour.span.start).date().isoformat()} {clock(hour.span)}"
