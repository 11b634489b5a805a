"""Classes that all end exactly where the money is: at the cap of days, or just at the rate that pays in full (F19)."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted, noun
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

OPEN_PROGRAMME, CAP_DAYS = "普惠制培训", 10
_CAP = HistoryPattern(
    "class.cap",
    Text("普惠制培训全部按上限天数安排", "every open class of the year planned at the cap"),
    "F19",
    ("LX-P1",),
    120,
    (
        Text("职业标准本来就要求这么多天", "the occupation's standard asks for that many days"),
        Text("全年只办同一种班", "only one kind of class was held that year"),
    ),
    (
        Parameter("cap_days", CAP_DAYS, Text("上限是几天", "the cap in days")),
        Parameter("classes", 4, Text("一年至少几个班", "at least so many classes a year")),
    ),
)
_EDGE = HistoryPattern(
    "rate.edge",
    Text("多个班的就业率恰好过线", "employment rates of many classes just at the line"),
    "F19",
    ("YQ-M2", "LX-M2"),
    300,
    (
        Text(
            "小班人数少，达标人数本来就容易恰好过线", "in small classes the number needed is easily the number reached"
        ),
        Text("确有招聘活动，按名额招满", "a real hiring campaign that filled its places"),
    ),
    (
        Parameter("per_cent", 80, Text("过线的百分比", "the line in per cent")),
        Parameter("classes", 4, Text("一年至少几个班", "at least so many classes a year")),
        Parameter("of_all", 60, Text("占该机构当年各班的百分比", "this share of the institution's classes that year")),
    ),
)


def _cap_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    year, classes, cap = match.numbers["year"], match.numbers["classes"], question.numbers["cap_days"]
    return Text(
        f"{match.subject} {year} 年 {classes} 个普惠制班全部按上限 {cap} 天安排",
        f"all {classes} {noun(classes, 'open class')} of {match.subject} in {year} are at the cap of {counted(cap, 'day')}",
    )


def _edge_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    year, classes, at_line = (match.numbers[name] for name in ("year", "classes", "at_line"))
    line = question.numbers["per_cent"]
    return Text(
        f"{match.subject} {year} 年 {classes} 个班中 {at_line} 个的就业率恰好过 {line}%，少一人即不达标",
        f"{at_line} of {counted(classes, 'class')} of {match.subject} in {year} reach {line} % with nobody to spare",
    )


DETECTORS = (
    HistoryDetector(_CAP, _cap_words, ("classes",), programme=OPEN_PROGRAMME),
    HistoryDetector(_EDGE, _edge_words, ("at_line", "classes")),
)
