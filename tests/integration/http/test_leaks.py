"""No page and no answer holds a whole ID number, unless its reader had the right and said why."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.http.auth import RightGuard
from api.http.route_guards import guarded_routes
from facts.id_number import check_digit
from pipeline.accounts.rights import RIGHTS, Role
from tests.fixtures.demo_service import signed_in
from tests.fixtures.full_service import OWN, PEOPLE, FullService, full_service
from tests.fixtures.tus import announce, send

EIGHTEEN = re.compile(r"(?<![0-9a-zA-Z_-])[0-9]{17}[0-9Xx](?![0-9a-zA-Z_-])")
NAMES = {**OWN, Role.AUDITOR: "auditor", Role.SYSTEM_ADMIN: "sysadmin", Role.SECURITY_ADMIN: "security"}
ENDLESS = {"/api/v1/events"}
SHOWN = [
    one
    for one in guarded_routes()
    if one.method == "GET" and one.path not in ENDLESS and isinstance(one.guards[0], RightGuard)
]
OTHERS = {"book_id": "yangquan-2024", "programme": "项目制", "retention:name": "0" * 32 + ".json"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullService]:
    with full_service(tmp_path_factory.mktemp("leaks")) as found:
        found.numbers.update(OTHERS)
        yield found


def whole(data: bytes) -> set[str]:
    """Every ID number in it, by its check digit; a workbook or a package is opened first."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    found = (one.upper() for one in EIGHTEEN.findall(data.decode("utf-8", "replace")))
    return {one for one in found if check_digit(one[:17]) == one[17]}


@pytest.mark.parametrize("role", NAMES)
def test_nobody_who_did_not_say_why_finds_a_whole_number_anywhere(served: FullService, role: Role) -> None:
    home = str(served.found.service.settings.home)
    served.found.clock.ahead += timedelta(minutes=31)  # a reason that the test below gave has run out
    with signed_in(served.found, NAMES[role]) as person:
        for one in SHOWN:
            guard = one.guards[0]
            assert isinstance(guard, RightGuard)
            if role in RIGHTS[guard.action]:
                answer = person.get(served.address(one.path), params={"lang": "zh"}, follow_redirects=False)
                assert answer.status_code < 500, (one.path, answer.text)
                assert whole(answer.content) == set(), one.path
                assert home not in answer.text, one.path
                assert str(Path.cwd()) not in answer.text, one.path


def test_who_had_the_right_and_said_why_finds_them(served: FullService) -> None:
    """So the search above would have found them, were they there."""
    content = ("姓名,身份证号\n" + "\n".join(f"{one.name},{one.id_number.digits}" for one in PEOPLE)).encode()
    with signed_in(served.found, "clerk") as clerk:
        place = announce(clerk, 1, "花名册.csv", len(content), role="roster").headers["location"]
        assert send(clerk, place, 0, content).status_code == 204
        file = max(one["id"] for one in clerk.get("/api/v1/classes/1/files").json()["items"])
        assert clerk.get(f"/api/v1/files/{file}/content").json()["code"] == "REASON_NEEDED"
        clerk.post("/api/v1/classes/1/looks/identity", json={"reason": "核对花名册录入"})
        assert whole(clerk.get(f"/api/v1/files/{file}/content").content) == {one.id_number.digits for one in PEOPLE}
