"""搜索: what a few words find of everything that the reader may see, and one person, for a reason."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Reason
from api.http.render import render
from api.http.service import Served
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.search.matches import matches
from runtime.search.people import PersonFound, person_found, person_wanted
from storage.database.connection import reading

router = APIRouter(include_in_schema=False, prefix="/search")
Words = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
Name = Annotated[str, Form(max_length=100, pattern=NO_CONTROLS)]
Number = Annotated[str, Form(max_length=30, pattern=NO_CONTROLS)]


@router.get("")
def found(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.SEARCH)], q: Words = ""
) -> Response:
    """The matches in groups, and the form for a person where the reader may look at identities."""
    return _page(request, service, caller, q.strip())


@router.post("/people")
def person(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.IDENTITY_VIEW)],
    reason: Annotated[Reason, Form()],
    name: Name = "",
    number: Number = "",
) -> Response:
    """One person; name and number travel in the form alone, so that no address and no log of a proxy holds them."""
    try:
        wanted = person_wanted(name.strip(), number.strip(), reason)
    except RefusalsError as refused:
        return _page(request, service, caller, "", status=422, faults=refused.texts)
    return _page(request, service, caller, "", person=person_found(service, caller, wanted))


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    words: str,
    *,
    status: int = 200,
    person: PersonFound | None = None,
    faults: Sequence[Text] = (),
) -> Response:
    with reading(service.engine, "searching") as connection:
        groups = matches(service, connection, caller, words)
    return render(
        request,
        "search/search.html.j2",
        caller,
        status,
        words=words,
        groups=groups,
        person=person,
        may_look=caller.may(Action.IDENTITY_VIEW),
        faults=faults,
    )
