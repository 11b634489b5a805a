"""What lists and other systems hear of a class's doubts: every step, by whose turn it is; no name and no words."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from facts.doubt_case import Deed, DoubtCase
from pipeline.doubts.doubt_stages import stage
from storage.database.classes.classes import classes
from storage.database.notifications.events import EventKind, raise_event
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import class_doubts, move

_LETTER = "K"


def case_name(number: int) -> str:
    """A class doubt's name in the book and the log, which says nothing of whom it is about."""
    return f"{_LETTER}{number}"


def tell_class_doubts(connection: Connection, cases: Sequence[DoubtCase]) -> None:
    """The last step of each, for lists and listeners; that a doubt was raised, ``flag.raised`` has told."""
    for case in cases:
        event = case.events[-1]
        if event.deed is Deed.OPEN:
            continue
        number, at = int(case.id.removeprefix(_LETTER)), stage(case)
        move(connection, number, at.value, event.by)
        row = class_doubts(connection, CLASS_DOUBTS.c.id == number)[0]
        owner = classes(connection, CLASSES.c.id == row.class_id)[0]
        told = {"class_id": row.class_id, "code": row.class_code, "report_id": row.report_id, "number": row.number}
        told |= {"doubt": number, "kind": case.kind, "rule": case.rule, "stage": at.value}
        kind: EventKind = "class_doubt.settled" if at.closed else "class_doubt.signed"
        kind = "class_doubt.explained" if event.deed is Deed.EXPLAIN else kind
        raise_event(connection, kind, owner, event.at, json.dumps(told, ensure_ascii=False))
