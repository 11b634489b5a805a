"""证据包校验: drop a ZIP, read a tree of ✓ and ✗; the very verifier that travels in every package."""

import shutil
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from api.http.auth import needs
from api.http.render import render
from api.http.service import Served
from api.sealing.package_upload import aside, examine_package, limit_checks, lines_by_part
from facts.digest import Digest
from facts.errors import InputError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.sealing.package_check import PackageCheckResult

router = APIRouter(include_in_schema=False)
Checking = Annotated[Caller, needs(Action.PACKAGE_CHECK)]
_MOST_NAME_CHARS = 120


@router.get("/packages/check")
def form(request: Request, caller: Checking) -> Response:
    """Where to drop it."""
    return render(request, "sealing/package_check.html.j2", caller, checked=None, fault=None)


# The body is read in here and not declared: FastAPI would take a stranger's gigabytes before asking who it is.
@router.post("/packages/check")
async def examine(request: Request, service: Served, caller: Checking) -> Response:
    """Every line of the examination; nothing of the package is kept."""
    limit_checks(service, caller)
    async with request.form(max_files=1, max_fields=4) as sent:
        package = sent.get("package")
        if not isinstance(package, UploadFile) or not package.size:
            fault = Text("请选择一个证据包的 ZIP 文件", "choose the ZIP of a package")
            return render(request, "sealing/package_check.html.j2", caller, 422, checked=None, fault=fault)
        name = (package.filename or "package.zip")[:_MOST_NAME_CHARS]
        try:
            checked, digest = await run_in_threadpool(_examined, service, package.file)
        except InputError as error:
            fault = Text(f"{name} 不是可校验的证据包（{error}）", f"{name}: {error}")
            return render(request, "sealing/package_check.html.j2", caller, 422, checked=None, fault=fault)
        shown = {"name": name, "size": package.size, "sha256": digest.sha256}
    parts = lines_by_part(checked.lines)
    return render(
        request, "sealing/package_check.html.j2", caller, checked=checked, parts=parts, fault=None, package=shown
    )


def _examined(service: Service, sent: BinaryIO) -> tuple[PackageCheckResult, Digest]:
    with aside(service) as place:
        with place.open("xb") as file:
            shutil.copyfileobj(sent, file, 1 << 20)
        return examine_package(place)
