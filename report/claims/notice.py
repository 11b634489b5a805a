"""The public notice (公示) counted on the State Council's calendar."""

from datetime import date, timedelta

from facts.claim import Notice
from facts.errors import SetupError
from policy.kinds import ProcessDeadline
from policy.kinds.process import Event
from policy.rulebook import Rule, Rulebook
from policy.workdays import is_workday, workdays_between
from report.claims.schema import NoticeEntry

_MOST_DAYS = 60


def notice_rule(book: Rulebook) -> tuple[Rule, ProcessDeadline] | None:
    """The clause that asks for a notice of so many working days."""
    found = book.of_kind(ProcessDeadline)
    return next((pair for pair in found if pair[1].event is Event.NOTICE and pair[1].min_workdays), None)


def notice_entry(book: Rulebook | None, notices: tuple[Notice, ...] | None, today: date) -> NoticeEntry | None:
    """The longest notice that was given, counted; nothing where no clause asks for one."""
    asked = notice_rule(book) if book else None
    if asked is None:
        return None
    rule, params = asked
    needed = params.min_workdays or 0
    given = _longest(notices or ())
    first, last = (given.first, given.last) if given else (None, None)
    enough = day_enough(first, needed) if first else None
    contents = given.contents if given else None
    return {
        "rule": rule.id,
        "quote": rule.quotes[0],
        "article": rule.article,
        "needed": needed,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "workdays": _counted(first, last) if first and last else None,
        "enough_on": enough.isoformat() if enough else None,
        "left": _left(first, needed, today) if first else None,
        "days": [day.isoformat() for day in working_days(first, needed)] if first else [],
        "contents": list(contents or ()),
        "contents_missing": [item for item in params.contents if contents is not None and item not in contents],
    }


def working_days(first: date, needed: int) -> list[date]:
    """The working days that have to pass, the first day of the notice counted where it is one."""
    found: list[date] = []
    day = first
    while len(found) < needed and (day - first).days < _MOST_DAYS:
        try:
            if is_workday(day):
                found.append(day)
        except SetupError:
            return []
        day += timedelta(days=1)
    return found


def day_enough(first: date, needed: int) -> date | None:
    """The working day at whose end the notice has run long enough."""
    days = working_days(first, needed)
    return days[-1] if len(days) == needed and days else None


def _left(first: date, needed: int, today: date) -> int | None:
    """How many working days are still to run, today counted as running."""
    days = working_days(first, needed)
    return sum(day >= today for day in days) if days else None


def _counted(first: date, last: date) -> int | None:
    try:
        return workdays_between(first, last)
    except SetupError:
        return None


def _longest(notices: tuple[Notice, ...]) -> Notice | None:
    dated = [one for one in notices if one.first]
    return max(dated, key=lambda one: (one.last or date.min) - (one.first or date.min), default=None)
