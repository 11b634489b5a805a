"""审计日志 as a list: every entry, the newest first; those of records, which stand beside every other, only if asked for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.evidence_log import LEAVES
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.rows import LogEntry, Rows

_OWN = LEAVES.c
_PLAN = ListPlan(
    "audit",
    Text("审计日志", "Audit log"),
    "/audit",
    (
        ListColumn("number", Text("序号", "No."), cell=lambda entry: entry.place + 1),
        ListColumn(
            "at",
            Text("时间", "Time"),
            ColumnKind.MOMENT,
            narrows=(_OWN.at,),
            orders=_OWN.place,
            cell=lambda entry: f"{local(entry.leaf.at):%Y-%m-%d %H:%M:%S}",
        ),
        ListColumn(
            "kind",
            Text("类别", "Kind"),
            ColumnKind.CHOICE,
            narrows=(_OWN.kind,),
            choices={one.value: one.text for one in LeafKind},
            cell=lambda entry: entry.leaf.kind.text.zh,
        ),
        ListColumn(
            "about", Text("对象含", "Subject holds"), match=lambda words: _OWN.subject.contains(words, autoescape=True)
        ),
        ListColumn("subject", Text("对象", "Subject"), cell=lambda entry: entry.leaf.subject),
        ListColumn("note", Text("附注", "Note"), cell=lambda entry: entry.leaf.note),
        ListColumn("sha256", Text("SHA-256", "SHA-256"), cell=lambda entry: entry.leaf.sha256.sha256),
    ),
    number=_OWN.place,
    rows=LEAVES,
)


def _within(_: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    return [] if query.given.get("kind") else [_OWN.kind != LeafKind.RECORD.value]


def _read(asked: ListRead) -> Sequence[LogEntry]:
    newest_first = asked.query.descending
    return Rows(asked.connection).entries(*asked.where, limit=asked.limit, newest_first=newest_first)


LEAF_LIST = ServedList(_PLAN, Action.AUDIT_READ, _within, _read, lambda entry: entry.place)
