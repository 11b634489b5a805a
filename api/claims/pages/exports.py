"""What a claim hands out: the empty workbook, the screening for programs and for Excel, the masked public notice."""

import json
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Id
from api.http.service import Served
from facts.errors import NotFoundError
from facts.span import local_day
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.claims.access import claim_for, document
from runtime.claims.decision_view import with_end
from runtime.claims.notice import public_notice
from runtime.claims.vocabulary import vocabulary
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of

router = APIRouter(include_in_schema=False, prefix="/claims")
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/template/{programme}.xlsx")
def empty(service: Served, _: Reading, programme: Annotated[str, Path(max_length=40)]) -> Response:
    """An empty workbook with lists to choose from and an example line."""
    from ingest.claims.template import template  # noqa: PLC0415 - openpyxl, which few calls need

    shelf = shelf_of(service)
    if programme not in shelf.programmes:
        raise NotFoundError("项目类别", "programme")
    data = template(programme, vocabulary(shelf, programme))
    return _file(data, f"申领模板-{programme}.xlsx", _XLSX)


@router.get("/{number}/files/{name}")
def export(
    service: Served,
    caller: Reading,
    number: Id,
    name: Annotated[str, Path(pattern=r"^(claim\.json|claim\.xlsx|notice\.html|notice\.xlsx)$")],
    start: Annotated[str, Query(alias="from", pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = "",
) -> Response:
    """The screening for programs and for Excel, and the masked list for the public notice."""
    row = claim_for(service, caller, number)
    body = with_end(service, row, document(service, row))
    if name == "claim.json":
        return _file(json.dumps(body, ensure_ascii=False, indent=1).encode(), f"{row.code}.json", "application/json")
    if name == "claim.xlsx":
        from report.claims.workbook import screening_workbook  # noqa: PLC0415 - openpyxl, which few calls need

        return _file(screening_workbook(body), f"{row.code}.xlsx", _XLSX)
    from report.claims.public_notice import notice_page, notice_workbook  # noqa: PLC0415 - openpyxl, which few calls need

    found = public_notice(body, _day(start, service), local_day(service.clock()), shelf_of(service))
    if found is None:
        raise NotFoundError("公示要求", "clause that asks for a notice")
    if name == "notice.xlsx":
        return _file(notice_workbook(*found), f"公示-{row.code}.xlsx", _XLSX)
    return _file(notice_page(*found).encode(), f"公示-{row.code}.html", "text/html; charset=utf-8")


def _day(text: str, service: Service) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_day(service.clock())


def _file(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers=disposition(name))
