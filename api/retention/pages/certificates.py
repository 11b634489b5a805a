"""The certificates of what was deleted: listed, downloaded, and checked where somebody uploads one."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import ColumnElement

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.fields import Before
from api.http.render import render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.retention import RetentionEntry
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.retention.access import evidence_reached
from runtime.retention.certificates import CertificateCheck, bundles_of_deleted, check_certificate
from runtime.retention.evidence_list import label_text
from storage.database.connection import reading
from storage.database.tables.retention import DELETIONS
from storage.retention import pages

router = APIRouter(include_in_schema=False, prefix="/retention/certificates")
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
_MOST_BYTES, _ON_PAGE = 1 << 20, 25


@router.get("")
def certificates(request: Request, service: Served, caller: Reading, before: Before = "") -> Response:
    """Each deletion with its certificate, checked as a stranger would."""
    return _certificates(request, service, caller, before)


@router.get("/{name}")
def download(
    service: Served, caller: Reading, name: Annotated[str, Path(pattern=r"^[0-9]{8,15}-[0-9a-f]{4,40}\.json$")]
) -> Response:
    """One certificate with the proof that the log holds it."""
    found, _ = _newest(service, caller, DELETIONS.c.place == int(name.partition("-")[0]))
    data = next((data for _, own, data in found if own == name), None)
    if data is None:
        raise NotFoundError("删除证明", "certificate")
    return Response(data, media_type="application/json", headers=disposition(name))


@router.post("/check")
async def check(request: Request, service: Served, caller: Reading, file: Annotated[UploadFile, File()]) -> Response:
    """What an uploaded certificate says, and everything wrong with it; the file is not stored."""
    data = await file.read(_MOST_BYTES + 1)
    found = check_certificate((file.filename or "")[:100], data[:_MOST_BYTES])
    return _certificates(request, service, caller, brought=found)


def _certificates(
    request: Request, service: Service, caller: Caller, before: str = "", brought: CertificateCheck | None = None
) -> Response:
    older = [DELETIONS.c.place < int(before)] if before else []
    found, more = _newest(service, caller, *older)
    shown = [(kept, check_certificate(name, data)) for kept, name, data in found]
    following = str(found[-1][0].deletion.place) if more and found[-1][0].deletion else ""
    return render(
        request,
        "retention/certificates.html.j2",
        caller,
        found=shown,
        brought=brought,
        what=label_text,
        following=following,
    )


def _newest(
    service: Service, caller: Caller, *where: ColumnElement[bool]
) -> tuple[list[tuple[RetentionEntry, str, bytes]], bool]:
    """Those under the newest signed head, the newest first, and whether there are more."""
    for head in service.log.heads(1):
        with reading(service.engine, "reading the certificates") as connection:
            rows = pages.certified(connection, evidence_reached(caller), *where, below=head.size, limit=_ON_PAGE + 1)
        return list(bundles_of_deleted(service.log, head, rows[:_ON_PAGE])), len(rows) > _ON_PAGE
    return [], False
