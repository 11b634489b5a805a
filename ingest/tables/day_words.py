"""What a date's cell says beside its date: that it stands for several days, or a weekday that is not the date's."""

import re
from datetime import date

from ingest.tables.cells import Cell, CellKind
from ingest.tables.fault import Faults
from ingest.tables.moments import Years, find_day

_ORDER = "一二三四五六日"
_WEEKDAY = re.compile(r"(?<![\d第])(?:星期|周|礼拜)\s*([一二三四五六日天])")
_MORE = re.compile(
    r"[\s()]*(?:至|到|-+|~+|—+|–|、|,|和|及|/)\s*(?:20\d\d\s*[年./-]\s*)?\d{1,2}(?!\s*[:时点\d])|.*(?:至|到)\s*20\d\d"
)
_BARE_DAYS = re.compile(r"\d{1,2}\s*(?:[日号]\s*)?(?:至|到|-+|~+|—+|–|、|,|和|及)\s*\d{1,2}\s*[日号]")
_LIST = re.compile(r"[一二三四五六日1-7](?:(?:-|~|—|–|至|到)[一二三四五六日1-7]|[、,/和及]?[一二三四五六日1-7])*")


def several_days(cell: Cell, years: Years) -> bool:
    """Whether the cell names more days than one, such as 4月7日至9日: nobody knows whether each is taught."""
    text = cell.plain
    if cell.kind is not CellKind.TEXT:
        return False
    found = find_day(text, years)
    return bool(_BARE_DAYS.fullmatch(text) or (found and _MORE.match(found[1])))


def weekday_of(text: str) -> int | None:
    """The one weekday that the words name, Monday being 0."""
    found = {sign.replace("天", "日") for sign in _WEEKDAY.findall(text)}
    return _ORDER.index(found.pop()) if len(found) == 1 else None


def weekdays_of(text: str) -> tuple[int, ...]:
    """Every weekday that a list names: 周一, 周一至周五, 星期一、三、五, 6; none where it says anything else."""
    bare = re.sub(r"每|星期|周|礼拜|\s", "", text).replace("天", "日")
    if not _LIST.fullmatch(bare):
        return ()
    made: list[int] = []
    ranged = False
    for sign in bare:
        number = int(sign) - 1 if sign.isdecimal() else _ORDER.find(sign)
        if number < 0:
            ranged = sign in "-~—–至到"
            continue
        if ranged and number < made[-1]:
            return ()
        made += range(made[-1] + 1, number + 1) if ranged else (number,)
        ranged = False
    return tuple(dict.fromkeys(made))


def tell_weekday(day: date, words: str, place: str, faults: Faults, column: str = "") -> None:
    """The fault of a weekday that contradicts the date beside it, in its own cell or in a column of weekdays."""
    listed = weekdays_of(column)
    said = listed[0] if len(listed) == 1 else weekday_of(words)
    if said is not None and said != day.weekday():
        faults.fault(
            place,
            f"{day} 是星期{_ORDER[day.weekday()]}，表上写的是星期{_ORDER[said]}，现按日期计；请核对日期和星期",
            f"{day} is a {day:%A}, but the table says another weekday: the date was taken; check both",
        )


def tell_several(cell: Cell, place: str, faults: Faults) -> None:
    """The fault of a cell that names several days."""
    faults.fault(
        place,
        f"“{cell.plain[:24]}”写了几天，看不出是不是每天都上，未计学时；请一天一行",
        f"{cell.plain[:24]!r} names several days and does not say whether each is taught: not counted; give each day a "
        "row of its own",
    )


def tell_unread_day(cell: Cell, place: str, faults: Faults) -> None:
    """The fault of a cell that should hold a date."""
    faults.fault(
        place,
        f"日期“{cell.plain[:20]}”读不出年月日，未计学时；请写成如 2025-04-07",
        f"date {cell.plain[:20]!r} is no full date: not counted; write it like 2025-04-07",
    )


def tell_free_day(day: date, place: str, faults: Faults) -> None:
    """The fault of a lesson on a day that the same table takes out."""
    faults.fault(
        place,
        f"{day} 在表上写着停课或放假，又排了课，看不出上不上，未计学时；请只留一处",
        f"the table says elsewhere that nothing is taught on {day}: not counted; keep one of the two",
    )
