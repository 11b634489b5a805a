"""指出列名: which column of a table is which, where its headers do not tell; remembered for the institution."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import Id
from api.http.render import redirect
from api.http.service import Served
from api.uploads.pages.hand_in import drawn
from facts.errors import InputError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.addresses import files_path
from runtime.classes.class_report import class_with_report
from runtime.platform.service import Service
from runtime.uploads.column_names import answer_question, forget_answer
from runtime.uploads.completeness import completeness_of
from storage.database.connection import reading

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/columns")
Writing = Annotated[Caller, needs(Action.SETTINGS_WRITE)]
_WHY = Text(
    "没有记住：请给每一项各选一列，不能重复",
    "not remembered: choose a column for each item, none of them twice",
)
_MOST_FIELDS = 24
_PREFIX = "field-"


# The fields depend on the question, so the form is read in here and not declared.
@router.post("")
async def answered(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """The answer to one question, by the place of its sheet."""
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as sent:
        given = {key: str(value)[:200] for key, value in sent.items()}
    kept = await run_in_threadpool(_kept, service, caller, number, given)
    if kept:
        return redirect(f"{files_path(number)}#standing")
    opened = await run_in_threadpool(class_with_report, service, caller, number)
    return await run_in_threadpool(drawn, request, service, caller, opened, 422, _WHY)


@router.post("/{name_id}/forget")
def forgotten(service: Served, caller: Writing, number: Id, name_id: Id) -> Response:
    """One remembered column counts no more."""
    forget_answer(service, caller, number, name_id)
    return redirect(f"{files_path(number)}#standing")


def _kept(service: Service, caller: Caller, number: int, given: dict[str, str]) -> bool:
    opened = class_with_report(service, caller, number)
    with reading(service.engine, "reading what is asked") as connection:
        found = completeness_of(service, connection, caller, opened.owner)
    question = next((one for one in found.questions if one.where == given.get("where")), None)
    if question is None:
        return False
    headers = {key.removeprefix(_PREFIX): text for key, text in given.items() if key.startswith(_PREFIX)}
    try:
        answer_question(service, caller, number, question, headers)
    except InputError:
        return False
    return True
