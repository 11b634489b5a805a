"""Draws the console's pages; every page knows its reader, the language, and the menu that the rights allow."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pkgutil import iter_modules
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

import api
from api.http.auth import CSRF_FIELD, cookie, csrf_of, give_cookie
from api.http.discovery import menu
from api.http.service import service_of
from facts.span import local_day
from facts.text import Text
from facts.verdict import Status
from report import times
from report.jinja import templates
from report.pieces import size
from report.schema import TextEntry
from runtime.accounts.caller import Caller

LANG_COOKIE = "xueshi-lang"


def lang_of(request: Request) -> str:
    """The language asked for, then the one chosen before, then Chinese."""
    asked = request.query_params.get("lang", "") or request.cookies.get(LANG_COOKIE, "")
    return "en" if asked == "en" else "zh"


def render(
    request: Request,
    template: str,
    caller: Caller | None = None,
    status: int = 200,
    **more: Any,  # noqa: ANN401 - a template's context
) -> HTMLResponse:
    """The page; a visitor who has no session yet is given what a form needs to prove that we drew it."""
    service = service_of(request)
    response = HTMLResponse(status_code=status)
    kind = "session" if caller else "visit"
    token = cookie(request, service, kind) or (give_cookie(response, service, kind) if not caller else "")
    lang = lang_of(request)
    if asked := request.query_params.get("lang"):
        chosen = "en" if asked == "en" else "zh"
        response.set_cookie(
            LANG_COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax", secure=service.settings.secure
        )
    context = {
        "request": request,
        "caller": caller,
        "lang": lang,
        "nav": [one for one in menu() if caller and caller.may(one.action)],
        "csrf": csrf_of(service, token),
        "csrf_field": CSRF_FIELD,
        "t": lambda zh, en: en if lang == "en" else zh,
        "say": lambda text: _say(text, lang),
        "now": service.clock(),
        "openid": service.settings.openid,
    }
    html = environment().get_template(template).render(context | more)
    response.body = response.render(html)
    response.headers["content-length"] = str(len(response.body))
    return response


def go(path: str) -> Response:
    """On to another page of ours."""
    return RedirectResponse(path, 303)


def safe_path(raw: str) -> str:
    """A path of this console and nothing else: no other host, no header injection."""
    plain = raw.startswith("/") and not raw.startswith(("//", "/\\")) and raw.isprintable() and "\\" not in raw
    return raw if plain else "/"


@cache
def environment() -> Environment:
    """The templates of the console."""
    subjects = {one.name: f"api.{one.name}" for one in iter_modules(api.__path__) if one.name != "http"}
    made = templates("api.http", subjects)
    made.filters |= {
        "minute": _of_moment(times.minute),
        "second": _of_moment(times.second),
        "stamp": _of_moment(times.stamp),
        "length": times.length,
        "roughly": times.roughly,
        "day": _of_day(times.day),
        "short_day": _of_day(times.short_day),
        "bytes": size,
        "calendar_day": lambda at: local_day(at).isoformat(),
        "css": lambda status: str(status).lower().replace("_", "-"),
    }
    made.globals |= {"Status": Status, "statuses_known": frozenset(status.value for status in Status)}
    return made


def _say(text: Any, lang: str) -> str:  # noqa: ANN401 - a Text, or a sentence of report.json
    if isinstance(text, Text):
        return text.say(lang)
    return str(text[lang])


def _of_moment(write: Callable[[str], str]) -> Callable[[datetime | str], str]:
    """The report's filter for a record's moment as well as for its JSON."""
    return lambda at: write(times.written(at) if isinstance(at, datetime) else at)


def _of_day(write: Callable[[str], TextEntry]) -> Callable[[datetime | str], TextEntry]:
    """The same for the Chinese calendar day."""
    return lambda at: write(local_day(at).isoformat() if isinstance(at, datetime) else at)
