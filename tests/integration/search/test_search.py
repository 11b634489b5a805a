"""搜索: what a few words find within reach and rights, and one person for a reason that the log keeps."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.identity import identities
from facts.course import Trainee
from pipeline.accounts.rights import Role
from storage.database.connection import writing
from storage.database.jobs import jobs
from storage.database.roll_call.rolls import RollLists, make_roll
from storage.database.sealing import NewPackage, keep_packages
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running, running, settings_at

DIGEST = "abcdef0123" + "4" * 54
PERSON, NAMESAKE = identities(2, 7)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("search")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        own, far = seeded(found), blank(found, "far-1", "外班", school="邻校")
        at = found.clock()
        with writing(found.service.engine, "test") as connection:
            job = jobs(connection)[0].id
            new = NewPackage(own, 1, job, "2025-04-08", "1/1/a", True, DIGEST, 9, 1, 1, 1, 0, at)
            keep_packages(connection, [new])
            for class_id in (own, far):
                people = [
                    Trainee("a", PERSON.name, PERSON.id_number),
                    Trainee("b", PERSON.name, NAMESAKE.id_number),  # of the same name
                ]
                make_roll(connection, class_id, RollLists((), people), at)
        yield found


def test_classes_institutions_and_packages_are_found_within_reach(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector, served.as_(Role.CLERK, "邻校") as other:
        assert 'href="/classes/1"' in inspector.get("/search", params={"q": "家政"}).text
        assert "家政" not in re.sub(
            r'value="[^"]*"|<h1>.*?</h1>|<title>.*?</title>', "", other.get("/search?q=家政").text
        )
        found = inspector.get("/api/v1/search", params={"q": "正信"}).json()
        assert {one["kind"] for one in found} == {"classes", "institutions"}
        (package,) = inspector.get("/api/v1/search", params={"q": DIGEST[:8].upper()}).json()
        assert package["path"] == "/packages?class_id=1#p1"
        assert inspector.get("/api/v1/search", params={"q": DIGEST[:7]}).json() == []
        assert other.get("/api/v1/search", params={"q": DIGEST}).json() == []
        assert "没有找到" in inspector.get("/search", params={"q": "zzz"}).text
        assert "Nothing was found" in inspector.get("/search", params={"q": "zzz", "lang": "en"}).text


def test_nobody_finds_what_their_role_may_not_see(served: Running) -> None:
    with served.as_(Role.AUDITOR) as auditor, served.as_(Role.CLERK) as clerk, served.as_(Role.TRAINEE) as trainee:
        found = auditor.get("/api/v1/search", params={"q": "a"}).json()
        assert {one["kind"] for one in found} <= {"accounts"}
        assert "accounts" not in {one["kind"] for one in clerk.get("/api/v1/search", params={"q": "a"}).json()}
        assert trainee.get("/search").status_code == 403
        assert 'action="/search"' in clerk.get("/classes").text
        assert 'action="/search/people"' not in auditor.get("/search").text
        assert auditor.post("/search/people", data={"name": PERSON.name, "reason": "想看一看"}).status_code == 403


def test_a_person_is_found_by_whole_number_or_name_and_shown_masked(served: Running) -> None:
    digits = PERSON.id_number.digits
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.post("/search/people", data={"number": digits, "reason": "核对重复领取"}).text
        assert page.count('href="/classes/1"') == 1
        assert "外班" not in page
        assert digits not in page
        assert PERSON.name not in page
        assert PERSON.id_number.tail in page
        named = inspector.post("/search/people", data={"name": PERSON.name, "reason": "核对重复领取"}).text
        assert named.count('href="/classes/1"') == 2  # two of one name
        both = {"name": PERSON.name, "number": NAMESAKE.id_number.digits, "reason": "核对重复领取"}
        assert inspector.post("/search/people", data=both).text.count('href="/classes/1"') == 1
        stranger = identities(3, 99)[2].id_number.digits
        nobody = inspector.post("/search/people", data={"number": stranger, "reason": "核对重复领取"}).text
        assert "没有找到这个人" in nobody


def test_a_search_for_a_person_takes_a_reason_and_is_logged_without_the_name(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector, served.as_(Role.AUDITOR) as auditor:
        before = auditor.get("/audit/looks").text.count("person:")
        asked = {"name": PERSON.name, "reason": "接到举报后核实"}
        assert inspector.post("/search/people", data=asked | {"reason": ""}).status_code == 422
        assert inspector.post("/search/people", data=asked | {"name": ""}).status_code == 422
        assert inspector.post("/search/people", data=asked | {"number": "123456"}).status_code == 422
        assert auditor.get("/audit/looks").text.count("person:") == before
        assert inspector.post("/search/people", data=asked).status_code == 200
        looks = auditor.get("/audit/looks").text
        assert looks.count("person:") == before + 1
        assert "接到举报后核实" in looks
        assert PERSON.name not in looks
