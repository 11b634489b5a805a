"""A package that somebody brings, examined by the very verifier that travels in every package."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from api.http.auth import needs
from api.http.problem import invalid
from api.http.service import Served
from api.sealing.package_upload import examine_package, limit_checks, lines_by_part, receive, upload_place
from api.sealing.schemas import CheckLine, CheckPart, CheckTree
from facts.errors import Fault, InputError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from storage.sealing.examination import BAD

router = APIRouter(prefix="/api/v1", tags=["packages"])
_SENT = {  # any label will do
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


# The body is read in here and not declared: FastAPI would take a stranger's gigabytes before asking who it is.
@router.post("/packages/check", openapi_extra=_SENT)
async def examine(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.PACKAGE_CHECK)]
) -> CheckTree:
    """Every line of the examination of the ZIP that is the body; faults are lines of it, not errors."""
    limit_checks(service, caller)
    with upload_place(service) as place:
        size_bytes = await receive(request.stream(), place)
        try:
            checked, digest = await run_in_threadpool(examine_package, place)
        except InputError as error:
            raise invalid(Fault("body", str(error), "a ZIP of one package")) from error
    parts = [
        CheckPart(
            zh=zh,
            en=en,
            sound=all(line.mark != BAD for line in lines),
            lines=[CheckLine(mark=line.mark, zh=line.zh, en=line.en) for line in lines],
        )
        for (zh, en), lines in lines_by_part(checked.lines)
    ]
    return CheckTree(sound=checked.sound, sha256=digest.sha256, size_bytes=size_bytes, parts=parts)
