"""The archive walked again: what would change is told, and nothing is changed."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from cli.main import app
from demo.claim import FILE, ClaimStory, honest, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from facts.errors import InputError
from pipeline.accounts.rights import Role
from runtime.claims.archive_sums import PurseDifference, by_purse
from runtime.verification.archive import JOURNAL, ArchiveRequest, ArchiveWalk
from runtime.verification.job import ClassVerifier
from storage.database.connection import reading, writing
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.verification import REPORTS
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.county_rulebook import county_text
from tests.fixtures.service import Running
from tests.fixtures.toy_class import PEOPLE, toy_class

pytestmark = pytest.mark.slow
SINCE = date(2025, 4, 1)


def in_view(_seat: int, _second: int) -> str:
    return "face"


def stricter(folder: Path) -> str:
    """A rulebook that asks for a quarter of an hour without a break, and its place on the disk."""
    text = county_text().replace("first = 2026-01-01", "first = 2024-10-16").replace("汇东县", "平定县")
    path = folder / "stricter.toml"
    path.write_text(text.replace("min_s = 600", "min_s = 900"), "utf-8")
    return str(path)


def walk(found: Running, out: Path, policy: str = "", since: date = SINCE, claims: Path | None = None) -> ArchiveWalk:
    service, request = found.service, ArchiveRequest(since, policy)
    return ArchiveWalk(ClassVerifier(service.engine, service.settings, found.clock), request, out, claims)


def kept(found: Running) -> tuple[object, ...]:
    """What may not change: reports, leaves, and which report counts."""
    with reading(found.service.engine, "test") as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (REPORTS, LEAVES, CLAIM_DECISIONS)
        ]
        newest = connection.execute(select(CLASSES.c.id, CLASSES.c.report_id, CLASSES.c.status)).all()
        money = connection.execute(select(CLAIMS)).all()
    return (*counts, *newest, *money)


def claimed(found: Running, folder: Path) -> tuple[Path, int]:
    """A class whose hour passed, and a claim for its six people that was handed in for it, in a folder of its own."""
    KeyRing(found.service.settings.home / "keys").init(found.clock())
    toy_class(found, in_view, code="toy")
    place, own = "山西省阳泉市平定县", replace(SampleManifest(), class_id="toy", institution="正信职校")
    path = folder / "claims" / "2025" / FILE
    write_claim(path, identities(PEOPLE, 1), honest(ClaimStory(replace(own, locality=place))))
    with found.as_(Role.CLERK) as clerk:
        sent = clerk.post("/api/v1/claims", files={"file": (FILE, path.read_bytes())})
    assert sent.status_code == 201, sent.text
    return folder / "claims", int(sent.json()["id"])


def test_another_rulebook_tells_what_would_change_and_changes_nothing(running_service: Running, tmp_path: Path) -> None:
    numbers = [toy_class(running_service, in_view, code=code) for code in ("one", "two")]
    before = kept(running_service)
    assert [one.changes for one in walk(running_service, tmp_path / "same").walk()] == [(), ()]
    other = walk(running_service, tmp_path / "other", stricter(tmp_path))
    told = list(other.walk())
    assert [(one.class_id, one.fault) for one in told] == [(number, "") for number in numbers]
    assert [(change.before, change.after) for one in told for change in one.changes] == [("PASS", "FAIL")] * 2
    assert kept(running_service) == before
    plan = walk(running_service, tmp_path / "plan").plan()
    assert (plan.classes, plan.hours, plan.core_s) == (2, 2, 0.0)
    assert not (tmp_path / "plan").exists()
    assert walk(running_service, tmp_path / "plan", since=date(2025, 5, 1)).plan().classes == 0


def test_a_walk_that_was_stopped_goes_on_and_another_one_does_not(running_service: Running, tmp_path: Path) -> None:
    for code in ("one", "two"):
        toy_class(running_service, in_view, code=code)
    first = next(iter(walk(running_service, tmp_path).walk()))
    journal = tmp_path / JOURNAL
    with journal.open("a", encoding="utf-8") as cut:
        cut.write('{"class_id": 2, "co')
    lines = journal.read_text("utf-8").splitlines()
    assert json.loads(lines[1])["code"] == first.code == "one"
    for _ in range(2):
        assert [one.code for one in walk(running_service, tmp_path).walk()] == ["one", "two"]
    with pytest.raises(InputError, match="go on with the same words"):
        list(walk(running_service, tmp_path, since=date(2025, 4, 2)).walk())


def test_the_difference_in_money_is_that_of_the_claims_own_arithmetic(running_service: Running, tmp_path: Path) -> None:
    folder, number = claimed(running_service, tmp_path)
    before = kept(running_service)
    other = walk(running_service, tmp_path / "other", stricter(tmp_path), claims=folder)
    plan = other.plan()
    assert (plan.claims, plan.files, plan.supported_fen, plan.unproven_fen) == (1, 1, PEOPLE * 15_000, 0)
    (told,) = other.weigh()
    assert not (tmp_path / "other").exists(), "a dry run writes nothing"
    assert list(other.walk()) == [told]
    (claim,) = told.claims
    purse = PurseDifference("申领人", "", PEOPLE * 15_000, 0, 0, 0)
    assert (claim.claim_id, claim.recorded_fen, claim.purses, claim.fault) == (number, PEOPLE * 15_000, (purse,), "")
    assert purse.fen == -PEOPLE * 15_000
    assert by_purse([claim, claim])["正信职校", "申领人", ""].fen == 2 * purse.fen
    again = walk(running_service, tmp_path / "other", stricter(tmp_path), claims=folder)
    assert list(again.walk()) == [told], "as the journal has it"
    (same,) = walk(running_service, tmp_path / "same", claims=folder).walk()
    assert (same.changes, same.claims) == ((), ())
    assert kept(running_service) == before


def test_the_command_tells_hours_and_money_by_claim_and_institution(running_service: Running, tmp_path: Path) -> None:
    folder, _ = claimed(running_service, tmp_path)
    settings = running_service.service.settings
    env = {"XUESHI_HOME": str(settings.home), "XUESHI_DB": settings.database, "COLUMNS": "240"}
    words = ["reverify", "--since", "2025-04-01", "--policy", stricter(tmp_path), "--out", str(tmp_path / "o")]
    words += ["--claims", str(folder)]
    weighed = CliRunner().invoke(app, [*words, "--dry-run", "--lang", "en"], env=env, catch_exceptions=False)
    assert weighed.exit_code == 0, weighed.output
    assert "at most 900元 would be lost" in weighed.output
    done = CliRunner().invoke(app, words, env=env, catch_exceptions=False)
    assert done.exit_code == 10, done.output
    for output in (weighed.output, done.output):
        rows = [" ".join(line.split()) for line in output.splitlines() if "-900元" in line]
        assert len(rows) == 2, output
        assert all("正信职校 申领人 900元 0元 -900元 0元 → 0元" in row for row in rows), output
        assert rows[0].startswith("demo-2025-001 ")
    told = json.loads(CliRunner().invoke(app, [*words, "--json"], env=env, catch_exceptions=False).output)
    assert [(one["institution"], one["supported_fen"], one["supported_after_fen"]) for one in told["sums"]] == [
        ("正信职校", 90_000, 0)
    ]


def test_a_claim_that_was_approved_is_not_taken_for_paid_twice(running_service: Running, tmp_path: Path) -> None:
    folder, number = claimed(running_service, tmp_path)
    areas = ("山西省阳泉市", "山西省")
    with (
        running_service.as_(Role.REVIEWER, area=areas[0]) as one,
        running_service.as_(Role.REVIEWER, area=areas[1]) as two,
    ):
        for doubt in one.get(f"/api/v1/claims/{number}/doubts").json()["items"]:
            one.post(f"/api/v1/claims/{number}/doubts/{doubt['id']}/accept", json={"words": "属实"}).raise_for_status()
        for reviewer, deed in ((one, "propose"), (two, "sign")):
            sent = {"ruling": "approve", "words": "两人审查"}
            reviewer.post(f"/api/v1/claims/{number}/decision/{deed}", json=sent).raise_for_status()
    (told,) = walk(running_service, tmp_path / "other", stricter(tmp_path), claims=folder).walk()
    (claim,) = told.claims
    assert (claim.stage, [one.supported_fen for one in claim.purses]) == ("approved", [PEOPLE * 15_000])


def test_without_the_claims_own_file_the_difference_is_not_known(running_service: Running, tmp_path: Path) -> None:
    claimed(running_service, tmp_path)
    before = kept(running_service)
    (tmp_path / "empty").mkdir()
    other = walk(running_service, tmp_path / "other", stricter(tmp_path), claims=tmp_path / "empty")
    assert other.plan().files == 0
    (told,) = other.walk()
    (claim,) = told.claims
    assert (claim.purses, claim.recorded_fen) == ((), PEOPLE * 15_000)
    assert "expected the claim's own as it was handed in" in claim.fault
    with pytest.raises(InputError, match="expected one with the claims' files"):
        walk(running_service, tmp_path / "x", claims=tmp_path / "nowhere").plan()
    assert kept(running_service) == before


def test_an_archive_of_more_classes_than_a_page_is_walked_whole(running_service: Running, tmp_path: Path) -> None:
    first = toy_class(running_service, in_view, code="one")
    with writing(running_service.service.engine, "test") as connection:
        row = connection.execute(select(CLASSES).where(CLASSES.c.id == first)).mappings().one()
        more = [dict(row) | {"id": first + n, "code": f"c{n}"} for n in range(1, 1002)]
        connection.execute(CLASSES.insert(), more)
    assert walk(running_service, tmp_path).plan().classes == 1002
