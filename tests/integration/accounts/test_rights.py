"""Every route × every role: let in, refused, or not there; no route is missing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.http.auth import OpenGuard, RightGuard, SignatureGuard
from api.http.route_guards import GuardedRoute, guarded_routes
from pipeline.accounts.rights import RIGHTS, Role
from storage.database.connection import sqlite_address
from tests.fixtures.service import Running, running, settings_at

ENTRIES = list(guarded_routes())
GUARDED = [one for one in ENTRIES if isinstance(one.guards[0], RightGuard)]
PUBLIC = {
    "/healthz",
    "/readyz",
    "/sign-in",
    "/sign-in/link",
    "/sign-in/openid",  # these three answer only where a provider is set
    "/sign-in/openid/back",
    "/sign-in/openid/unknown",
    "/set-up",
    "/password",
    "/style.css",
    "/api/v1/uploads",  # OPTIONS alone: what the server can do
    "/in",  # the same, by the digits that stand beside the code
    "/in/{class_id}/{hour_id}",  # phones sign in by the projector's code
    "/timecode.pem",  # the public keys of the code in the picture
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("rights")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        yield found


def call(client: httpx.Client, one: GuardedRoute) -> httpx.Response:
    path = one.path
    while "{" in path:
        path = path[: path.index("{")] + "999999" + path[path.index("}") + 1 :]
    return client.request(one.method, path, content=b"", timeout=60)


def content_type(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "")


def test_every_route_names_exactly_one_guard() -> None:
    assert [one for one in ENTRIES if len(one.guards) != 1] == []


def test_only_these_routes_are_open() -> None:
    assert {one.path for one in ENTRIES if isinstance(one.guards[0], OpenGuard)} == PUBLIC


def test_every_route_that_the_application_answers_is_in_the_list(served: Running) -> None:
    with served.client() as client:
        document = client.get("/api/v1/openapi.json").json()
    shown = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert shown == {(one.path, one.method) for one in ENTRIES if one.in_document}


@pytest.mark.parametrize("one", GUARDED, ids=lambda one: f"{one.method} {one.path}")
def test_each_role_is_let_in_or_refused_as_the_table_says(served: Running, one: GuardedRoute) -> None:
    """What lies behind the door is another test's business; here it must not be 401 or 403, or must be just that."""
    guard = one.guards[0]
    assert isinstance(guard, RightGuard)
    with served.client() as nobody:
        assert call(nobody, one).status_code == 401
    for role in Role:
        with served.as_(role) as client:
            answer = call(client, one)
        code = answer.json()["code"] if answer.content and answer.is_error and "json" in content_type(answer) else ""
        if one.method == "HEAD":
            code = "NO_RIGHT" if answer.status_code == 403 else ""
        if role in RIGHTS[guard.action]:
            assert code not in {"NO_RIGHT", "UNKNOWN_CALLER", "FORGED"}, (role, answer.text)
            assert answer.status_code < 500, (role, answer.text)
        else:
            assert (answer.status_code, code) == (403, "NO_RIGHT"), (role, answer.text)
        if one.path == "/sign-out" or (one.method == "DELETE" and "sessions" in one.path):
            served.tokens.clear()


@pytest.mark.parametrize("one", GUARDED, ids=lambda one: f"{one.method} {one.path}")
def test_an_unsafe_request_by_cookie_alone_is_refused(served: Running, one: GuardedRoute) -> None:
    guard = one.guards[0]
    assert isinstance(guard, RightGuard)
    people = sorted(RIGHTS[guard.action] - {Role.SYSTEM})
    if one.method in {"GET", "HEAD", "OPTIONS"} or not people:
        return
    with served.as_(people[0]) as client:
        del client.headers["x-csrf-token"]
        assert call(client, one).json()["code"] == "FORGED"
        client.headers["x-csrf-token"] = "0" * 64
        assert call(client, one).json()["code"] == "FORGED"


def test_signed_routes_say_why() -> None:
    assert all(one.guards[0].why for one in ENTRIES if isinstance(one.guards[0], OpenGuard | SignatureGuard))
