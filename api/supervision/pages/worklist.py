"""What the first page says of supervision: what waits for this reader, and what is overdue."""

from collections.abc import Sequence

from sqlalchemy import Connection

from api.http.discovery import TodoItem
from facts.span import local_day
from facts.supervision import MeasureStage
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.supervision.measures import seen
from runtime.supervision.worklist import late, waiting
from storage.database.supervision.measures import MeasureRow, measures

_MOST = 20


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """The oldest first; an answer that is overdue is told to both sides."""
    if not caller.may(Action.SUPERVISION_READ):
        return ()
    today = local_day(service.clock())
    rows = measures(connection, *seen(caller), waiting(caller), limit=_MOST, newest_first=False)
    behind = measures(connection, *seen(caller), late(today), limit=_MOST, newest_first=False)
    overdue = {one.id for one in behind}
    mine = {one.id for one in rows}
    both = (*rows, *(one for one in behind if one.id not in mine))
    return [_task(one, caller, overdue=one.id in overdue) for one in both]


def _task(row: MeasureRow, caller: Caller, *, overdue: bool) -> TodoItem:
    kind = row.of.text
    what = row.state
    if row.at is MeasureStage.IN_FORCE and caller.may(Action.SUPERVISION_ANSWER):
        what = Text("请答复", "please answer")
    if overdue:
        what = Text("逾期未答复", "the answer is overdue")
    said = Text(f"监管：{kind.zh} {row.id} 号 · {what.zh}", f"Supervision: {kind.en} {row.id} · {what.en}")
    until = Text(f" · 期限 {row.term}", f" · by {row.term}") if row.term else Text("", "")
    detail = Text(f"{row.institution}{until.zh}", f"{row.institution}{until.en}")
    return TodoItem(16, said, f"/supervision/{row.id}", detail, "fail" if overdue else "unproven")
