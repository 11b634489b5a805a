"""What people do about doubts of a class, one or several at once: all of them are kept, or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from facts.counting import counted
from facts.doubt_case import Deed, DoubtEvent, Stage
from facts.errors import NotFoundError
from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from pipeline.doubts.doubt_stages import step
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.doubts.attachments import AttachedFile
from runtime.doubts.class_doubts import ClassDoubt, class_doubt_book, doubts_found, doubts_of_class, raised
from runtime.doubts.doubt_steps import decision, explanation, told_as_conflict
from runtime.platform.service import Service
from runtime.reviews.enqueue import ask_judging_after_doubts
from runtime.verification.settled_replays import REPLAY_KINDS
from storage.database.connection import reading, writing
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import locked

MOST_AT_ONCE = 200


def class_explanation(
    service: Service, caller: Caller, class_id: int, numbers: Sequence[int], words: str, files: Sequence[AttachedFile]
) -> DoubtEvent:
    """One explanation of these doubts, its files in the store; where it may not be given, no file is stored."""
    with reading(service.engine, "reading doubts") as connection:
        class_for(connection, caller, class_id)
        found = doubts_of_class(service.engine, connection, class_id, numbers)
    _refuse(found, Deed.EXPLAIN)
    first = raised(service.clock())
    begun = [one.case if one.case.events else step(one.case, first) for one in found]
    return explanation(service, caller, begun, words, files)


def record_together(
    service: Service, caller: Caller, class_id: int, numbers: Sequence[int], event: DoubtEvent
) -> tuple[ClassDoubt, ...]:
    """The same step on each of the doubts, in one transaction."""
    with writing(service.engine, "writing on doubts") as connection:
        return record_within(service, caller, connection, class_id, numbers, event)


def record_within(
    service: Service,
    caller: Caller,
    connection: Connection,
    class_id: int,
    numbers: Sequence[int],
    event: DoubtEvent,
) -> tuple[ClassDoubt, ...]:
    """The same within a transaction of the caller's."""
    class_for(connection, caller, class_id)
    locked(connection, class_id, numbers)
    event = replace(event, at=service.clock())  # of two who come at once the later one is later
    found = doubts_of_class(service.engine, connection, class_id, numbers)
    _refuse(found, event.deed)
    with told_as_conflict():
        class_doubt_book(service.engine).happen_together(
            connection, [one.case for one in found], event, raised(event.at)
        )
    after = doubts_of_class(service.engine, connection, class_id, numbers)
    _judge_again(connection, class_id, after, event.at)
    return after


def accept_across(service: Service, caller: Caller, numbers: Sequence[int], words: str) -> int:
    """Doubts of one kind are settled, of whichever classes in reach; all of them or none; how many there were.

    Footage seen before is left out: a person looks at both sides of each.
    """
    event = decision(service, caller, Deed.ACCEPT, words)
    with writing(service.engine, "writing on doubts") as connection:
        found = doubts_found(service.engine, connection, CLASS_DOUBTS.c.id.in_(numbers), reached(caller))
        if len(found) != len(set(numbers)):
            raise NotFoundError("疑点", "doubt")
        _refuse_together(found)
        of_class: dict[int, list[int]] = {}
        for one in found:
            of_class.setdefault(one.row.class_id, []).append(one.row.id)
        for class_id, own in sorted(of_class.items()):
            record_within(service, caller, connection, class_id, own, event)
    return len(found)


def _refuse_together(found: Sequence[ClassDoubt]) -> None:
    kinds, refusals = sorted({one.row.kind for one in found}), list[Refusal]()
    if len(kinds) > 1:
        said = Text("一次只能办理同一类的疑点", "one step is for doubts of one kind")
        refusals.append(Refusal("doubts", said, ", ".join(kinds), "doubts of one kind"))
    if set(kinds) & set(REPLAY_KINDS):
        said = Text("与其他录像相同的画面须逐项对看", "footage seen before is looked at one by one")
        refusals.append(Refusal("doubts", said, ", ".join(kinds), "doubts of another kind"))
    refuse(refusals)


def _judge_again(connection: Connection, class_id: int, after: Sequence[ClassDoubt], at: datetime) -> None:
    """Footage seen before that somebody accepted as explained no longer keeps its hours open."""
    settled = [one.row.id for one in after if one.stage is Stage.ACCEPTED and one.row.kind in REPLAY_KINDS]
    if settled:
        ask_judging_after_doubts(connection, class_id, settled, at)


def _refuse(found: Sequence[ClassDoubt], deed: Deed) -> None:
    refusals = []
    if gone := [one for one in found if not one.row.raised]:
        said = Text(
            "新的核验不再提出这一疑点，无须再办", "the newest report no longer raises this doubt; nothing is to be done"
        )
        refusals.append(stands("doubts", said, f"doubt {gone[0].row.id}", "one that the newest report raises"))
    kinds = sorted({one.row.kind for one in found})
    if deed is Deed.EXPLAIN and len(kinds) > 1:
        said = Text("一次只能说明同一类的疑点", "one explanation is for doubts of one kind")
        refusals.append(Refusal("doubts", said, ", ".join(kinds), "doubts of one kind"))
    if deed is Deed.UPHOLD and len(found) > 1:
        said = Text("维持疑点须逐项办理", "a doubt is upheld by itself")
        refusals.append(Refusal("doubts", said, counted(len(found), "doubt"), "one"))
    refuse(refusals)
