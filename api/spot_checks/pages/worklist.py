"""What spot checks want of the reader today: a reveal, a finding, a second signature."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from api.http.discovery import TodoItem
from facts.counting import counted
from facts.spot_check import Draw, SpotState
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.access import draws_waiting, spot_checks_of
from runtime.spot_checks.draw_lists import inspector_id_of


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Drawn classes without a finding, findings that wait for a second signature, and draws that wait for their reveal."""
    del connection  # the register reads a draw whole, in a view of its own
    if not caller.may(Action.SPOT_CHECK_WRITE):
        return ()
    found = []
    for draw in draws_waiting(service, caller):
        path = f"/checks/{draw.commitment}"
        if draw.revealed_at is None:
            found.append(TodoItem(35, Text(f"待揭示：{draw.title}", f"to be revealed: {draw.title}"), path))
        else:
            found += _of_draw(spot_checks_of(service).draw(draw.commitment), inspector_id_of(caller), path)
    return found


def _of_draw(whole: Draw, own_id: str, path: str) -> Iterator[TodoItem]:
    last = {one.class_id: one for one in whole.findings}
    mine = [one.drawn.id for one in whole.assigned if own_id in one.inspectors]
    if open_classes := sum(name not in last for name in mine):
        words = Text(f"{open_classes} 个抽中班期待核查", f"{counted(open_classes, 'drawn class')} to visit")
        yield TodoItem(20, words, path, Text(whole.title, whole.title))
    waiting = [last[name] for name in mine if name in last and last[name].state is SpotState.SIGNED]
    if seconds := sum(one.first.by != own_id for one in waiting):
        words = Text(
            f"{seconds} 份核查结论待您复签", f"{counted(seconds, 'finding waits', 'findings wait')} for your signature"
        )
        yield TodoItem(18, words, path, Text(whole.title, whole.title))
