"""A file put right before anything rests on it: called what it is, or taken back; afterwards it is evidence and stays."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import ROLE, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.openapi import problems
from api.http.problem import ProblemError, invalid
from api.http.service import Served
from api.uploads.routes.files import FileShape, shape
from facts.digest import Digest
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.service import Service
from runtime.uploads import withdrawal
from runtime.uploads.arrival import LEAF_KINDS
from storage.database.classes.classes import FileRow, change_role, files
from storage.database.connection import writing
from storage.database.tables.classes import FILES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.uploads.file_names import name_fault

router = APIRouter(prefix="/api/v1/files/{number}", tags=["files"])
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]


class RoleChange(BaseModel, extra="forbid"):
    """What the file really is."""

    role: str = Field(pattern=ROLE, examples=["roster"])


@router.patch("", response_model=FileShape, responses=problems(409))
def correct(
    request: Request, service: Served, caller: Writing, number: Id, sent: RoleChange, key: IdempotencyKey = None
) -> Response:
    """Another kind of material than it was taken for."""
    return run_once(
        request, service, caller, key, sent, lambda own: shape(corrected(service, own, caller, number, sent.role)), 200
    )


@router.delete("", status_code=204, response_class=Response, responses=problems(409))
def take_back(service: Served, caller: Writing, number: Id) -> Response:
    """The file is the class's no more; that it was and who took it back stays in the log."""
    taken_back(service, caller, number)
    return Response(status_code=204)


def corrected(service: Service, connection: Connection, caller: Caller, number: int, role: str) -> FileRow:
    """The file under its right role, if nothing rests on it."""
    found = _free(connection, caller, number)
    if fault := name_fault(found.name, role or "-"):
        raise invalid(fault)
    change_role(connection, number, role)
    leaf = Leaf(
        LEAF_KINDS.get(role, LeafKind.PAPER),
        service.clock(),
        Digest(found.sha256),
        f"class:{found.class_id} file:{number}",
    )
    service.log.append_within(connection, [leaf])
    return files(connection, FILES.c.id == number)[0]


def taken_back(service: Service, caller: Caller, number: int) -> FileRow:
    """The file as it was."""
    with writing(service.engine, "taking a file back") as connection:
        found = _free(connection, caller, number)
        withdrawal.withdraw(connection, service.log, service.settings.home, found, caller.key, service.clock())
    return found


def _free(connection: Connection, caller: Caller, number: int) -> FileRow:
    found = files(connection, FILES.c.id == number)
    if not found:
        raise NotFoundError("文件", "file")
    owner = class_for(connection, caller, found[0].class_id)
    if bound := withdrawal.bindings_of_class(connection, owner).binding(found[0], caller.key):
        raise ProblemError(
            409,
            "FILE_STAYS",
            Text(f"{found[0].name}：{bound.text.zh}", f"{found[0].name}: {bound.text.en}"),
            got="a file that must stay as it is",
            expected="a file of one's own that no verification has read",
        )
    return found[0]
