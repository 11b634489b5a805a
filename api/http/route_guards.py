"""Every route with its guard, read from the routes themselves; the OpenAPI document and the tests use this list."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.http.auth import OpenGuard, RightGuard, SignatureGuard
from api.http.discovery import routers
from facts.errors import InternalError

Guard = RightGuard | OpenGuard | SignatureGuard


@dataclass(frozen=True, slots=True)
class GuardedRoute:
    """One method of one address, and its guards; every route must have exactly one."""

    method: str
    path: str
    guards: tuple[Guard, ...]
    in_document: bool


def guarded_routes() -> Iterator[GuardedRoute]:
    """Every route of the service."""
    for router in routers():
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise InternalError(f"{route}: got a route that cannot name its right, expected an APIRoute")
            guards = tuple(dict.fromkeys(_guards(route.dependant)))
            for method in sorted(route.methods or ()):
                yield GuardedRoute(method, route.path, guards, route.include_in_schema)


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, RightGuard | OpenGuard | SignatureGuard):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _guards(inner)
