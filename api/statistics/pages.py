"""概况: what all classes within reach amount to, for the county's leadership and for each institution; also as XLSX."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from api.http.attachment import disposition
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.render import render
from api.http.service import Served
from facts.span import local_day
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from report.claims.money import yuan
from report.hour_bar import hour_bar
from report.words import doubt_word
from runtime.accounts.caller import Caller
from runtime.statistics.overview import OVERDUE_DAYS, Overview, OverviewLine, overview
from storage.database.connection import reading

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(5, Text("概况", "Overview"), "/statistics", Action.CLAIM_READ)
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 50
_Row = list[str | int | float | None]
_MONEY = ("claimed_fen", "supported_fen", "unproven_fen", "decided_fen", "paid_fen")


@router.get("/statistics")
def page(request: Request, service: Served, caller: Reading) -> Response:
    """The overview, drawn from the same sums as the API's."""
    with reading(service.engine, "adding up the overview") as connection:
        found = overview(connection, caller, service.clock())
    return render(
        request,
        "statistics/statistics.html.j2",
        caller,
        found=found,
        shown=_SHOWN,
        yuan=_yuan,
        bar=_bar,
        open=found.whole.hours[Status.UNPROVEN.value],
        doubt_word=doubt_word,
        overdue_days=OVERDUE_DAYS,
        link=_link(caller),
    )


@router.get("/statistics.xlsx")
def workbook(service: Served, caller: Reading) -> Response:
    """Every line of the overview, for a spreadsheet."""
    from report.overview_workbook import overview_workbook  # noqa: PLC0415 - openpyxl, which few calls need

    with reading(service.engine, "adding up the overview") as connection:
        found = overview(connection, caller, service.clock())
    name = f"概况-{local_day(found.at).isoformat()}.xlsx"
    return Response(overview_workbook(list(_sheets(found))), media_type=_XLSX, headers=disposition(name))


def _sheets(found: Overview) -> Iterator[tuple[str, list[_Row]]]:
    for title, lines in (
        ("合计", [found.whole]),
        ("机构", found.institutions),
        ("项目", found.programmes),
        ("月份", found.months),
    ):
        yield title, [_head(title), *(_row(line) for line in lines)]
    rows: list[_Row] = [["类别", "未了结", f"超过{OVERDUE_DAYS}日"]]
    rows += [[doubt_word(one.kind)["zh"], one.open, one.overdue] for one in found.doubts]
    yield "疑点", rows


def _head(title: str) -> _Row:
    verdicts = [f"{status.zh}（学时）" for status in Status]
    money = ("申领", "核定可支持金额", "存疑待核", "核定", "已拨付")
    return [title, "学时", *verdicts, "其中经复核", "申领份数", *(f"{one}（元）" for one in money)]


def _row(line: OverviewLine) -> _Row:
    sums = [getattr(line.money, name) / 100 for name in _MONEY]
    hours = [line.hours[status.value] for status in Status]
    return [line.name or "全部", line.total, *hours, line.reviewed, line.money.claims, *sums]


def _yuan(fen: int) -> str:
    return yuan({"fen": fen, "yuan": ""})


def _bar(line: OverviewLine, lines: Iterable[OverviewLine], name: str) -> Markup:
    reach = max((one.total for one in lines), default=0)
    told = "，".join(f"{status.zh} {line.hours[status.value]}" for status in Status if line.hours[status.value])
    return Markup(hour_bar(line.hours, reach, f"{name}：{told}"))  # noqa: S704 - drawn by us, every text escaped


def _link(caller: Caller) -> dict[str, str]:
    """The lists that the caller may open."""
    wanted = {
        "classes": Action.CLASS_READ,
        "claims": Action.CLAIM_READ,
        "doubts": Action.VERDICT_READ,
        "wall": Action.RECORDING_READ,
        "retention": Action.RETENTION_READ,
        "checks": Action.SPOT_CHECK_READ,
    }
    return {name: f"/{name}" for name, action in wanted.items() if caller.may(action)}
