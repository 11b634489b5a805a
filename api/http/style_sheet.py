"""The one style sheet: the report's own look and palette, and the few rules that a console needs beside them."""

from functools import cache
from hashlib import sha256

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader

from api.http.auth import OpenGuard
from report import palette

router = APIRouter(include_in_schema=False, dependencies=[Depends(OpenGuard("the sign-in page needs its colours"))])


@router.get("/style.css")
def style(request: Request) -> Response:
    """The sheet; a browser that has it already is told so."""
    css, tag = _sheet()
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(css, media_type="text/css; charset=utf-8", headers=headers)


@cache
def _sheet() -> tuple[str, str]:
    light, dark = palette.variables(palette.LIGHT), palette.variables(palette.DARK)
    theirs = Environment(loader=PackageLoader("report"), autoescape=False)  # noqa: S701 - style sheets of ours
    ours = Environment(loader=PackageLoader("api.http"), autoescape=False)  # noqa: S701 - as above
    css = "\n".join(
        (
            f":root{{color-scheme:light dark;{light}}}",
            f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
            f":root[data-theme=dark]{{color-scheme:dark;{dark}}}:root[data-theme=light]{{color-scheme:light}}",
            theirs.get_template("style.css.j2").render(),
            theirs.get_template("strip.css.j2").render(),
            theirs.get_template("claim.css.j2").render(),
            ours.get_template("console.css.j2").render(),
            ours.get_template("desk.css.j2").render(),
            ours.get_template("upload.css.j2").render(),
            f"@media print{{:root{{{light}}}}}",
        )
    )
    return css, f'"{sha256(css.encode()).hexdigest()[:16]}"'
