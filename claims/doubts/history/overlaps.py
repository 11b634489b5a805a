"""One person in two classes of different institutions at once: the strongest sign that needs no video (F9)."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_INNOCENT = (
    Text("请假或换班，有记录", "leave, or a move to the other class, on record"),
    Text("身份证号录错", "a mistyped ID number"),
    Text("课表改期而未更新登记", "a timetable that was changed and not registered again"),
)
_HOURS = HistoryPattern(
    "overlap.hours",
    Text("同一人同一时间在两个机构上课", "one person taught by two institutions at the same hours"),
    "F9",
    (),
    40,
    _INNOCENT,
    (
        Parameter(
            "minutes", 15, Text("重叠多少分钟才列出（钟差）", "how many minutes count, clocks being what they are")
        ),
    ),
)
_DAYS = HistoryPattern(
    "overlap.days",
    Text(
        "同一人同期在两个机构的班里，课表未知",
        "one person in classes of two institutions on the same days, hours unknown",
    ),
    "F9",
    (),
    300,
    (*_INNOCENT, Text("一个是白天班，一个是夜班", "one class by day and one by night")),
    (Parameter("days", 2, Text("重叠多少天才列出", "how many days count")),),
)


def _hours_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,), (one, two), minutes = match.people, match.classes, match.numbers["minutes"]
    return Text(
        f"{person} 同时在 {one} 与 {two} 上课，重叠 {minutes} 分钟",
        f"{person} is in {one} and in {two} at once, {counted(minutes, 'minute')} together",
    )


def _days_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,), (one, two), days = match.people, match.classes, match.numbers["days"]
    return Text(
        f"{person} 在 {one} 与 {two} 的班期重叠 {days} 天，课表未导入，不知是否同时",
        f"{person} is in {one} and {two} over the same {counted(days, 'day')}; their timetables are not known",
    )


DETECTORS = (HistoryDetector(_HOURS, _hours_words, ("minutes",)), HistoryDetector(_DAYS, _days_words, ("days",)))
