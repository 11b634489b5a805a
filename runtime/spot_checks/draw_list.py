"""抽查 as a list: few, each looked at for whether it is the caller's business, and narrowed afterwards."""

from collections.abc import Sequence

from facts.span import local, local_day
from facts.spot_check import Draw
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from runtime.platform.service import Service
from runtime.spot_checks.access import draws_for
from storage.database.lists import DESCENDING, ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.spot_checks import DRAWS

_REVEALED, _WAITING = "revealed", "waiting"
_STATES = {_REVEALED: Text("已揭示", "revealed"), _WAITING: Text("未揭示", "not revealed")}
_PLAN = ListPlan(
    "checks",
    Text("抽查", "Spot checks"),
    "/checks",
    (
        ListColumn("q", Text("名称或承诺", "Title or commitment"), asked=True),
        ListColumn("title", Text("名称", "Title"), orders=DRAWS.c.title, cell=lambda draw: draw.title),
        ListColumn(
            "state",
            Text("揭示", "Revealed"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_STATES,
            cell=lambda draw: f"{local(draw.revealed_at):%Y-%m-%d %H:%M}" if draw.revealed_at else "未揭示",
        ),
        ListColumn(
            "announced",
            Text("公布", "Announced"),
            ColumnKind.MOMENT,
            asked=True,
            orders=DRAWS.c.committed_at,
            cell=lambda draw: f"{local(draw.committed_at):%Y-%m-%d %H:%M}",
        ),
        ListColumn("commitment", Text("承诺", "Commitment"), cell=lambda draw: draw.commitment),
    ),
    number=None,
    rows=DRAWS,
)


def draws_asked(service: Service, caller: Caller, query: ListQuery) -> Sequence[Draw]:
    """Every draw that is the caller's business and fits."""
    found = [one for one in draws_for(service, caller) if _fits(one, query)]
    if query.sort:
        by_title = query.sort.removeprefix(DESCENDING) == "title"
        found.sort(key=lambda one: one.title if by_title else one.committed_at.isoformat(), reverse=query.descending)
    return found


def _read(asked: ListRead) -> Sequence[Draw]:
    return draws_asked(asked.service, asked.caller, asked.query)[: asked.limit]


def _fits(one: Draw, query: ListQuery) -> bool:
    given, day = query.given, local_day(one.committed_at).isoformat()
    words, state = given.get("q", "").casefold(), given.get("state", "")
    return (
        (words in one.title.casefold() or one.commitment.startswith(words))
        and state in {"", _REVEALED if one.revealed_at else _WAITING}
        and given.get("announced_from", day) <= day <= given.get("announced_to", day)
    )


DRAW_LIST = ServedList(_PLAN, Action.SPOT_CHECK_READ, lambda _caller, _query: [], _read, lambda _: 0)
