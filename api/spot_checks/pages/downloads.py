"""What may be taken away from a draw: the sheets to publish, the checker, and for inspectors the worklists."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.http.render import lang_of
from api.http.service import Served
from api.spot_checks.pages.draws import Name, Reading
from facts.errors import NotFoundError
from pipeline.accounts.rights import Action
from report.draw_page import draw_page
from runtime.spot_checks.access import DrawView, draw_view
from storage.spot_checks.standalone import draw_check_py

router = APIRouter(include_in_schema=False, prefix="/checks")
_TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/{name}/files/{file}")
def download(
    request: Request,
    service: Served,
    caller: Reading,
    name: Name,
    file: Annotated[str, Path(pattern=r"^[a-z_]{4,20}\.(json|html|xlsx|py)$")],
) -> Response:
    """What may be published, and for inspectors the worklists, which may not."""
    view = draw_view(service, caller, name)
    made = _file(view, file, lang_of(request), internal=caller.may(Action.SPOT_CHECK_WRITE))
    if made is None:
        raise NotFoundError("文件", "file")
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(made, media_type=_TYPES[file.rpartition(".")[2]], headers=headers)


def _file(view: DrawView, name: str, lang: str, *, internal: bool) -> bytes | None:
    from report.draw_workbook import draw_xlsx, worklist_xlsx  # noqa: PLC0415 - openpyxl, which few calls need

    sheet = view.sheet
    if name == "draw_check.py":
        return draw_check_py().encode()
    if view.draw.revealed_at is None:
        return _json(sheet) if name == "commitment.json" else None
    makers = {
        "draw.json": lambda: _json(sheet),
        "draw.html": lambda: draw_page(sheet, lang).encode(),
        "draw.xlsx": lambda: draw_xlsx(sheet),
    }
    if internal:
        makers["worklist.xlsx"] = lambda: worklist_xlsx(sheet, view.names)
    return makers[name]() if name in makers else None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
