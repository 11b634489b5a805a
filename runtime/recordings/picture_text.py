"""How old a picture is, in units that a glance takes in."""

from datetime import timedelta

from facts.text import Text

_DAY_H = 24


def age_text(age: timedelta) -> Text:
    """Seconds, then minutes, then hours, then days."""
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return Text(f"{seconds} 秒", f"{seconds} s")
    if not hours:
        return Text(f"{minutes} 分钟", f"{minutes} min")
    if hours < _DAY_H:
        return Text(f"{hours} 小时 {rest} 分", f"{hours} h {rest} min")
    return Text(f"{hours // _DAY_H} 天", f"{hours // _DAY_H} d")
