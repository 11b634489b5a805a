"""电子券登记 as a list: the vouchers within reach, whose each is masked."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from facts.span import local
from facts.text import Text
from facts.voucher import VoucherStep
from pipeline.accounts.rights import Action
from runtime.accounts.reach import reached
from runtime.platform.lists import ListRead, ServedList
from runtime.supervision.voucher_view import VoucherView, voucher_views
from storage.database.lists import ColumnKind, ListCell, ListColumn, ListPlan
from storage.database.supervision.vouchers import VOUCHER_ROWS, vouchers
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.supervision import VOUCHERS

_OWN = VOUCHERS.c


def _expires(view: VoucherView) -> str:
    return view.row.expires.isoformat() if view.row.expires else ""


def _step(step: VoucherStep) -> ListColumn:
    def cell(view: VoucherView) -> ListCell:
        day = view.case.day(step)
        return day.isoformat() if day else ""

    return ListColumn(f"on_{step.value}", step.text, cell=cell)


_PLAN = ListPlan(
    "vouchers",
    Text("电子券", "Vouchers"),
    "/vouchers",
    (
        ListColumn(
            "q",
            Text("券号、机构或班期编号", "Voucher, institution or class code"),
            match=lambda words: or_(
                _OWN.number.icontains(words, autoescape=True),
                INSTITUTIONS.c.name.icontains(words, autoescape=True),
                _OWN.class_id.in_(select(CLASSES.c.id).where(CLASSES.c.code.icontains(words, autoescape=True))),
            ),
        ),
        ListColumn("number", Text("券号", "Voucher"), orders=_OWN.number, cell=lambda view: view.row.number),
        ListColumn("institution", Text("机构", "Institution"), cell=lambda view: view.row.institution),
        ListColumn("name", Text("姓名（遮盖）", "Name, masked"), cell=lambda view: view.name_masked),
        ListColumn("tail", Text("证号后四位", "Last four digits"), cell=lambda view: view.tail),
        ListColumn("class", Text("班期", "Class"), cell=lambda view: view.class_code),
        ListColumn("expires", Text("有效期至", "Good until"), ColumnKind.DAY, narrows=(_OWN.expires,), cell=_expires),
        ListColumn(
            "stage",
            Text("现状", "State"),
            ColumnKind.CHOICE,
            narrows=(_OWN.stage,),
            choices={one.value: one.text for one in VoucherStep},
            cell=lambda view: view.row.at.text.zh,
        ),
        *map(_step, VoucherStep),
        ListColumn(
            "made",
            Text("登记于", "Entered"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda view: f"{local(view.row.made_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=VOUCHER_ROWS,
)


def _read(asked: ListRead) -> Sequence[VoucherView]:
    found = vouchers(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())
    return voucher_views(asked.connection, found)


VOUCHER_LIST = ServedList(
    _PLAN,
    Action.SUPERVISION_READ,
    lambda caller, _: [reached(caller, VOUCHERS)],
    _read,
    lambda view: view.row.id,
    people=True,
)
