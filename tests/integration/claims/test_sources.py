"""Where a screening's verdicts and history come from: the service's database, registries kept, exports read for one run."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from demo.dossier import SampleManifest
from demo.identity import SampleIdentity
from facts.codec import dumps
from facts.digest import Digest
from runtime.verification.command import VerificationRequest, begin_verification, finish_verification, hash_inputs
from storage.database import jobs
from storage.database.accounts import accounts
from storage.database.classes.classes import add_class
from storage.database.connection import sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.verification import REPORTS
from storage.database.verification.facts_keys import with_facts_keys
from storage.database.verification.reports import NewReport, keep_report
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.no_progress import NoProgress
from tests.fixtures.sealed_packages import SealingWorkspace, papers

pytestmark = pytest.mark.slow
SCHOOL = SampleManifest().institution
REALNAME = "姓名,身份证号,培训机构,班期编号,培训类型,培训工种,等级,开班日期,结业日期,天数,银行账号"
SESSIONS = "培训机构,班期编号,日期,开始时间,结束时间"
ACCOUNT = "990011112222"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    return papers(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def service(bench: SealingWorkspace) -> str:
    """The address of a service's database that has verified the class."""
    address = sqlite_address(bench.home.parent / "service.db")
    engine = open_database(address)
    verified(engine, bench)
    engine.dispose()
    return address


def verified(engine: Engine, bench: SealingWorkspace) -> None:
    made = finish_verification(
        hash_inputs(begin_verification(VerificationRequest(bench.folder, out=bench.home.parent / "out", workers=1))),
        NoProgress(),
    )
    with_facts_keys(engine, bench.home / ".local/share/xueshi/keys")  # where the commands look
    facts, at = dumps(made.report), made.report.made_at
    with writing(engine, "test") as connection:
        owner = accounts.add_institution(connection, SCHOOL, "", "山西省阳泉市", at)
        texts = dict.fromkeys(("name", "programme", "trainee_group", "occupation", "level", "policy"), "")
        course = add_class(connection, owner.id, at, code=SampleManifest().class_id, locality="山西省阳泉市", **texts)
        job = jobs.enqueue(connection, "verify", "k", course.id, at)
        keep_report(connection, NewReport(course.id, job.id, at, "UNPROVEN", "{}", facts, "0" * 64), [], [])
        EvidenceLog(engine).append_within(connection, [Leaf(LeafKind.FACTS, at, Digest.of(facts.encode()), "class:1")])


def claim(folder: Path, people: tuple[SampleIdentity, ...], **first: object) -> Path:
    rows: list[dict[str, Any]] = [{"name": one.name, "id_number": one.id_number.digits, "claimed": 1} for one in people]
    rows[0] |= first
    head = {
        "id": "c", "programme": "项目制培训", "institution": SCHOOL, "uscc": "9199000" + "1MA0DEM001F",
        "locality": "山西省阳泉市", "class_id": SampleManifest().class_id, "first_day": "2026-04-07", "last_day": "2026-04-08",
        "claim_day": "2026-05-12", "claimed": len(rows),
    }  # fmt: skip
    path = folder / "c.json"
    path.write_text(json.dumps({"header": head, "people": rows}, ensure_ascii=False), "utf-8")
    return path


def ran(bench: SealingWorkspace, *words: object) -> Ran:
    return xueshi(*words, cache=bench.home.parent / "cache", home=bench.home)


def screened(bench: SealingWorkspace, path: Path, *words: object) -> dict[str, Any]:
    done = ran(bench, "claim", "screen", path, *words, "--json", "-", "--out", path.parent / "o")
    assert done.out.startswith("{"), done
    body: dict[str, Any] = json.loads(done.out)
    return body


def row(
    one: SampleIdentity, school: str, *, account: str = "", first: str = "2026-04-06", last: str = "2026-04-10"
) -> str:
    return f"{one.name},{one.id_number.digits},{school},{school}9班,项目制,焊工,初级工,{first},{last},5,{account}"


def exports(folder: Path, bench: SealingWorkspace) -> Path:
    """Another school has the first person in class over the same hours, and paid a stranger on the claim's account."""
    root = folder / "登记"
    root.mkdir()
    stranger = bench.people[-1]
    rows = (
        row(bench.people[0], "乙校"),
        row(stranger, "丙校", account="9900 1111-2222", first="2024-01-02", last="2024-01-06"),
    )
    (root / "实名制.csv").write_text("\n".join((REALNAME, *rows)), "utf-8")
    lines = [f"乙校,乙校9班,2026-04-{day:02d},00:10,23:50" for day in (7, 8)]
    (root / "sessions.csv").write_text("\n".join((SESSIONS, *lines)), "utf-8")
    return root


def test_verdicts_come_out_of_the_services_database_and_are_told_to_be_unsealed(
    bench: SealingWorkspace, service: str, tmp_path: Path
) -> None:
    body = screened(bench, claim(tmp_path, bench.people), "--reports-db", service)
    (source,) = [one for one in body["inputs"] if one["role"] == "database"]
    assert "未封存" in source["notes"][0]["zh"]
    assert {one["source"] for one in body["hours"]} == {source["path"]}
    assert {one["time"]["days_if_proven"] for one in body["people"]} == {2}


