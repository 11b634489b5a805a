"""Sealed packages (证据包): listed, and handed out as one ZIP."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.responses import Response, StreamingResponse

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Day, Filter, Id, IdFilter
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.problem import ProblemError
from api.http.service import Served
from api.sealing.schemas import PackageShape, package_shape
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import inside, packages_folder
from runtime.sealing.access import hand_out_identified, package_for, packages_reached
from runtime.sealing.package_list import PACKAGE_LIST
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.sealing import packages
from storage.database.tables.sealing import PACKAGES
from storage.sealing.archive import zipped

router = APIRouter(prefix="/api/v1", tags=["packages"])
Seeing = Annotated[Caller, needs(Action.PACKAGE_CHECK)]
_ZIP = "application/zip"
_BYTES: Mapping[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@router.get("/packages")
def listed(
    service: Served,
    caller: Seeing,
    class_id: IdFilter = None,
    day: Day | None = None,
    masked: bool | None = None,
    sha256: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(PACKAGE_LIST.plan, but=("class_id", "kind"), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PackageShape]:
    """The packages within the caller's reach."""
    own = PACKAGES.c
    where = matching((own.class_id, class_id), (own.day, day), (own.masked, masked), (own.sha256, sha256))
    with reading(service.engine, "listing packages") as connection:
        within = packages_reached(caller)
        asked, order = asked_rows(connection, query, PACKAGES, cursor, within)
        found = packages(connection, within, *asked, *where, limit=limit + 1, order=order)
    return page(found, limit, package_shape, lambda one: one.id)


@router.get("/packages/{number}")
def one(service: Served, caller: Seeing, number: Id) -> PackageShape:
    """One package, and what its check said."""
    return package_shape(package_for(service, caller, number))


@router.get(
    "/packages/{number}/zip",
    response_class=Response,
    responses={200: {"description": "The ZIP.", "content": {_ZIP: _BYTES}}, 304: {"description": "Not changed."}},
)
def archive(
    service: Served,
    caller: Annotated[Caller, needs(Action.RECORDING_READ)],
    number: Id,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The package as one ZIP, the same bytes each time; one with names and faces asks for both reasons first."""
    found = package_for(service, caller, number)
    if not found.made.masked:
        hand_out_identified(service, caller, found)
    folder = inside(packages_folder(service.settings.home), found.made.path)
    if not blob_folder(service.settings).bring_folder(folder):
        title = Text("证据包已不在本机", "the package is not here any more")
        raise ProblemError(404, "GONE", title, expected=found.made.sha256)
    tag = f'"{found.made.sha256}"'
    if if_none_match == tag:
        return Response(status_code=304, headers={"etag": tag})
    headers = {
        "etag": tag,
        "cache-control": "private, no-cache",
        **disposition(f"{folder.name}.zip"),
    }
    return StreamingResponse(zipped(folder), 200, headers, media_type=_ZIP)
