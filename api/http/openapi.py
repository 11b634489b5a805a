"""The OpenAPI document: every answer that a route can give stands in it, the refusals as problem+json."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.auth import RightGuard
from api.http.problem import MEDIA_TYPE, Problem
from api.http.route_guards import guarded_routes

_ALWAYS = (400, 429, 500, 503)
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_WORDS = {
    400: "The request cannot be understood, or came under a strange host name.",
    401: "Nobody we know: no session, no key.",
    403: "The caller lacks the right, or an unsafe request did not prove its page.",
    404: "Not there, or not within the caller's reach.",
    405: "Another method.",
    409: "Something that is there already stands against it.",
    413: "Too large.",
    422: "What was sent is not right; every fault is listed.",
    429: "Too many requests; Retry-After says when.",
    500: "A defect of this program.",
    503: "The database or the store does not answer; nothing was kept by half.",
}


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Further refusals of a route, for its ``responses``."""
    return {code: _problem(code) for code in codes}


def describe(app: FastAPI) -> None:
    """Replaces the document that FastAPI would draw by the whole one."""

    def drawn() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _whole(app)
        return app.openapi_schema

    app.openapi = drawn  # type: ignore[method-assign]


def _whole(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    parts = document.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes |= own.pop("$defs", {})
    shapes["Problem"] = own
    for name in ("HTTPValidationError", "ValidationError"):
        shapes.pop(name, None)
    parts["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "xueshi-session"},
        "key": {"type": "http", "scheme": "bearer"},
    }
    rights = {
        (one.path, one.method.lower()): guard.action.value
        for one in guarded_routes()
        for guard in one.guards
        if isinstance(guard, RightGuard)
    }
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                if right := rights.get((path, method)):
                    operations[method]["x-right"] = right
                _complete(path, method, operations[method])
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for code in _codes(path, method, operation):
        answers[str(code)] = _problem(code)
    if "401" in answers:
        operation["security"] = [{"session": []}, {"key": []}]


def _codes(path: str, method: str, operation: dict[str, Any]) -> Iterator[int]:
    yield from _ALWAYS
    if operation.get("x-right"):
        yield from (401, 403)
    if "{" in path:
        yield 404
    if operation.get("parameters") or operation.get("requestBody"):
        yield 422
    if method in {"post", "put", "patch"}:
        yield from (409, 413)


def _problem(code: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _WORDS.get(code, "Refused."), "content": {MEDIA_TYPE: {"schema": schema}}}
