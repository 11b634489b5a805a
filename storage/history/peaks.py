"""More at once than usual and more than others: certificates of a day, classes that open in a week (F19)."""

from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select

from facts.history import HistoryMatch, HistoryQuestion
from storage.database.tables.history import CERTIFICATES, CLASSES
from storage.history.query import ClaimScope, HistoryQuery, called, day_of, party

_DAYS_A_WEEK = 7


def _out_of_line(counts: Subquery, question: HistoryQuestion) -> "Select[Any]":
    """Against the same party at other times, and against the others at the same time, each left out of its own mean."""
    measured = select(
        counts,
        (func.sum(counts.c.n).over(partition_by=counts.c.party) - counts.c.n).label("own"),
        (func.count().over(partition_by=counts.c.party) - 1).label("own_times"),
        (func.sum(counts.c.n).over(partition_by=counts.c.at) - counts.c.n).label("peers"),
        (func.count().over(partition_by=counts.c.at) - 1).label("peer_count"),
    ).subquery()
    who = party("who")
    n, times = measured.c.n, question.numbers["times"]
    return (
        select(called(who).label("name"), measured)
        .join(who, who.c.id == measured.c.party)
        .where(
            n >= question.numbers["at_least"],
            n * measured.c.own_times >= times * measured.c.own,
            n * measured.c.peer_count >= times * measured.c.peers,
        )
    )


def _certificates(question: HistoryQuestion, _: ClaimScope) -> "Select[Any]":
    c = CERTIFICATES
    daily = select(c.c.evaluator.label("party"), c.c.issued_day.label("at"), func.count().label("n"))
    return _out_of_line(daily.group_by(c.c.evaluator, c.c.issued_day).subquery(), question)


def _classes(question: HistoryQuestion, _: ClaimScope) -> "Select[Any]":
    c = CLASSES
    week = c.c.first_day - c.c.first_day % _DAYS_A_WEEK
    opened = select(c.c.institution.label("party"), week.label("at")).subquery()
    weekly = select(opened.c.party, opened.c.at, func.count().label("n")).group_by(opened.c.party, opened.c.at)
    return _out_of_line(weekly.subquery(), question)


def _certificates_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.at), row.name, numbers={"certificates": row.n, **_usual(row)})


def _classes_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.at), row.name, numbers={"classes": row.n, **_usual(row)})


def _usual(row: "Row[Any]") -> dict[str, int]:
    """Sums and counts of the party's other times and of its peers at that time."""
    return {name: int(getattr(row, name)) for name in ("own", "own_times", "peers", "peer_count")}


QUERIES = {
    "burst.certificates": HistoryQuery(_certificates, _certificates_match),
    "burst.classes": HistoryQuery(_classes, _classes_match),
}
