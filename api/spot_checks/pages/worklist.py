"""What a spot check wants of the reader today: a reveal, a visit, a second signature."""

from collections.abc import Iterator, Sequence

from runtime.spot_checks.draw_lists import inspector_id_of
from sqlalchemy import Connection

from api.http.discovery import TodoItem
from facts.spot_check import Draw, SpotState
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.access import draws_waiting, spot_checks_of


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Classes to visit, findings that wait for a second signature, and draws that wait for their reveal."""
    del connection  # the register reads a draw whole, in a view of its own
    if not caller.may(Action.SPOT_CHECK_WRITE):
        return ()
    told = []
    for found in draws_waiting(service, caller):
        path = f"/checks/{found.commitment}"
        if found.revealed_at is None:
            told.append(TodoItem(35, Text(f"待揭示：{found.title}", f"to be revealed: {found.title}"), path))
        else:
            told += _of_draw(spot_checks_of(service).draw(found.commitment), inspector_id_of(caller), path)
    return told


def _of_draw(whole: Draw, person: str, path: str) -> Iterator[TodoItem]:
    last = {one.class_id: one for one in whole.findings}
    mine = [one.drawn.id for one in whole.assigned if person in one.inspectors]
    if visits := sum(name not in last for name in mine):
        words = Text(f"{visits} 个抽中班期待核查", f"{visits} drawn classes to visit")
        yield TodoItem(20, words, path, Text(whole.title, whole.title))
    waiting = [last[name] for name in mine if name in last and last[name].state is SpotState.SIGNED]
    if seconds := sum(one.first.by != person for one in waiting):
        words = Text(f"{seconds} 份核查结论待您复签", f"{seconds} findings wait for your signature")
        yield TodoItem(18, words, path, Text(whole.title, whole.title))
