"""Every route of the service, pages and programs', with values that nobody would type, by every role and by nobody."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.http.auth import RightGuard
from api.http.discovery import routers
from api.http.route_guards import guarded_routes
from benchmarks.attack.lanes import Attack, Fate, Told
from benchmarks.attack.requests import LEFT_OUT, ROLES, UNSENDABLE, crew_of, fate
from benchmarks.attack.served import Target

VALUES = (
    "", "0", "-1", "9" * 30, "1e350", "NaN", "null", "true", "１２", "²", "\x00", "\x7f", "\u202e", "\ufeff", "\ud800",
    "../../../etc/passwd", "..%2f..%2f", "'; DROP TABLE account;--", "<script>alert(1)</script>", "{{7*7}}", "${7*7}",
    "a" * 70_000, "甲" * 9_000, "\r\nset-cookie: a=b", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00Z", "[]", "{}",
    "http://169.254.169.254/", "http://[::ffff:127.0.0.1]/", "file:///etc/passwd", "PASS", "FAIL", "1", "2", "roster",
)  # fmt: skip


@dataclass(frozen=True)
class Route:
    """A route as it was written: its address, whoever may use it, and the names of what it reads."""

    method: str
    path: str
    right: str | None
    page: bool
    query: tuple[str, ...]
    body: tuple[str, ...]
    files: tuple[str, ...]


def all_routes() -> list[Route]:
    rights = {
        (one.method, one.path): one.guards[0].action.value if isinstance(one.guards[0], RightGuard) else None
        for one in guarded_routes()
    }
    found = []
    for router in routers():
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path not in LEFT_OUT:
                parts = [*family(route.dependant)]
                read = [one for part in parts for one in part.body_params]
                files = tuple(one.alias for one in read if "UploadFile" in str(one.field_info.annotation))
                body = tuple(one.alias for one in read if one.alias not in files)
                query = tuple(one.alias for part in parts for one in part.query_params)
                for method in sorted(route.methods or ()):
                    right = rights.get((method, route.path))
                    found.append(
                        Route(method, route.path, right, not route.path.startswith("/api/"), query, body, files)
                    )
    return sorted(found, key=lambda one: (one.path, one.method))


def family(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from family(inner)


@dataclass(frozen=True)
class HostileRequests:
    """Every route, pages and programs', with values that nobody would type, by every role."""

    inputs: int
    target: Target
    name: str = "requests by role"

    def begin(self, folder: Path) -> Attack:
        del folder
        routes, crew, numbers = all_routes(), crew_of(self.target), self.target.numbers

        def attack(number: int, rng: random.Random) -> Told:
            route, role = routes[number % len(routes)], rng.choice(ROLES)
            asked = request_of(route, self.target.url, numbers, rng)
            words = f"{route.method} {route.path}"
            try:
                answer = crew.send(role, asked)
            except UNSENDABLE as error:
                return Fate.REFUSED, f"no client can send it: {error}"[:100]
            return fate(answer, role, None if route.page else route.right, f"{words} {asked}"[:400])

        return attack


def request_of(route: Route, url: str, numbers: dict[str, str], rng: random.Random) -> dict[str, Any]:
    """One request: an address that is there or not, and fields with whatever one likes."""
    path, kind = route.path, route.path.removeprefix("/api/v1").split("/")[1]
    for name in [part.split("}")[0].partition(":")[0] for part in path.split("{")[1:]]:
        real = numbers.get(f"{kind}:{name}", numbers.get(name, "1"))
        value = real if rng.random() < 0.6 else rng.choice(VALUES)[:900]
        path = path.replace(f"{{{name}}}", _quoted(value)).replace(f"{{{name}:path}}", _quoted(value))
    asked: dict[str, Any] = {"method": route.method, "url": url + path, "headers": {}}
    if route.page:
        asked["headers"]["accept"] = "text/html"
    asked["params"] = {name: _plain(rng.choice(VALUES)[:3_000]) for name in route.query if rng.random() < 0.5}
    fields = {name: rng.choice(VALUES) for name in route.body if rng.random() < 0.9}
    if route.files:
        asked["files"] = {
            name: (rng.choice(VALUES)[:200] or "a", rng.randbytes(rng.randrange(2_000))) for name in route.files
        }
    if route.page or route.files:
        asked["data"] = {name: _plain(value) for name, value in fields.items()}
    elif route.body:
        asked["json"] = rng.choice((fields, [fields], fields | {"more": [[[]]] * 99}, rng.choice(VALUES), None))
    if rng.random() < 0.05:
        asked["headers"][rng.choice(("accept", "content-type", "range", "if-none-match"))] = _plain(
            rng.choice(VALUES)[:200]
        )
    return asked


def _plain(value: str) -> str:
    return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd") if "\ud800" in value else value


def _quoted(value: str) -> str:
    return quote(_plain(value), safe="")
