"""More at once than usual and more than others: certificates of a day, classes that open in a week (F19)."""

from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.text import Text
from storage.database.tables.history import CERTIFICATES, CLASSES
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, party

_DAYS_A_WEEK = 7
_TIMES = Parameter("times", 5, Text("是平时和同行的几倍", "so many times the usual and the peers'"))
_CAMPAIGN = Text("真实的集中活动，同行当时也多", "a real campaign; the peers are then busy as well")
_CERTIFICATES = HistoryPattern(
    "burst.certificates",
    Text("一天内集中发证", "a burst of certificates on one day"),
    "F19",
    (),
    600,
    (_CAMPAIGN, Text("积压的证书同一天制作", "a backlog that was printed on one day")),
    (Parameter("at_least", 100, Text("一天至少几张", "at least so many a day")), _TIMES),
)
_CLASSES = HistoryPattern(
    "burst.classes",
    Text("一周内集中开班", "a burst of classes that open in one week"),
    "F19",
    (),
    600,
    (_CAMPAIGN, Text("按季度集中审批后一起开班", "classes that were approved together at the quarter's end")),
    (Parameter("at_least", 10, Text("一周至少几个班", "at least so many a week")), _TIMES),
)


def _out_of_line(counts: Subquery, params: Params) -> "Select[Any]":
    """Against the same party at other times, and against the others at the same time, each left out of its own mean."""
    measured = select(
        counts,
        (func.sum(counts.c.n).over(partition_by=counts.c.party) - counts.c.n).label("own"),
        (func.count().over(partition_by=counts.c.party) - 1).label("own_times"),
        (func.sum(counts.c.n).over(partition_by=counts.c.at) - counts.c.n).label("peers"),
        (func.count().over(partition_by=counts.c.at) - 1).label("peer_count"),
    ).subquery()
    who = party("who")
    n, times = measured.c.n, params["times"]
    return (
        select(called(who).label("name"), measured)
        .join(who, who.c.id == measured.c.party)
        .where(
            n >= params["at_least"],
            n * measured.c.own_times >= times * measured.c.own,
            n * measured.c.peer_count >= times * measured.c.peers,
        )
    )


def _certificates(params: Params, _: ClaimScope) -> "Select[Any]":
    c = CERTIFICATES
    daily = select(c.c.evaluator.label("party"), c.c.issued_day.label("at"), func.count().label("n"))
    return _out_of_line(daily.group_by(c.c.evaluator, c.c.issued_day).subquery(), params)


def _classes(params: Params, _: ClaimScope) -> "Select[Any]":
    c = CLASSES
    week = c.c.first_day - c.c.first_day % _DAYS_A_WEEK
    opened = select(c.c.institution.label("party"), week.label("at")).subquery()
    weekly = select(opened.c.party, opened.c.at, func.count().label("n")).group_by(opened.c.party, opened.c.at)
    return _out_of_line(weekly.subquery(), params)


def _certificates_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    day = day_of(row.at)
    words = Text(
        f"{row[0]} 在 {day} 一天发证 {row.n} 张，平时一天 {_mean(row.own, row.own_times)} 张，同行当天 {_mean(row.peers, row.peer_count)} 张",
        f"{row[0]} issued {row.n} certificates on {day}; usually {_mean(row.own, row.own_times)} a day,"
        f" peers that day {_mean(row.peers, row.peer_count)}",
    )
    return HistoryDoubt(_CERTIFICATES, words, day, numbers={"certificates": row.n})


def _classes_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    day = day_of(row.at)
    words = Text(
        f"{row[0]} 在 {day} 起的一周开 {row.n} 个班，平时一周 {_mean(row.own, row.own_times)} 个，同行同周 {_mean(row.peers, row.peer_count)} 个",
        f"{row[0]} opened {row.n} classes in the week of {day}; usually {_mean(row.own, row.own_times)} a week,"
        f" peers that week {_mean(row.peers, row.peer_count)}",
    )
    return HistoryDoubt(_CLASSES, words, day, numbers={"classes": row.n})


def _mean(total: int, count: int) -> int:
    return round(int(total) / count) if count else 0


DETECTORS = (
    Detector(_CERTIFICATES, _certificates, _certificates_told, of_claims=False),
    Detector(_CLASSES, _classes, _classes_told, of_claims=False),
)
