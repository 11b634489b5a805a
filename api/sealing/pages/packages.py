"""证据包: the sealed packages within reach, what their labels say, and their download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Id, Reason
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import FACE, IDENTITY, ask_unmasking
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import inside, packages_folder
from runtime.platform.service import Service
from runtime.sealing.access import package_for, refuse_rightless
from runtime.sealing.bag_label import bag_label_of
from runtime.sealing.package_list import PACKAGE_LIST
from runtime.sealing.storage_level import NOT_STORED
from storage.database.classes.unmasking import granted
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.sealing import PackageLine
from storage.evidence.port import Enforcement

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(75, Text("证据包", "Packages"), "/packages", Action.PACKAGE_CHECK)
Seeing = Annotated[Caller, needs(Action.PACKAGE_CHECK)]
_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """One package as its own label has it; ``here`` is false where only the record is left."""

    line: PackageLine
    here: bool
    level: str
    enforcement: Text
    keep_until: date | None
    until: datetime | None  # how long the caller's reasons for names and faces hold

    @property
    def open(self) -> bool:
        """Whether it may be downloaded without giving a reason first."""
        return self.here and (self.line.masked or self.until is not None)


@router.get("/packages")
def listed(
    request: Request,
    service: Served,
    caller: Seeing,
    query: Annotated[ListQuery, Depends(list_query(PACKAGE_LIST.plan))],
) -> Response:
    """The packages of every class within reach or of one, the newest first."""
    class_id = query.given.get("class_id", "")
    with reading(service.engine, "listing packages") as connection:
        owner = class_for(connection, caller, int(class_id)) if class_id else None
        part = PACKAGE_LIST.part(service, connection, caller, query, _ON_PAGE)
        entries = _entries(service, connection, caller, part.rows)
    return render(
        request,
        "sealing/packages.html.j2",
        caller,
        found=entries,
        owner=owner,
        view=list_view(service, caller, query, part),
        may_carry=caller.may(Action.RECORDING_READ),
        may_see=caller.may(Action.FACE_VIEW) and caller.may(Action.IDENTITY_VIEW),
    )


serve_exports(router, PACKAGE_LIST)


@router.post("/packages/{number}/look")
def look(
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    reason: Annotated[Reason, Form()],
) -> Response:
    """One reason for names and faces both; stored, its digest logged, good for half an hour."""
    found = package_for(service, caller, number)
    refuse_rightless(caller)
    with writing(service.engine, "noting a reason") as connection:
        for kind in (IDENTITY, FACE):
            ask_unmasking(service, connection, caller, kind, found.made.class_id, reason)
    return redirect(f"/packages?class_id={found.made.class_id}#p{number}")


def _entries(
    service: Service, connection: Connection, caller: Caller, found: Sequence[PackageLine]
) -> list[PackageEntry]:
    top, at = packages_folder(service.settings.home), service.clock()
    ends = {one.class_id: _until(connection, caller, one.class_id, at) for one in found if not one.masked}
    entries = []
    for one in found:
        place = inside(top, one.path)
        blob_folder(service.settings).bring_folder(place)
        label = bag_label_of(place)
        level = label.get("Xueshi-Enforcement", "")
        known = {each.value: each.text for each in Enforcement}
        until = None if one.masked else ends[one.class_id]
        entries.append(PackageEntry(one, bool(label), level, known.get(level, NOT_STORED), _last_day(label), until))
    return entries


def _last_day(label: Mapping[str, str]) -> date | None:
    """The last day on which it must still be there."""
    try:
        return local_day(datetime.fromisoformat(label.get("Xueshi-Keep-Until", "")) - timedelta(microseconds=1))
    except ValueError:  # somebody changed the label; its check says so
        return None


def _until(connection: Connection, caller: Caller, class_id: int, at: datetime) -> datetime | None:
    """The end of the reason that ends first; none unless both were given."""
    grants = [granted(connection, caller.key, kind, f"class:{class_id}", at) for kind in (IDENTITY, FACE)]
    ends = [one.ends_at for one in grants if one]
    return min(ends) if len(ends) == len(grants) else None
