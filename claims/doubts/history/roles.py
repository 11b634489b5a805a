"""People and institutions in a place where they may not be: on a pension, on the staff, under rectification."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_STALE = Text("名单过期：待遇已停或当时尚未领取", "a stale list: the pension had ended, or had not begun")
_PENSION = HistoryPattern(
    "pension.trainee",
    Text("按月领取养老金的人享受培训补贴", "somebody on a monthly pension in a subsidised class"),
    "F17",
    ("YQ-E1", "WY-E1"),
    30,
    (_STALE, Text("领的是城乡居民养老金，不在该条之内", "a residents' pension, which the clause does not mean")),
    (
        Parameter(
            "grace_days", 31, Text("开班前多少天内开始领取不计", "begun this shortly before the class: not counted")
        ),
    ),
)
_STAFF = HistoryPattern(
    "staff.trainee",
    Text("机构自己的教职工当学员", "the institution's own staff as its trainees"),
    "F17",
    ("YQ-P9",),
    60,
    (
        Text("员工真的参加了另一工种的培训", "a member of staff who truly learns another trade"),
        Text("已经离职而名单未更新", "somebody who had left, on a stale list"),
    ),
)
_SANCTION = HistoryPattern(
    "sanction.class",
    Text("整改期间开班", "a class during a rectification period"),
    "F17",
    ("YQ-P8",),
    60,
    (
        Text("整改已提前结束", "the rectification had ended early"),
        Text("处罚只涉及另一校区或工种", "the sanction concerns another site or trade"),
    ),
)


def _pension_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,), since, classes = match.people, match.days["since"], match.numbers["classes"]
    return Text(
        f"{person} 自 {since} 起领取养老金，之后仍在 {classes} 个班",
        f"{person} draws a pension since {since} and is in {counted(classes, 'class')} after it",
    )


def _staff_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,), since, classes = match.people, match.days["since"], match.numbers["classes"]
    return Text(
        f"{person} 是该机构教职工（{since} 起），又在其 {classes} 个班里当学员",
        f"{person} is on the institution's staff since {since} and a trainee in {classes} of its classes",
    )


def _sanction_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (course,), days = match.classes, match.days
    span, rectified = f"{days['first']} – {days['last']}", f"{days['from']} – {days.get('until', '…')}"
    return Text(
        f"{course}（{span}）在整改期内（{rectified}）",
        f"{course} ({span}) lies within a rectification period ({rectified})",
    )


DETECTORS = (
    HistoryDetector(_PENSION, _pension_words, ("classes",)),
    HistoryDetector(_STAFF, _staff_words, ("classes",)),
    HistoryDetector(_SANCTION, _sanction_words),
)
