"""Every route with what guards it, read from the routes themselves: the OpenAPI document and the tests use this list."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.http.auth import OpenGuard, RightGuard, SignatureGuard
from api.http.discovery import routers
from facts.errors import InternalError

Guard = RightGuard | OpenGuard | SignatureGuard


@dataclass(frozen=True, slots=True)
class Entry:
    """One method of one address, and its guards; a sound route has exactly one."""

    method: str
    path: str
    guards: tuple[Guard, ...]
    in_document: bool


def entries() -> Iterator[Entry]:
    """Every route of the service."""
    for router in routers():
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise InternalError(f"{route}: got a route that cannot name its right, expected an APIRoute")
            guards = tuple(dict.fromkeys(_guards(route.dependant)))
            for method in sorted(route.methods or ()):
                yield Entry(method, route.path, guards, route.include_in_schema)


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, RightGuard | OpenGuard | SignatureGuard):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _guards(inner)
