"""The certificates of what was deleted: listed, handed out, and checked for whoever brings one."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from fastapi.responses import Response

from api.attachment import disposition
from api.caller import Caller, needs
from api.console.retention import MOST_ROWS, what
from api.kept import register_of, within
from api.pages import draw
from api.problem import not_found
from api.service import Served, Service
from pipeline.rights import Action
from runtime.certificates import Proven, certified, proven
from storage.database.opening import reading

router = APIRouter(include_in_schema=False, prefix="/retention/certificates")
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
_MOST_BYTES = 1 << 20


@router.get("")
def certificates(request: Request, service: Served, caller: Reading) -> Response:
    """Each deletion with its certificate, checked as a stranger would."""
    return _certificates(request, service, caller)


@router.get("/{name}")
def download(
    service: Served, caller: Reading, name: Annotated[str, Path(pattern=r"^[0-9a-f-]{10,40}\.json$")]
) -> Response:
    """One certificate with the proof that the log holds it."""
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    data = next((data for kept, one, data in certified(register_of(service)) if one == name and own.kept(kept)), None)
    if data is None:
        raise not_found("删除证明", "certificate")
    return Response(data, media_type="application/json", headers=disposition(name))


@router.post("/check")
async def check(request: Request, service: Served, caller: Reading, file: Annotated[UploadFile, File()]) -> Response:
    """What a certificate that somebody brings says, and everything wrong with it; nothing of it is kept."""
    data = await file.read(_MOST_BYTES + 1)
    found = proven((file.filename or "")[:100], data[:_MOST_BYTES])
    return _certificates(request, service, caller, brought=found)


def _certificates(request: Request, service: Service, caller: Caller, brought: Proven | None = None) -> Response:
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    found = [(kept, proven(name, data)) for kept, name, data in certified(register_of(service)) if own.kept(kept)]
    return draw(request, "certificates.html.j2", caller, found=found[-MOST_ROWS:], brought=brought, what=what)
