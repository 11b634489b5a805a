"""A class hour's two ends beside a half-day word, and what must be confirmed of them before anybody relies on it."""

from datetime import datetime, timedelta

from facts.span import local
from ingest.tables.fault import Faults
from ingest.tables.half_days import contradicts, governed, unlikely


def confirmed(start: datetime, end: datetime, half: str, place: str, faults: Faults) -> tuple[datetime, datetime]:
    """The ends as the word means them; an hour that hardly anybody teaches in leaves a fault and stays as it is."""
    written = local(start)
    if half:
        start = _governed(start, half)
        if end <= start or _clock(end) < _clock(start):
            end = _governed(end, half)
        if contradicts(written - written.replace(hour=0, minute=0, second=0, microsecond=0), half):
            faults.fault(
                place,
                f"“{half}”与 {written:%H:%M} 不像一回事，现按 {local(start):%H:%M} 计；请核对并改成 24 小时制，如 14:30",
                f"{half} and {written:%H:%M} hardly belong together: taken as {local(start):%H:%M}; check it and write "
                "the 24-hour time, such as 14:30",
            )
    if end > start and unlikely(local(start).time(), local(end).time(), half):
        faults.fault(
            place,
            f"学时 {local(start):%H:%M}–{local(end):%H:%M} 在 06:00–23:00 之外，请确认：下午的课请写“下午”或 24 小时制"
            "（如 14:30）；确实在凌晨或深夜上课，请在时间前写“凌晨”或“晚上”",
            f"the class hour {local(start):%H:%M}–{local(end):%H:%M} lies outside 06:00–23:00, please confirm: for the "
            "afternoon write 下午 or the 24-hour time (14:30); if it is really taught then, write 凌晨 or 晚上 before it",
        )
    return start, end


def _clock(moment: datetime) -> timedelta:
    shown = local(moment)
    return shown - shown.replace(hour=0, minute=0, second=0, microsecond=0)


def _governed(moment: datetime, half: str) -> datetime:
    clock = _clock(moment)
    return moment + (governed(clock, half) - clock)
