"""The same search for another system, or for whoever reads JSON; people are looked for in the console alone."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.http.auth import needs
from api.http.fields import NO_CONTROLS
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.search.matches import matches
from storage.database.connection import reading

router = APIRouter(prefix="/api/v1/search", tags=["search"])


class MatchShape(BaseModel):
    """One thing that was found; ``path`` is its page in the console."""

    kind: str
    path: str
    text: str
    detail: str


@router.get("")
def found(
    service: Served,
    caller: Annotated[Caller, needs(Action.SEARCH)],
    q: Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)] = "",
) -> list[MatchShape]:
    """Classes, institutions, claims, packages by the beginning of their digest, spot checks, accounts: some of each."""
    with reading(service.engine, "searching") as connection:
        groups = matches(service, connection, caller, q.strip())
    return [
        MatchShape(kind=group.kind, path=one.path, text=one.text, detail=one.detail)
        for group in groups
        for one in group.found
    ]
