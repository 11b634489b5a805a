"""The roll register of this process, as its pages reach it: opened when the first phone asks, read beside the event loop."""

import asyncio
import threading

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.http.service import service_of
from runtime.roll_call.register import Roll, RollRegister, open_register
from storage.database.roll_call.check_ins import CheckInRow

_LOCK = threading.Lock()


def register_of(request: Request) -> RollRegister:
    """The one of this process."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "roll_register"):
            state.roll_register = open_register(service_of(request))
        found: RollRegister = state.roll_register
    return found


async def roll_of(register: RollRegister, class_id: int, hour_id: str) -> Roll:
    """The roll of the hour, or a plain not found."""
    if (known := register.recent(class_id, hour_id)) is not None:
        return known
    return await run_in_threadpool(register.read, class_id, hour_id)


async def record(register: RollRegister, one: CheckInRow) -> CheckInRow:
    """The sign-in as it is kept, once it is durable."""
    return await asyncio.wrap_future(register.record(one))
