"""政策库 as a list: every document at hand, in which places it is law and whether it is in force today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, column, table

from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from policy.rulebook import Rulebook
from runtime.platform.list_rows import fitting
from runtime.platform.lists import ListRead, ServedList
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_within
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery

_IN_FORCE, _LAPSED, _COMING = "in_force", "lapsed", "coming"
_STATES = {
    _IN_FORCE: Text("今天有效", "in force today"),
    _LAPSED: Text("已失效", "lapsed"),
    _COMING: Text("尚未生效", "not yet in force"),
}


@dataclass(frozen=True, slots=True)
class RulebookLine:
    """A document in the list, as of a day."""

    book: Rulebook
    as_of: date

    @property
    def places(self) -> str:
        """Where it is law."""
        return "、".join(self.book.places)

    @property
    def state(self) -> str:
        """Whether it is in force."""
        if self.book.valid.covers(self.as_of):
            return _IN_FORCE
        return _COMING if self.book.valid.first > self.as_of else _LAPSED


def _named(line: RulebookLine) -> str:
    return line.book.number or line.book.id


def _last(line: RulebookLine) -> str:
    return line.book.valid.last.isoformat() if line.book.valid.last else ""


_PLAN = ListPlan(
    "policy",
    Text("政策库", "Policies"),
    "/policy",
    (
        ListColumn("q", Text("文号、标题或地区", "Number, title or place"), asked=True),
        ListColumn("number", Text("文件", "Document"), orders=column("number"), cell=_named),
        ListColumn("title", Text("标题", "Title"), cell=lambda line: line.book.title.zh),
        ListColumn("place", Text("地区", "Place"), cell=lambda line: line.places),
        ListColumn(
            "state",
            Text("效力", "State"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_STATES,
            cell=lambda line: line.book.valid.state(line.as_of).zh,
        ),
        ListColumn(
            "first",
            Text("生效", "In force from"),
            ColumnKind.DAY,
            asked=True,
            orders=column("first"),
            cell=lambda line: line.book.valid.first.isoformat(),
        ),
        ListColumn("last", Text("失效", "Until"), ColumnKind.DAY, asked=True, orders=column("last"), cell=_last),
        ListColumn("rules", Text("规则", "Rules"), cell=lambda line: len(line.book.rules)),
        ListColumn("sha256", Text("SHA-256", "SHA-256"), cell=lambda line: line.book.sha256),
    ),
    number=None,
    rows=table("rulebook_at_hand"),
    newest_first=False,
)


def _lines(service: Service, connection: Connection) -> Sequence[RulebookLine]:
    today = local_day(service.clock())
    return [RulebookLine(book, today) for book in shelf_within(connection, service.settings, today).books]


def _said(line: RulebookLine) -> str:
    book = line.book
    return f"{book.id} {book.number} {book.title.zh} {book.title.en} {line.places}"


def rulebooks_asked(service: Service, connection: Connection, query: ListQuery) -> Sequence[RulebookLine]:
    """Every document that fits."""
    said = {
        "q": _said,
        "state": lambda line: (line.state,),
        "first": lambda line: line.book.valid.first.isoformat(),
        "last": _last,
    }
    ways = {"number": _named, "first": lambda line: line.book.valid.first, "last": lambda line: _last(line) or "9999"}
    return fitting(query, _lines(service, connection), said, ways)


def _read(asked: ListRead) -> Sequence[RulebookLine]:
    return rulebooks_asked(asked.service, asked.connection, asked.query)[: asked.limit]


RULEBOOK_LIST = ServedList(_PLAN, Action.POLICY_READ, lambda _caller, _query: [], _read, lambda _: 0)
