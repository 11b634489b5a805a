"""A class's people as the real-name registry (实名制) wants them, for a spreadsheet."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Id
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.registry_rows import HEAD, registry_rows
from runtime.classes.unmasking import IDENTITY, granted
from runtime.evidence_log.log_event import log_event
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/classes/{number}", tags=["people"])
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/registry.xlsx", response_class=Response)
def registry(service: Served, caller: Annotated[Caller, needs(Action.PERSON_READ)], number: Id) -> Response:
    """The columns of the real-name registry; whole for whoever said why (``looks/identity``), and then in the log."""
    from report.overview_workbook import overview_workbook  # noqa: PLC0415 - openpyxl, which few calls need

    with reading(service.engine, "exporting a class's people") as connection:
        owner = class_for(connection, caller, number)
        whole = caller.may(Action.IDENTITY_VIEW) and granted(service, connection, caller, IDENTITY, number)
        found = registry_rows(service, connection, owner, whole=whole)
    if found.whole:
        with writing(service.engine, "exporting a class's people") as connection:
            told = {"people": len(found.lines)}
            log_event(service, connection, LeafKind.EXPORT, caller, f"class:{number} real-name columns", told)
    table = overview_workbook([("实名制", [HEAD, *found.lines])])
    return Response(table, media_type=_XLSX, headers=disposition(f"实名制-{owner.code}.xlsx"))
