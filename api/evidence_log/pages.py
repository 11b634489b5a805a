"""审计日志: every entry of the Merkle log, who looked at whom and why, and the signed heads that prove it unchanged."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.counting import counted
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.evidence_log.leaf_list import LEAF_LIST
from runtime.platform.service import Service
from storage.database.accounts.accounts import accounts
from storage.database.classes.unmasking import newest_grants
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.evidence_log.head import TreeHead
from storage.evidence_log.record_audit import newest_audit
from storage.evidence_log.rows import Rows

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(80, Text("审计日志", "Audit log"), "/audit", Action.AUDIT_READ)
Auditing = Annotated[Caller, needs(Action.AUDIT_READ)]
_ON_PAGE, _LOOKS, _HEADS = 100, 100, 50


@router.get("/audit")
def leaves(
    request: Request,
    service: Served,
    caller: Auditing,
    query: Annotated[ListQuery, Depends(list_query(LEAF_LIST.plan))],
) -> Response:
    """The entries, the newest first."""
    with reading(service.engine, "reading the log") as connection:
        part = LEAF_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "evidence_log/audit_leaves.html.j2",
        caller,
        here="/audit",
        found=part.rows,
        view=list_view(service, caller, query, part),
        **_log_summary(service),
    )


serve_exports(router, LEAF_LIST)


@router.get("/audit/looks")
def looks(request: Request, service: Served, caller: Auditing) -> Response:
    """Who looked at faces or whole numbers, and why."""
    with reading(service.engine, "listing looks") as connection:
        found = newest_grants(connection, _LOOKS)
        people = {f"account:{one.id}": one.shown for one in accounts(connection)}
    return render(
        request,
        "evidence_log/audit_looks.html.j2",
        caller,
        here="/audit/looks",
        found=found,
        people=people,
        **_log_summary(service),
    )


@router.get("/audit/heads")
def heads(request: Request, service: Served, caller: Auditing) -> Response:
    """The signed heads; whoever keeps one can show later that nothing before it was changed."""
    log_id = service.log.log_id if service.log.size else ""
    return render(
        request, "evidence_log/audit_heads.html.j2", caller, here="/audit/heads", log_id=log_id, **_log_summary(service)
    )


def tasks(_: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """A log that grows unsigned could be changed unseen."""
    if not caller.may(Action.AUDIT_READ):
        return ()
    rows = Rows(connection)
    size, signed = rows.size, rows.heads(1)
    left = size - (signed[0].size if signed else 0)
    unsigned = Text(
        f"日志有 {left} 条尚未签名",
        counted(left, "entry of the log is not signed yet", "entries of the log are not signed yet"),
    )
    found = [TodoItem(20, unsigned, "/audit/heads", None, "unproven")] if left else []
    audit = newest_audit(connection)
    if audit and audit.fault_count:
        told = Text(
            f"✗ 记录巡检：{audit.fault_count} 处与日志不符",
            f"✗ Audit of records: {audit.fault_count} differ from the log",
        )
        found.append(TodoItem(1, told, "/audit/heads#records", audit.faults[0].text, "fail"))
    return [*found, TodoItem(60, Text("查看人脸与证号的理由", "Reasons of looks at faces and numbers"), "/audit/looks")]


def _log_summary(service: Service) -> dict[str, Any]:
    with reading(service.engine, "reading the log") as connection:
        rows = Rows(connection)
        newest: tuple[TreeHead, ...] = tuple(reversed(rows.heads(_HEADS)))
        return {"size": rows.size, "heads": newest, "audit": newest_audit(connection)}
