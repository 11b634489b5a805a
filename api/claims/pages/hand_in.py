"""A claim is handed in: read, screened under the class's verdicts and kept, or refused with every fault."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.claims.pages.claims import shelf
from api.http.auth import needs
from api.http.render import redirect
from api.http.service import Served
from facts.errors import FaultsError, InputError
from facts.text import Text
from ingest.claims.fault import ClaimFault
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import own_institution
from runtime.claims.upload import ClaimUpload, claim_history, keep_claim, read_upload, screen_upload
from runtime.platform.service import Service
from storage.database.classes.classes import classes
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False, prefix="/claims")
_SUFFIXES = (".xlsx", ".json", ".toml")


@router.post("")
async def hand_in(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_WRITE)],
    file: Annotated[UploadFile, File()],
) -> Response:
    """Read, screened and kept, or refused with every fault by row and column."""
    return await run_in_threadpool(_handed_in, request, service, caller, file)


def _handed_in(request: Request, service: Service, caller: Caller, file: UploadFile) -> Response:
    name = FilePath((file.filename or "").replace("\\", "/")).name[:150]
    if not name.lower().endswith(_SUFFIXES):
        return shelf(request, service, caller, status=422, faults=[("", _KIND)])
    with tempfile.TemporaryDirectory() as aside:
        place = FilePath(aside) / f"claim{FilePath(name).suffix.lower()}"
        with place.open("wb") as out:
            while piece := file.file.read(1 << 20):
                out.write(piece)
        try:
            return _kept(request, service, caller, (name, place))
        except FaultsError as error:
            found = [_told(one) for one in error.faults]
            odd = getattr(error, "notes", ())
            return shelf(request, service, caller, status=422, faults=found, notes=odd, name=name)
        except InputError as error:
            return shelf(request, service, caller, status=422, faults=[("", Text(str(error), str(error)))], name=name)


def _kept(request: Request, service: Service, caller: Caller, file: tuple[str, FilePath]) -> Response:
    with reading(service.engine, "reading an institution") as connection:
        owner = own_institution(connection, caller)
    given = ClaimUpload(file[1], file[0], owner.id, caller.key, service.clock())
    history = claim_history(service.engine, service.settings)
    read = read_upload(given, service.settings, history)
    code = read.claim.training_class.id
    with reading(service.engine, "reading a class") as connection:
        found = classes(connection, CLASSES.c.code == code, CLASSES.c.institution_id == owner.id)
    if not found:
        fault = Text(f"班期编号“{code}”不在贵机构的班期中", f"the class {code!r} is none of the institution's classes")
        return shelf(request, service, caller, status=422, faults=[("", fault)], name=file[0])
    made = screen_upload(service.engine, read, found[0], given.at, history)
    return redirect(f"/claims/{keep_claim(service.engine, given, read, found[0], made).id}")


def _told(fault: object) -> tuple[str, Text]:
    if isinstance(fault, ClaimFault):
        return fault.where, fault.text
    return str(getattr(fault, "where", "")), Text(str(fault), str(fault))


_KIND = Text("请上传申领模板（.xlsx）或 .json、.toml 文件", "hand in the claim's workbook (.xlsx), or .json or .toml")
