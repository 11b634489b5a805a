"""What is said of a timetable by weekdays: which days it was laid on, or which line it lacks."""

from ingest.tables.fault import Faults
from ingest.tables.week_calendar import CalendarWords, WeekCalendar

_GIVES = {
    "start": (
        "第 1 周从哪天开始",
        "the day on which week 1 begins",
        "在表的上方加一行，如“开课日期：2025-03-03”，或把日期写进星期那一格，如“星期一 3月3日”",
        "write a line above the table such as 开课日期：2025-03-03, or the dates beside the weekdays",
    ),
    "weeks": (
        "上哪几周",
        "the weeks",
        "在表的上方写明，如“第1-16周”，或写起止日期，如“2025-03-03 至 2025-06-20”",
        "write them above the table, such as 第1-16周, or the first and last day, such as 2025-03-03 至 2025-06-20",
    ),
    "one_range": (
        "究竟上哪几周（几处写的周次不同）",
        "which of the weeks that it states in several places",
        "在表的上方只写一处，如“第1-16周”；某几周停课请写“停课：第9周”",
        "state them once above the table, such as 第1-16周, and weeks without lessons as 停课：第9周",
    ),
}


def calendar_told(found: CalendarWords, shape: tuple[str, str], where: str, faults: Faults) -> WeekCalendar | None:
    """The calendar with a note of the days that were worked out, or a fault for each missing piece."""
    for name in found.missing:
        zh, en, how_zh, how_en = _GIVES[name]
        faults.fault(
            where,
            f"认出是{shape[0]}的课表，但没有写{zh}，学时排不到日期上，整张表未用；请{how_zh}",
            f"{shape[1]} that does not say {en}, so nothing of it was used; {how_en}",
        )
    for words in found.unread:
        faults.fault(
            where,
            f"“{words.strip()[:40]}”看不出是哪几天没有课，这些天仍排了学时；请写明日期，如“停课：5月1日至5月5日”或“停课：第9周”",
            f"{words.strip()[:40]!r} does not say which days have no lessons, so they were planned all the same; write the "
            "dates, such as 停课：5月1日至5月5日 or 停课：第9周",
        )
    calendar = found.calendar
    if calendar:
        first, weeks = calendar.first_monday, calendar.weeks
        free = f"，已除去 {len(calendar.free)} 个停课日" if calendar.free else "，没有除去节假日"
        faults.note(
            where,
            f"{shape[0]}的课表按第 1 周为 {first}（星期一）起、第 {weeks[0]}–{weeks[-1]} 周排出日期{free}；"
            "放假停课请在表上写明，如“停课：5月1日至5月5日”",
            f"{shape[1]}: week 1 begins on Monday {first}, weeks {weeks[0]}–{weeks[-1]}; days without lessons taken out: "
            f"{len(calendar.free)}; write others on the sheet, such as 停课：5月1日至5月5日",
        )
    return calendar
