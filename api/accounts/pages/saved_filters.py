"""What somebody asks of a list again and again, kept under a name for that account alone."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Id
from api.http.render import redirect
from api.http.service import Served
from facts.errors import NotFoundError
from facts.refusals import Refusal, refuse
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from storage.database.accounts.saved_filters import MOST_SAVED, drop_filter, keep_filter
from storage.database.connection import writing

router = APIRouter(include_in_schema=False, prefix="/me/filters")
Mine = Annotated[Caller, needs(Action.OWN_ACCOUNT)]
ListPath = Annotated[str, Form(max_length=40, pattern=r"^/([a-z][a-z/-]*)?$")]
Asked = Annotated[str, Form(max_length=1000, pattern=r"^[A-Za-z0-9%=&._~+-]+$")]
Name = Annotated[str, Form(max_length=40, pattern=NO_CONTROLS)]
_FULL = Text(
    f"每个列表最多保存 {MOST_SAVED} 个筛选，请先删除一个", f"a list keeps {MOST_SAVED} filters at most: delete one"
)


@router.post("")
def keep(service: Served, caller: Mine, path: ListPath, query: Asked, name: Name) -> Response:
    """The filter under the name, in place of an earlier one of that name."""
    named = name.strip()
    refuse([] if named else [Refusal("name", Text("请写名称", "give it a name"), "nothing", "a name")])
    with writing(service.engine, "keeping a filter") as connection:
        kept = keep_filter(connection, caller.account_id or 0, path, named, query, service.clock())
        refuse([] if kept else [Refusal("name", _FULL, f"{MOST_SAVED} filters", "fewer")])
    return redirect(f"{path}?{query}")


@router.post("/{number}/end")
def end(service: Served, caller: Mine, number: Id) -> Response:
    """The filter is forgotten."""
    with writing(service.engine, "forgetting a filter") as connection:
        path = drop_filter(connection, caller.account_id or 0, number)
    if path is None:
        raise NotFoundError("已存筛选", "saved filter")
    return redirect(path)
