"""通知地址 as a list: where events are told, of which kinds, whether anything is still sent there."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.notifications.event_words import KINDS
from runtime.platform.lists import ListRead, ServedList
from storage.database.accounts.accounts import institutions
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.notifications.webhooks import Webhook, webhooks
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.notifications import WEBHOOKS

_OWN = WEBHOOKS.c
_OPEN, _ENDED = "open", "ended"
_WORDS: dict[str, Text] = {str(kind): text for kind, text in KINDS.items()}
_STATES = {_OPEN: Text("有效", "living"), _ENDED: Text("已停用", "ended")}


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """An address in the list, with of whom it is told."""

    row: Webhook
    institution: str

    @property
    def kinds(self) -> tuple[Text, ...]:
        """Of what it is told."""
        return tuple(_WORDS[kind] for kind in self.row.kinds.split(","))


_PLAN = ListPlan(
    "webhooks",
    Text("通知地址", "Webhooks"),
    "/webhooks",
    (
        ListColumn("q", Text("地址", "Address"), narrows=(_OWN.url,)),
        ListColumn("url", Text("地址", "Address"), cell=lambda one: one.row.url),
        ListColumn(
            "kind",
            Text("通知", "Of"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_WORDS,
            cell=lambda one: "、".join(text.zh for text in one.kinds),
        ),
        ListColumn("reach", Text("范围", "Reach"), cell=lambda one: one.institution or one.row.area or "不限"),
        ListColumn(
            "state",
            Text("状态", "State"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_STATES,
            cell=lambda one: _STATES[_ENDED if one.row.ended_at else _OPEN].zh,
        ),
        ListColumn(
            "made",
            Text("建立", "Made"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.made_at):%Y-%m-%d %H:%M}",
        ),
    ),
    number=_OWN.id,
    rows=WEBHOOKS,
)


def _within(_: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    state, kind = query.given.get("state"), query.given.get("kind")
    where = [_OWN.ended_at.is_not(None) if state == _ENDED else _OWN.ended_at.is_(None)] if state else []
    return [*where, *([(literal(",") + _OWN.kinds + ",").contains(f",{kind},", autoescape=True)] if kind else [])]


def _read(asked: ListRead) -> Sequence[WebhookLine]:
    found = webhooks(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())
    wanted = {one.institution_id for one in found if one.institution_id}
    names = {one.id: one.name for one in institutions(asked.connection, INSTITUTIONS.c.id.in_(wanted))}
    return [WebhookLine(one, names.get(one.institution_id or 0, "")) for one in found]


WEBHOOK_LIST = ServedList(_PLAN, Action.WEBHOOK_READ, _within, _read, lambda one: one.row.id)
