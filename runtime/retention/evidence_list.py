"""留存 as a list: what is kept and when its duty ends, each piece with what holds it."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select

from facts.span import local, local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.retention.deadlines import GRACE, DueObject, due
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from runtime.retention.access import evidence_reached
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.retention import HOLDS, OBJECTS, USES
from storage.retention.pages import LIVE, free, holds_of, live, under_hold

_OWN = OBJECTS.c
_SOON, _LATER, _ALL, _HELD, _FREE = "30", "90", "all", "held", "free"
_MOST_IN_FORCE = 5_000
SPANS = {_SOON: timedelta(days=30), _LATER: timedelta(days=90), _ALL: timedelta(days=36_500)}
WARNED = SPANS[_SOON]
_DUE = {
    _LATER: Text("90 日内到期", "due within 90 days"),
    _ALL: Text("全部在留存的", "all that is kept"),
}
_HOLDING = {_HELD: Text("冻结中", "held"), _FREE: Text("未冻结", "not held")}
_WORDS = {
    "recording": Text("录像", "recording"),
    "video": Text("录像", "recording"),
    "roster": Text("花名册", "roster"),
    "timetable": Text("课表", "timetable"),
    "checkins": Text("打卡记录", "check-ins"),
    "leave": Text("请假", "leave"),
    "manifest": Text("班期说明", "class file"),
}


def label_text(label: str) -> Text:
    """A label of the register in the reader's words; a camera's name stays as it is."""
    word, _, rest = label.partition(" ")
    known = _WORDS.get(word, Text(word, word))
    return Text(f"{known.zh} {rest}".strip(), f"{known.en} {rest}".strip())


def last_day(row: DueObject) -> date:
    """The last day on which it must still be there."""
    return local_day(row.kept.keep_until - timedelta(microseconds=1))


def _what(row: DueObject) -> str:
    return label_text(row.kept.binding.label).zh


def _deletable(row: DueObject) -> str:
    return "" if row.holds else f"{local(row.deletable_from):%Y-%m-%d}"


def _used(words: str) -> ColumnElement[bool]:
    own = [one.icontains(words, autoescape=True) for one in (USES.c.class_id, USES.c.institution)]
    return _OWN.number.in_(select(USES.c.object).where(or_(*own)))


_PLAN = ListPlan(
    "retention",
    Text("留存", "Kept evidence"),
    "/retention",
    (
        ListColumn("q", Text("班期编号或机构", "Class code or institution"), match=_used),
        ListColumn(
            "days",
            Text("多久内到期", "Due within"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_DUE,
            whole=Text("30 日内或已到期", "due within 30 days, or due"),
        ),
        ListColumn("held", Text("冻结", "Held"), ColumnKind.CHOICE, asked=True, choices=_HOLDING),
        ListColumn("number", Text("编号", "No."), cell=lambda row: row.kept.number),
        ListColumn("stage", Text("状态", "Stage"), cell=lambda row: row.stage.text.zh),
        ListColumn("class", Text("班期", "Class"), cell=lambda row: " ".join(row.kept.class_ids)),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda row: row.kept.binding.institution),
        ListColumn("what", Text("内容", "What"), cell=_what),
        ListColumn("sha256", Text("SHA-256", "SHA-256"), cell=lambda row: row.kept.digest.sha256),
        ListColumn(
            "size",
            Text("大小（字节）", "Size (bytes)"),
            ColumnKind.COUNT,
            narrows=(_OWN.size_bytes,),
            cell=lambda row: row.kept.size_bytes,
        ),
        ListColumn(
            "until",
            Text("留存至", "Kept until"),
            ColumnKind.MOMENT,
            narrows=(_OWN.keep_until,),
            orders=_OWN.keep_until,
            cell=lambda row: last_day(row).isoformat(),
        ),
        ListColumn("rule", Text("依据", "Rule"), cell=lambda row: row.kept.binding.rule),
        ListColumn("deletable", Text("最早删除", "Deletable from"), cell=_deletable),
        ListColumn(
            "holds", Text("冻结理由", "Held because"), cell=lambda row: "；".join(one.reason for one in row.holds)
        ),
    ),
    number=_OWN.number,
    rows=OBJECTS,
    newest_first=False,
    first_sort="until",
    first_order=Text("先到期在前", "the earliest end first"),
)


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    held = query.given.get("held")
    where = [LIVE, evidence_reached(caller)]
    return [*where, *([under_hold() if held == _HELD else free()] if held in _HOLDING else [])]


def _read(asked: ListRead) -> Sequence[DueObject]:
    query, now = asked.query, asked.service.clock()
    ahead = _ahead(query)
    soon = [] if ahead is None else [_OWN.keep_until <= now + ahead]
    found = live(asked.connection, *asked.where, *soon, order=query.order(), limit=asked.limit)
    in_force = holds_of(asked.connection, HOLDS.c.released_at.is_(None), limit=_MOST_IN_FORCE) if found else ()
    return [due(one, in_force, now, grace=GRACE, within=ahead or WARNED) for one in found]


def _ahead(query: ListQuery) -> timedelta | None:
    """How far ahead is looked; without a word of it a month, and where days or a class are named, all of it."""
    named = query.given.get("days", "")
    if named in SPANS:
        return None if named == _ALL else SPANS[named]
    return None if {"until_from", "until_to"} & set(query.given) else WARNED


EVIDENCE_LIST = ServedList(_PLAN, Action.RETENTION_READ, _within, _read, lambda row: row.kept.number)
