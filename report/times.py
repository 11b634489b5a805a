"""Moments and lengths as the report writes and reads them."""

from datetime import date, datetime

from facts.span import Span, local
from report.schema import SpanEntry, TextEntry

_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
_MINUTE_S = 60
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def written(moment: datetime) -> str:
    """The moment on the Chinese wall clock, with its offset."""
    return local(moment).isoformat()


def span_entry(span: Span) -> SpanEntry:
    """The span as JSON."""
    return {"start": written(span.start), "end": written(span.end)}


def read(text: str) -> datetime:
    """The moment that ``written`` wrote, on the Chinese wall clock."""
    return local(datetime.fromisoformat(text))


def span_of(item: SpanEntry) -> Span:
    """The span that ``span_entry`` wrote."""
    return Span(datetime.fromisoformat(item["start"]), datetime.fromisoformat(item["end"]))


def day_of(item: SpanEntry) -> str:
    """The Chinese calendar day on which it begins."""
    return read(item["start"]).date().isoformat()


def minute(text: str) -> str:
    """``08:30``."""
    return f"{read(text):%H:%M}"


def second(text: str) -> str:
    """``08:30:00``."""
    return f"{read(text):%H:%M:%S}"


def stamp(text: str) -> str:
    """``2025-04-07 08:30:00``."""
    return f"{read(text):%Y-%m-%d %H:%M:%S}"


def clock_span(item: SpanEntry) -> str:
    """``08:30–09:15``, with seconds where the minutes alone would lie."""
    start, end = read(item["start"]), read(item["end"])
    form = second if start.second or end.second else minute
    return f"{form(item['start'])}–{form(item['end'])}"


def length(seconds: float) -> str:
    """``4′18″``; whole seconds, rounded down so that no length looks longer than it is."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}′{rest:02d}″"


def roughly(seconds: int) -> TextEntry:
    """``30 秒`` or ``2 分钟``: how long a person will need."""
    if seconds < _MINUTE_S:
        return {"zh": f"{seconds} 秒", "en": f"{seconds} s"}
    return {"zh": f"{seconds / _MINUTE_S:.0f} 分钟", "en": f"{seconds / _MINUTE_S:.0f} min"}


def day(text: str) -> TextEntry:
    """``2025-04-07（周一）``."""
    weekday = date.fromisoformat(text).weekday()
    return {"zh": f"{text}（周{_WEEKDAYS[weekday]}）", "en": f"{text} ({_DAYS[weekday]})"}


def short_day(text: str) -> TextEntry:
    """``2025-04-07 周一``: always with its year, since a class may run over New Year and a file lies for years."""
    weekday = date.fromisoformat(text).weekday()
    return {"zh": f"{text} 周{_WEEKDAYS[weekday]}", "en": f"{_DAYS[weekday]} {text}"}
