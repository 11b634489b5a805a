"""A claim is handed in: read, screened under the class's verdicts and kept, or refused with every fault."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.claims.pages.claims import claim_list
from api.http.auth import needs
from api.http.render import redirect
from api.http.service import Served
from facts.errors import Fault, FaultsError, InputError
from facts.refusals import RefusalsError
from facts.text import Text
from ingest.claims.fault import ClaimFault
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import own_institution
from runtime.claims.upload import (
    ClaimUpload,
    claim_history,
    class_of_claim,
    keep_claim,
    people_key,
    read_upload,
    screen_upload,
    upload_name,
)
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from storage.database.claims import ClaimRow
from storage.database.connection import reading

router = APIRouter(include_in_schema=False, prefix="/claims")


@router.post("")
async def hand_in(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    file: Annotated[UploadFile, File()],
) -> Response:
    """Read, screened and kept, or refused with every fault by row and column."""
    return await run_in_threadpool(_hand_in, request, service, caller, file)


def _hand_in(request: Request, service: Service, caller: Caller, file: UploadFile) -> Response:
    name = ""
    try:
        name = upload_name(file.filename)
        row = _keep(service, caller, name, file)
    except RefusalsError as error:
        found = [("", text) for text in error.texts]
        return claim_list(request, service, caller, status=422, faults=found, name=name)
    except FaultsError as error:
        found = [_fault_line(one) for one in error.faults]
        notes = getattr(error, "notes", ())
        return claim_list(request, service, caller, status=422, faults=found, notes=notes, name=name)
    except InputError as error:
        found = [("", Text(str(error), str(error)))]
        return claim_list(request, service, caller, status=422, faults=found, name=name)
    return redirect(f"/claims/{row.id}")


def _keep(service: Service, caller: Caller, name: str, file: UploadFile) -> ClaimRow:
    with reading(service.engine, "reading an institution") as connection:
        owner = own_institution(connection, caller)
    history = claim_history(service.engine, service.settings)
    with tempfile.TemporaryDirectory() as folder:
        place = FilePath(folder) / f"claim{FilePath(name).suffix.lower()}"
        with place.open("wb") as out:
            while piece := file.file.read(1 << 20):
                out.write(piece)
        upload = ClaimUpload(place, name, owner.id, caller.key, service.clock(), people_key(service.settings))
        read = read_upload(upload, service.settings, history, shelf_of(service))
    course = class_of_claim(service.engine, owner.id, read)
    screened = screen_upload(service.engine, read, course, upload, history, shelf_of(service))
    return keep_claim(service.engine, upload, read, course, screened)


def _fault_line(fault: Fault) -> tuple[str, Text]:
    text = fault.text if isinstance(fault, ClaimFault) else Text(str(fault), str(fault))
    return fault.where, text
