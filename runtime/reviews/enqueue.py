"""Queues a class's second judgement after a review or a settled doubt; loads nothing that judging needs."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from storage.database.jobs import Job, enqueue

JUDGE_AGAIN = "judge"


def ask_judging_again(connection: Connection, class_id: int, review_id: int, at: datetime, after: int = 0) -> Job:
    """The job that judges the class by its newest facts and every review that stands; ``after`` names a report."""
    key = f"{JUDGE_AGAIN}:{class_id}:{review_id}" + (f":{after}" if after else "")
    return enqueue(connection, JUDGE_AGAIN, key, class_id, at, json.dumps({"review": review_id}))


def ask_judging_after_doubts(connection: Connection, class_id: int, doubts: Iterable[int], at: datetime) -> Job:
    """The same after doubts that kept hours open were settled."""
    settled = ",".join(str(number) for number in sorted(doubts))
    return enqueue(connection, JUDGE_AGAIN, f"{JUDGE_AGAIN}:{class_id}:doubts:{settled}", class_id, at, "")