def test_packages_overrule_the_database(bench: SealingWorkspace, service: str, tmp_path: Path) -> None:
    bench.seal(tmp_path / "p")
    body = screened(bench, claim(tmp_path, bench.people), "--reports", tmp_path / "p", "--reports-db", service)
    assert {one["role"] for one in body["inputs"]} == {"claim", "package", "unused"}


def test_a_report_that_the_log_does_not_bear_out_counts_for_nothing(bench: SealingWorkspace, tmp_path: Path) -> None:
    address = sqlite_address(tmp_path / "s.db")
    engine = open_database(address)
    verified(engine, bench)
    with writing(engine, "test") as connection:
        sealed = connection.execute(select(REPORTS.c.sealed)).scalar_one()
        connection.execute(update(REPORTS).values(sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])))
    engine.dispose()
    body = screened(bench, claim(tmp_path, bench.people), "--reports-db", address)
    (source,) = [one for one in body["inputs"] if one["role"] == "database"]
    assert "与日志不符" in source["notes"][0]["zh"]
    assert body["hours"] == []


def test_exports_are_a_history_for_this_run_alone_and_nothing_of_them_is_kept(
    bench: SealingWorkspace, service: str, tmp_path: Path
) -> None:
    path = claim(tmp_path, bench.people[:-1], account=ACCOUNT, bank="某行")
    before = set(bench.home.rglob("*"))
    body = screened(bench, path, "--reports-db", service, "--history", exports(tmp_path, bench))
    kinds = {one["kind"] for one in body["doubts"]}
    assert {"account.shared", "overlap.hours"} <= kinds
    assert "overlap.days" not in kinds
    assert [one["path"] for one in body["inputs"] if one["role"] == "history"] == ["sessions.csv", "实名制.csv"]
    assert set(bench.home.rglob("*")) == before
    text = json.dumps(body, ensure_ascii=False)
    assert ACCOUNT not in text
    assert not any(one.id_number.digits in text for one in bench.people)


def test_without_class_hours_the_overlap_is_one_of_days(bench: SealingWorkspace, tmp_path: Path) -> None:
    body = screened(bench, claim(tmp_path, bench.people[:-1]), "--history", exports(tmp_path, bench))
    kinds = {one["kind"] for one in body["doubts"]}
    assert "overlap.days" in kinds
    assert "overlap.hours" not in kinds


def test_one_faulty_export_is_told_and_nothing_is_screened(bench: SealingWorkspace, tmp_path: Path) -> None:
    root = exports(tmp_path, bench)
    (root / "养老.csv").write_text("姓名,身份证号,退休时间\n某甲,123,昨天\n", "utf-8")
    (root / "别的.csv").write_text("甲,乙\n1,2\n", "utf-8")
    done = ran(bench, "claim", "screen", claim(tmp_path, bench.people), "--history", root, "--out", tmp_path / "o")
    assert done.code == 2
    assert "养老.csv" in done.err
    assert "别的.csv" in done.err
    assert not (tmp_path / "o").exists()


def test_one_database_serves_for_verdicts_history_and_doubts(bench: SealingWorkspace, tmp_path: Path) -> None:
    address = sqlite_address(tmp_path / "all.db")
    engine = open_database(address)
    verified(engine, bench)
    engine.dispose()
    root = exports(tmp_path, bench)
    for name, registry in (("实名制.csv", "realname"), ("sessions.csv", "sessions")):
        assert ran(bench, "history", "import", root / name, "--as", registry, "--db", address).code == 0
    path = claim(tmp_path, bench.people[:-1], account=ACCOUNT, bank="某行")
    body = screened(bench, path, "--db", address)
    assert {"account.shared", "overlap.hours"} <= {one["kind"] for one in body["doubts"]}
    assert "database" in {one["role"] for one in body["inputs"]}
    listed = ran(bench, "claim", "doubts", "list", "--db", address, "--json")
    assert {one["case"]["id"] for one in json.loads(listed.out)["doubts"]} == {one["id"] for one in body["doubts"]}
    aside = screened(bench, path, "--db", address, "--history", root / "实名制.csv")
    assert "overlap.days" in {one["kind"] for one in aside["doubts"]}


def test_a_passport_holder_is_claimed_for_and_left_to_a_person(
    bench: SealingWorkspace, service: str, tmp_path: Path
) -> None:
    people = bench.people[:-1]
    path = claim(tmp_path, people, id_number="E12345678")
    body = screened(bench, path, "--reports-db", service, "--history", exports(tmp_path, bench))
    first = body["people"][0]
    assert first["id_masked"] == "护照 ****5678"
    assert any("不是 18 位身份证号" in note["zh"] for one in body["inputs"] for note in one["notes"])
    open_for_it = {one["reason"] for one in body["findings"] if one["status"] == "UNPROVEN" and one["rule"] == "ROSTER"}
    assert "AMBIGUOUS" in open_for_it  # the roster names an ID number for this name
    assert first["supported"]["fen"] == 0
    assert "E12345678" not in json.dumps(body)
