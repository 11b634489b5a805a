"""Cameras whose recorder died and that no other has taken over: the worker tells, because no recorder can."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, update

from facts.recorder import GapReason
from runtime.recordings.camera_plans import camera_plans
from runtime.recordings.recorder_plan import is_planned
from storage.database.accounts.accounts import institution
from storage.database.connection import reading, writing
from storage.database.notifications.events import raise_event
from storage.database.recordings.cameras import KeptCamera, camera_rows
from storage.database.recordings.leases import UNHELD, camera_states
from storage.database.tables.cameras import CAMERA_LEASES, CAMERAS

PATIENCE = timedelta(seconds=8)  # for another recorder to take over, after the lease has run out


def tell_unheld(engine: Engine, clock: Callable[[], datetime]) -> int:
    """Raise ``camera.silent`` once for each that should be recorded now; how many."""
    at = clock()
    late = (CAMERA_LEASES.c.until < at - PATIENCE, CAMERA_LEASES.c.state != UNHELD)
    with reading(engine, "looking for cameras that nobody holds") as connection:
        states = camera_states(connection, *late)
        if not states:
            return 0
        rows = camera_rows(connection, CAMERAS.c.id.in_(states), CAMERAS.c.enabled, CAMERAS.c.ended_at.is_(None))
        plans = camera_plans(connection, rows, at)
    missing = [one for one in rows if is_planned(plans[one.id], at)]
    told = 0
    for row in missing:
        with writing(engine, "telling of a camera that nobody holds") as connection:
            own = (CAMERA_LEASES.c.camera_id == row.id, *late)
            if connection.execute(update(CAMERA_LEASES).where(*own).values(state=UNHELD)).rowcount:
                told += 1
                _raise(connection, row, states[row.id].newest_at, at)
    return told


def _raise(connection: Connection, row: KeptCamera, newest: datetime | None, at: datetime) -> None:
    owner = institution(connection, row.institution_id)
    if owner is None:
        return
    told = {"camera_id": row.id, "room": row.room, "name": row.name, "reason": GapReason.NOT_RUNNING}
    told |= {"since": newest.isoformat()} if newest else {}
    raise_event(connection, "camera.silent", owner, at, json.dumps(told, ensure_ascii=False))
