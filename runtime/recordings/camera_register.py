"""The cameras that an institution keeps in the service: put down, corrected, moved, tried, ended."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from facts.errors import NotFoundError
from facts.refusals import Refusal, RefusalsError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, own_institution
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from runtime.recordings.camera_refusals import CameraRequest, checked_camera
from storage.database.accounts.accounts import InstitutionRow
from storage.database.recordings.cameras import (
    CameraFields,
    KeptCamera,
    add_camera,
    camera_secrets,
    cameras,
    change_camera,
    end_camera,
)
from storage.database.recordings.searches import ask_search
from storage.database.recordings.trials import ask_trial
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.cameras import CAMERAS
from storage.evidence_log.leaf import LeafKind

_TRIALS, _EACH = 10, timedelta(minutes=1)


def cameras_reached(caller: Caller) -> ColumnElement[bool]:
    """The living cameras within the caller's reach."""
    own = CAMERAS.c.institution_id.in_(select(INSTITUTIONS.c.id).where(institutions_reached(caller)))
    return and_(own, CAMERAS.c.ended_at.is_(None))


def cameras_within(
    connection: Connection,
    caller: Caller,
    *where: ColumnElement[bool],
    limit: int = 1000,
    order: Sequence[ColumnElement[Any]] = (),
) -> tuple[KeptCamera, ...]:
    """The living cameras within the caller's reach."""
    return cameras(connection, cameras_reached(caller), *where, limit=limit, order=order)


def camera_for(connection: Connection, caller: Caller, number: int) -> KeptCamera:
    """The camera, if it is there for the caller."""
    found = cameras_within(connection, caller, CAMERAS.c.id == number)
    if not found:
        raise NotFoundError("摄像机", "camera")
    return found[0]


def make_camera(
    service: Service, connection: Connection, caller: Caller, wanted: CameraRequest, institution_id: int | None = None
) -> KeptCamera:
    """A new camera of the caller's institution; recorded within seconds where a recorder runs."""
    owner = _owner(connection, caller, institution_id)
    told, secrets = checked_camera(service, connection, owner.id, wanted)
    made = add_camera(connection, owner.id, told, secrets, service.clock())
    log_event(service, connection, LeafKind.SETTINGS, caller, f"camera:{made.id} made", {"version": made.version})
    return made


def correct_camera(
    service: Service, connection: Connection, caller: Caller, number: int, wanted: CameraRequest
) -> KeptCamera:
    """The camera as it is to be recorded from now on."""
    before = camera_for(connection, caller, number)
    told, secrets = checked_camera(service, connection, before.institution_id, wanted, before)
    made = change_camera(connection, before, told, secrets, service.clock())
    log_event(service, connection, LeafKind.SETTINGS, caller, f"camera:{number} changed", {"version": made.version})
    return made


def drop_camera(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """It is recorded no more; what was recorded stays."""
    camera_for(connection, caller, number)
    end_camera(connection, number, service.clock())
    log_event(service, connection, LeafKind.SETTINGS, caller, f"camera:{number} ended", {})


def move_camera(
    service: Service, connection: Connection, caller: Caller, number: int, institution_id: int
) -> KeptCamera:
    """The device is another institution's from now on: a new camera there, and what was recorded stays where it was."""
    before = camera_for(connection, caller, number)
    secrets = camera_secrets(connection, before)
    owner = own_institution(connection, caller, institution_id)
    end_camera(connection, number, service.clock())
    told = CameraFields(**{name: getattr(before, name) for name in CameraFields.__slots__})
    made = add_camera(connection, owner.id, told, secrets, service.clock())
    body = {"from": before.institution_id, "to": owner.id}
    log_event(service, connection, LeafKind.SETTINGS, caller, f"camera:{number} moved to camera:{made.id}", body)
    return made


def try_now(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """Ask whichever recorder is quickest to try the camera."""
    camera_for(connection, caller, number)
    service.limiter.take("camera trials", caller.key, service.clock(), _TRIALS, _EACH)
    ask_trial(connection, number, caller.key, service.clock())


def search_now(service: Service, connection: Connection, caller: Caller) -> None:
    """Ask whichever recorder is quickest to search its network."""
    owner = own_institution(connection, caller)
    service.limiter.take("camera searches", caller.key, service.clock(), _TRIALS, _EACH)
    ask_search(connection, owner.id, caller.key, service.clock())


def _owner(connection: Connection, caller: Caller, institution_id: int | None) -> InstitutionRow:
    """The institution that was named in what was sent, and not in its address."""
    try:
        return own_institution(connection, caller, institution_id)
    except NotFoundError as error:
        told = Text("没有这个培训机构，或不在您的权限范围内", "no such institution, or not within your reach")
        got = "none" if institution_id is None else str(institution_id)
        reason = Refusal("body.institution_id", told, got, "an institution within the caller's reach")
        raise RefusalsError([reason]) from error
