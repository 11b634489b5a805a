"""What the first page says of doubts: those that wait for this reader, the oldest first, and how many."""

from collections.abc import Sequence

from sqlalchemy import Connection

from api.http.discovery import TodoItem
from facts.doubt_case import Stage
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Action
from report.times import day as named_day
from report.times import read
from runtime.accounts.caller import Caller
from runtime.classes.addresses import day_path, doubt_path
from runtime.doubts.class_doubts import ClassDoubt, doubts_found, turn_of
from runtime.platform.service import Service
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import doubts_by_stage, oldest_by_kind

_EACH = 6


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """One line for each kind of a class, so that none hides the others; all of them behind one link."""
    if not caller.may(Action.VERDICT_READ):
        return ()
    everything = TodoItem(85, Text("全部疑点", "all doubts"), "/doubts")
    waiting = turn_of(caller)
    lines = oldest_by_kind(connection, waiting, limit=_EACH) if waiting is not None else ()
    if waiting is None or not lines:
        return [everything]
    firsts = [line.first for line in lines]
    by_id = {
        one.row.id: one for one in doubts_found(service.engine, connection, CLASS_DOUBTS.c.id.in_(firsts), waiting)
    }
    count = sum(doubts_by_stage(connection, waiting).values())
    text = Text(f"等您办理的疑点 {count}", f"doubts that wait for you: {count}")
    return [
        *(_task(by_id[line.first], line.count, caller) for line in lines),
        TodoItem(31, text, "/doubts?stage=mine"),
        everything,
    ]


def _task(one: ClassDoubt, count: int, caller: Caller) -> TodoItem:
    """Who looks is led to the minute of video; who explains or decides, to the doubt."""
    own, told = one.row, one.entry
    many_zh, many_en = (f" {count} 项", f" × {count}") if count > 1 else ("", "")
    path, when = doubt_path(own.class_id, own.number), Text("", "")
    if told["at"]:
        moment, day = told["at"][0], named_day(told["at"][0][:10])
        clock = f"{read(moment):%H:%M}"
        when = Text(f" · {day['zh']} {clock}", f" · {day['en']} {clock}")
        if one.stage is Stage.OPEN and caller.role in OF_AREA:
            path = day_path(own.class_id, moment[:10], moment)
    text = Text(
        f"◆ 疑点：{told['word']['zh']}{many_zh}{when.zh} · {own.class_name}",
        f"◆ Doubt: {told['word']['en']}{many_en}{when.en} · {own.class_name}",
    )
    stage = one.stage.text
    said = Text(f"{stage.zh} · {told['text']['zh']}", f"{stage.en} · {told['text']['en']}")
    return TodoItem(30, text, path, said)
