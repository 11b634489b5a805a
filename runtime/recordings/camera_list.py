"""摄像机 as a list: what one may narrow and order it by; addresses are handed out as people may read them."""

from collections.abc import Sequence

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.platform.lists import ListRead, ServedList
from runtime.recordings.camera_condition import CameraStanding, standings
from runtime.recordings.camera_register import cameras_reached, cameras_within
from storage.database.lists import ColumnKind, ListColumn, ListPlan
from storage.database.tables.cameras import CAMERAS

_OWN = CAMERAS.c
_PLANS = {"timetable": Text("按课表", "timetable"), "always": Text("一直录", "always")}
_PLAN = ListPlan(
    "cameras",
    Text("摄像机", "Recording"),
    "/cameras",
    (
        ListColumn(
            "q", Text("教室、名称或地址", "Room, name or address"), narrows=(_OWN.room, _OWN.name, _OWN.address)
        ),
        ListColumn("room", Text("教室", "Room"), orders=_OWN.room, cell=lambda one: one.row.room),
        ListColumn("name", Text("名称", "Name"), cell=lambda one: one.row.name),
        ListColumn("address", Text("地址", "Address"), cell=lambda one: one.row.address),
        ListColumn("state", Text("状态", "State"), cell=lambda one: one.text.zh),
        ListColumn("missing", Text("今天缺（秒）", "Missing today (s)"), cell=lambda one: round(one.missing_s)),
        ListColumn(
            "plan",
            Text("何时录", "When"),
            ColumnKind.CHOICE,
            narrows=(_OWN.plan,),
            choices=_PLANS,
            cell=lambda one: _PLANS[one.row.plan].zh,
        ),
        ListColumn(
            "made",
            Text("登记", "Added"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.made_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=CAMERAS,
    newest_first=False,
)


def _read(asked: ListRead) -> Sequence[CameraStanding]:
    order = asked.query.order()
    found = cameras_within(asked.connection, asked.caller, *asked.where, limit=asked.limit, order=order)
    return standings(asked.connection, found, asked.service.clock())


CAMERA_LIST = ServedList(
    _PLAN, Action.RECORDING_READ, lambda caller, _: [cameras_reached(caller)], _read, lambda one: one.row.id
)
