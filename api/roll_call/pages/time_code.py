"""亮码: the code for the camera, on the roll-call page and on a page of its own that fills a tablet's or projector's screen."""

import threading
from typing import Annotated
from urllib.parse import quote

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from api.http.auth import OpenGuard, needs
from api.http.fields import Id
from api.http.render import render
from api.http.service import Served, service_of
from api.roll_call.pages.projector import own_roll
from api.roll_call.register import register_of
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.roll_call.register import Roll
from runtime.roll_call.time_codes import TimeCodeMaker, open_time_codes, public_keys_pem

router = APIRouter(include_in_schema=False)
Teacher = Annotated[Caller, needs(Action.CHECKIN_OPEN)]
_PUBLIC = Depends(OpenGuard("public keys are for everybody who checks"))
_LOCK = threading.Lock()


@router.get("/roll/{class_id}/{hour_id}/code")
async def code_page(request: Request, class_id: Id, hour_id: str, caller: Teacher) -> Response:
    """The code as large as the screen, and how near it must be held."""
    roll = await own_roll(register_of(request), caller, class_id, hour_id)
    maker = await run_in_threadpool(maker_of, request)
    sights = await run_in_threadpool(maker.sights, roll)
    return render(request, "roll_call/time_code.html.j2", caller, roll=roll, sights=sights, roll_path=roll_path(roll))


@router.get("/roll/{class_id}/{hour_id}/code/now")
async def code_now(request: Request, class_id: Id, hour_id: str, caller: Teacher) -> Response:
    """What the camera is to see this second; never a code of a later one."""
    roll = await own_roll(register_of(request), caller, class_id, hour_id)
    return JSONResponse(await run_in_threadpool(_screen, request, roll), headers={"cache-control": "no-store"})


@router.get("/timecode.pem", dependencies=[_PUBLIC])
def public_keys(service: Served) -> Response:
    """The public keys of this service's codes, to lie in a class folder that is verified elsewhere."""
    return Response(public_keys_pem(service), media_type="application/x-pem-file")


def maker_of(request: Request) -> TimeCodeMaker:
    """The maker of this process, opened when the first code is asked for."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "time_codes"):
            state.time_codes = open_time_codes(service_of(request))
        found: TimeCodeMaker = state.time_codes
    return found


def roll_path(roll: Roll, hour_id: str = "") -> str:
    """Where the teacher's page of the class hour is."""
    return f"/roll/{roll.open_hour.class_id}/{quote(hour_id or roll.hour.id, safe='')}"


def _screen(request: Request, roll: Roll) -> dict[str, object]:
    shown = maker_of(request).shown(roll)
    picture = ""
    if shown.payload:
        code = segno.make(shown.payload, error="m", mode="byte", micro=False, boost_error=False)
        picture = code.svg_inline(scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None)
    return {
        "picture": picture,
        "left_s": round(shown.left_s, 1),
        "over": shown.over,
        "next": f"{roll_path(roll, shown.next_hour)}/code" if shown.next_hour else "",
    }
