"""电子券: the register of vouchers within reach, a new one, each further step."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Digits, Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import RefusalsError
from facts.span import local_day
from facts.text import Text
from facts.voucher import VoucherEntry, VoucherStep
from pipeline.accounts.rights import Action
from pipeline.supervision.voucher_stages import next_steps
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.platform.service import Service
from runtime.supervision.voucher_list import VOUCHER_LIST
from runtime.supervision.voucher_view import voucher_views
from runtime.supervision.vouchers import VoucherRequest, entered_voucher, voucher_for, voucher_stepped
from storage.database.accounts.accounts import institutions
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False, prefix="/vouchers")
Reading = Annotated[Caller, needs(Action.SUPERVISION_READ)]
Writing = Annotated[Caller, needs(Action.SUPERVISION_WRITE)]
Field = Annotated[str, Form(max_length=80, pattern=NO_CONTROLS)]
FormDay = Annotated[str, Form(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
_ALL = ListQuery(VOUCHER_LIST.plan, {})
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(VOUCHER_LIST.plan))],
) -> Response:
    """The register, the newest first."""
    return _list(request, service, caller, query)


serve_exports(router, VOUCHER_LIST)


@router.get("/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """One voucher, and what may happen to it next."""
    return _one(request, service, caller, number)


@router.post("")
def enter(
    request: Request,
    service: Served,
    caller: Writing,
    number: Field = "",
    institution: Digits = "",
    name: Field = "",
    id_number: Field = "",
    applied: FormDay = "",
    expires: FormDay = "",
) -> Response:
    """A voucher that somebody applied for."""
    try:
        day, last = date.fromisoformat(applied), date.fromisoformat(expires) if expires else None
        with writing(service.engine, "entering a voucher") as connection:
            wanted = VoucherRequest(number, int(institution or 0), name, id_number, day, last)
            row = entered_voucher(service, connection, caller, wanted)
    except RefusalsError as refused:
        return _list(request, service, caller, status=status_of(refused), faults=refused.texts)
    except ValueError:
        return _list(request, service, caller, status=422, faults=[_NO_DAY])
    return redirect(f"/vouchers/{row.id}")


@router.post("/{number}/steps")
def step(
    request: Request,
    service: Served,
    caller: Writing,
    number: Id,
    step: Annotated[VoucherStep, Form()],
    day: FormDay = "",
    class_id: Digits = "",
    institution: Digits = "",
) -> Response:
    """One further step."""
    try:
        of = int(class_id) if class_id and step is VoucherStep.TRAIN else None
        to = int(institution) if institution and step is VoucherStep.MOVE else None
        entry = VoucherEntry(step, date.fromisoformat(day), of, to)
        with writing(service.engine, "a step of a voucher") as connection:
            voucher_stepped(service, connection, caller, number, entry)
    except RefusalsError as refused:
        return _one(request, service, caller, number, status=status_of(refused), faults=refused.texts)
    except ValueError:
        return _one(request, service, caller, number, status=422, faults=[_NO_DAY])
    return redirect(f"/vouchers/{number}")


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
) -> Response:
    with reading(service.engine, "listing vouchers") as connection:
        part = VOUCHER_LIST.part(service, connection, caller, query, _ON_PAGE)
        schools = institutions(connection, institutions_reached(caller))
    return render(
        request,
        "supervision/vouchers.html.j2",
        caller,
        status,
        views=part.rows,
        view=list_view(service, caller, query, part),
        institutions=[(one.id, one.name) for one in schools],
        may_write=caller.may(Action.SUPERVISION_WRITE),
        faults=faults,
        today=local_day(service.clock()),
    )


def _one(
    request: Request, service: Service, caller: Caller, number: int, *, status: int = 200, faults: Sequence[Text] = ()
) -> Response:
    with reading(service.engine, "reading a voucher") as connection:
        row = voucher_for(connection, caller, number)
        view = voucher_views(connection, [row])[0]
        schools = institutions(connection, institutions_reached(caller))
        own = classes(connection, CLASSES.c.institution_id == row.institution_id, reached(caller))
    return render(
        request,
        "supervision/voucher.html.j2",
        caller,
        status,
        view=view,
        row=row,
        steps=[(one.value, one.text) for one in next_steps(view.case)],
        institutions=[(one.id, one.name) for one in schools if one.id != row.institution_id],
        classes=[(one.id, f"{one.code} {one.name}") for one in own],
        names={one.id: one.name for one in schools},
        may_write=caller.may(Action.SUPERVISION_WRITE),
        faults=faults,
        today=local_day(service.clock()),
    )


_NO_DAY = Text("请填写日期", "give the day")
