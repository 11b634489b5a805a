"""Packages as a caller may reach them, and what it takes to be given one with names and faces."""

from sqlalchemy import ColumnElement, select

from facts.errors import ForbiddenError, NotFoundError
from facts.text import Text
from pipeline.accounts.rights import RIGHTS, Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.unmasking import FACE, IDENTITY, refuse_unasked
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.connection import reading, writing
from storage.database.sealing import PackageRow, packages
from storage.database.tables.classes import CLASSES
from storage.database.tables.sealing import PACKAGES
from storage.evidence_log.leaf import LeafKind


def packages_reached(caller: Caller) -> ColumnElement[bool]:
    """The packages of the classes that the caller may see."""
    return PACKAGES.c.class_id.in_(select(CLASSES.c.id).where(reached(caller)))


def package_for(service: Service, caller: Caller, number: int) -> PackageRow:
    """The package, if it is there for the caller."""
    with reading(service.engine, "reading a package") as connection:
        found = packages(connection, PACKAGES.c.id == number, packages_reached(caller))
    if not found:
        raise NotFoundError("证据包", "package")
    return found[0]


def refuse_rightless(caller: Caller) -> None:
    """Unless the caller may see both whole ID numbers and faces."""
    for action in (Action.IDENTITY_VIEW, Action.FACE_VIEW):
        if not caller.may(action):
            title = Text("没有这项权限", "you have no right to do this")
            expected = f"{action.value}: {', '.join(sorted(RIGHTS[action]))}"
            raise ForbiddenError("NO_RIGHT", title, got=caller.shown, expected=expected)


def hand_out_identified(service: Service, caller: Caller, found: PackageRow) -> None:
    """Refused without both rights and both reasons; otherwise a leaf in the log for each time that it is handed out."""
    refuse_rightless(caller)
    class_id = found.made.class_id
    with writing(service.engine, "handing out a package") as connection:
        for kind in (IDENTITY, FACE):
            refuse_unasked(service, connection, caller, kind, class_id)
        about = f"class:{class_id} package:{found.id}"
        log_event(service, connection, LeafKind.EXPORT, caller, about, {"sha256": found.made.sha256})
